"""Who marks, who stands ready to, and what they declared."""

from typing import ClassVar

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


class SittingManager(models.Manager["PanelMember"]):
    """Those who sit today. Who left is found only by ``everyone``: no query gives them anything by oversight."""

    def get_queryset(self) -> models.QuerySet["PanelMember"]:
        return super().get_queryset().filter(left_at=None)


class PanelMember(models.Model):
    """A seat of the jury. Who leaves keeps their row, with when: sealed sheets and the minutes name them."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="panel_memberships")
    chair = models.BooleanField(_("préside"), default=False)
    outsider = models.BooleanField(_("extérieur à l'institution"), default=False)
    joined_at = models.DateTimeField(
        _("siège depuis"), null=True, blank=True, help_text=_("Vide : dès la composition.")
    )
    left_at = models.DateTimeField(_("a quitté le jury à"), null=True, blank=True)

    objects: ClassVar[SittingManager] = SittingManager()
    everyone: ClassVar[models.Manager["PanelMember"]] = models.Manager()

    class Meta:
        verbose_name = _("membre du jury")
        verbose_name_plural = _("membres du jury")
        ordering = ["-chair", "id"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "user"], name="evaluations_member_once"),
            models.UniqueConstraint(
                fields=["panel"], condition=models.Q(chair=True, left_at=None), name="evaluations_panel_one_chair"
            ),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Substitute(models.Model):
    """Who may take a seat that falls free; composed and frozen with the panel, called in the order of ``rank``.

    ``chair``: may preside if it is the chair's seat. ``outsider``: comes from outside the institution.
    """

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="substitutes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="substitutions")
    rank = models.PositiveSmallIntegerField(_("rang"))
    chair = models.BooleanField(_("peut présider"), default=False)
    outsider = models.BooleanField(_("extérieur à l'institution"), default=False)

    class Meta:
        verbose_name = _("suppléant")
        verbose_name_plural = _("suppléants")
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "user"], name="evaluations_substitute_once"),
            models.UniqueConstraint(fields=["panel", "rank"], name="evaluations_substitute_rank"),
        ]

    def __str__(self) -> str:
        return str(self.user)


class Replacement(models.Model):
    """A member who could no longer sit, who took the seat, and why. The words stay here, where they can be erased."""

    leaver = models.OneToOneField(PanelMember, on_delete=models.PROTECT, related_name="replacement")
    member = models.OneToOneField(PanelMember, on_delete=models.PROTECT, related_name="replaces")
    reason = models.TextField(_("motif"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("remplacement")
        verbose_name_plural = _("remplacements")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.leaver} → {self.member}"


class Declaration(models.Model):
    """A member's word, for one file: no conflict of interest, or one with its reason."""

    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="declarations")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="declarations")
    conflict = models.BooleanField(_("conflit d'intérêts"))
    reason = models.TextField(_("motif"), blank=True)
    at = models.DateTimeField(_("heure"))
    named_at = models.DateTimeField(_("confirmée, nom connu, à"), null=True, blank=True)

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
