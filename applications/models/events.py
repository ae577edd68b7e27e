"""What happened to a file, besides its moves."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from postings.models import DeadlineExtension, Posting


class LateAttempt(models.Model):
    """A submission that came too late: refused, recorded, shown to the candidate and to HR."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="late_attempts")
    at = models.DateTimeField(_("reçue à"))
    closes_at = models.DateTimeField(_("date limite"))

    class Meta:
        verbose_name = _("tentative tardive")
        verbose_name_plural = _("tentatives tardives")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S.%f}"


class Aftermath(models.Model):
    """What a closing still owes: drafts to lapse, people to tell. Unfinished, a sweep takes it up again."""

    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="aftermath")
    finished_at = models.DateTimeField(_("achevée à"), null=True, blank=True)

    class Meta:
        verbose_name = _("suite de clôture")
        verbose_name_plural = _("suites de clôture")

    def __str__(self) -> str:
        return f"{self.finished_at or '…'}"


class Announcement(models.Model):
    """What an extension still owes: everyone who held a draft to be told. Unfinished, a sweep takes it up again."""

    extension = models.OneToOneField(DeadlineExtension, on_delete=models.PROTECT, related_name="announcement")
    finished_at = models.DateTimeField(_("achevée à"), null=True, blank=True)

    class Meta:
        verbose_name = _("annonce d’un report")
        verbose_name_plural = _("annonces de reports")

    def __str__(self) -> str:
        return f"{self.finished_at or '…'}"


class Ground(models.TextChoices):
    """Why a file is not admissible."""

    INCOMPLETE = "incomplete", _("dossier incomplet")
    UNREADABLE = "unreadable", _("pièce illisible ou sans rapport")
    IDENTITY = "identity", _("identité non établie")
    FALSE = "false", _("déclaration inexacte")
    OTHER = "other", _("autre motif")


class Screening(models.Model):
    """HR's formal check of a file, reasoned."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="screening")
    admitted = models.BooleanField(_("recevable"))
    ground = models.CharField(_("motif"), max_length=20, choices=Ground.choices, blank=True)
    reason = models.TextField(_("motivation"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("examen de recevabilité")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(admitted=True) | (~models.Q(ground="") & ~models.Q(reason="")),
                name="applications_screening_refusal_reasoned",
            )
        ]

    def __str__(self) -> str:
        return self.ground or "admitted"
