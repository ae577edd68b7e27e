"""Who marks, and what they declared."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from postings.models import Posting


class Panel(models.Model):
    """The jury of a posting, frozen before the first file opens."""

    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="panel")
    frozen_at = models.DateTimeField(_("composition arrêtée à"), null=True, blank=True)

    class Meta:
        verbose_name = _("jury")
        verbose_name_plural = _("jurys")

    def __str__(self) -> str:
        return str(self.posting)


class PanelMember(models.Model):
    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panel_memberships")
    chair = models.BooleanField(_("préside"), default=False)
    outsider = models.BooleanField(_("extérieur à l'institution"), default=False)

    class Meta:
        verbose_name = _("membre du jury")
        verbose_name_plural = _("membres du jury")
        ordering = ["-chair", "id"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "user"], name="evaluations_member_once"),
            models.UniqueConstraint(
                fields=["panel"], condition=models.Q(chair=True), name="evaluations_panel_one_chair"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Declaration(models.Model):
    """A member's word, for one file: no conflict of interest, or one with its reason."""

    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="declarations")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="declarations")
    conflict = models.BooleanField(_("conflit d'intérêts"))
    reason = models.TextField(_("motif"), blank=True)
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("déclaration")
        constraints = [
            models.UniqueConstraint(fields=["member", "application"], name="evaluations_declaration_once"),
            models.CheckConstraint(
                condition=models.Q(conflict=False) | ~models.Q(reason=""), name="evaluations_conflict_reasoned"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} {self.application}"
