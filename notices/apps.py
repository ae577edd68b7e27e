from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from notices.seal_checks import refuse_unless_usable


class NoticesConfig(AppConfig):
    name = "notices"
    verbose_name = _("Notifications")

    def ready(self) -> None:
        refuse_unless_usable()
