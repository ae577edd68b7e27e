"""What was asked of a referee, and what HR verified."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application, Referee


class ReferenceState(models.TextChoices):
    ASKED = "asked", _("demandée")
    ANSWERED = "answered", _("reçue")
    DECLINED = "declined", _("déclinée")


class ReferenceRequest(models.Model):
    """One link sent to one referee: random, expiring, kept only as a hash."""

    referee = models.OneToOneField(
        Referee, on_delete=models.PROTECT, related_name="request", verbose_name=_("référent")
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    state = models.CharField(_("état"), max_length=10, choices=ReferenceState.choices, default=ReferenceState.ASKED)
    times_asked = models.PositiveSmallIntegerField(_("envois"), default=1)
    asked_at = models.DateTimeField(_("demandée à"))
    expires_at = models.DateTimeField(_("expire à"))
    answered_at = models.DateTimeField(_("reçue à"), null=True, blank=True)
    answers = models.JSONField(_("réponses"), default=dict, blank=True)
    words = models.TextField(_("mot personnel"), max_length=600, blank=True)

    class Meta:
        verbose_name = _("demande de référence")
        verbose_name_plural = _("demandes de référence")

    def __str__(self) -> str:
        return str(self.referee)


class ReferenceReminder(models.Model):
    """One reminder of one sending of a request, with a link of its own beside the first; each day once."""

    request = models.ForeignKey(ReferenceRequest, on_delete=models.CASCADE, related_name="reminders")
    time = models.PositiveSmallIntegerField(_("envoi rappelé"), help_text=_("Le numéro de l'envoi qu'il rappelle."))
    days = models.PositiveSmallIntegerField(_("jours après la demande"))
    token_sha256 = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("rappel à un référent")
        verbose_name_plural = _("rappels aux référents")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "time", "days"], name="evaluations_reference_reminded_once")
        ]

    def __str__(self) -> str:
        return f"{self.request} : J+{self.days}"


class Method(models.TextChoices):
    FORM = "form", _("formulaire en ligne")
    PHONE = "phone", _("téléphone")
    LETTER = "letter", _("courrier")
    DOCUMENT = "document", _("document produit")


class VerificationOutcome(models.TextChoices):
    CONFIRMED = "confirmed", _("confirmée")
    RESERVED = "reserved", _("confirmée avec réserves")
    NOT_CONFIRMED = "not_confirmed", _("non confirmée")
    UNREACHABLE = "unreachable", _("référent injoignable")


class ReferenceVerification(models.Model):
    """HR's record of one check: who, how, when, with what outcome. The latest of a referee holds; none is rewritten."""

    referee = models.ForeignKey(
        Referee, on_delete=models.PROTECT, related_name="verifications", verbose_name=_("référent")
    )
    method = models.CharField(_("moyen"), max_length=10, choices=Method.choices)
    outcome = models.CharField(_("issue"), max_length=15, choices=VerificationOutcome.choices)
    note = models.TextField(_("compte rendu"), max_length=3000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("vérification de référence")
        verbose_name_plural = _("vérifications de référence")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(note=""), name="evaluations_verification_noted")]

    def __str__(self) -> str:
        return f"{self.referee} : {self.get_outcome_display()}"


class ReferencesOutcome(models.TextChoices):
    CONFIRMED = "confirmed", _("confirmées")
    RESERVES = "reserves", _("confirmées avec réserves")
    UNFAVOURABLE = "unfavourable", _("défavorables")
    IMPOSSIBLE = "impossible", _("vérification impossible")


class ReferencesConclusion(models.Model):
    """What HR concludes of all the references of a file, in words that the jury may read. The latest holds; none is rewritten."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="references_conclusions", verbose_name=_("dossier")
    )
    outcome = models.CharField(_("issue"), max_length=12, choices=ReferencesOutcome.choices)
    summary = models.TextField(_("synthèse"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("conclusion sur les références")
        verbose_name_plural = _("conclusions sur les références")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(summary=""), name="evaluations_references_summarised")
        ]

    def __str__(self) -> str:
        return f"{self.application} : {self.get_outcome_display()}"
