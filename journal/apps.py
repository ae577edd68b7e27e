from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from journal import checks  # noqa: F401 - registers the checks


class JournalConfig(AppConfig):
    name = "journal"
    verbose_name = _("Registre")
