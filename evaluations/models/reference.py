"""What was asked of a referee, and what HR verified."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Referee


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

    class Meta:
        verbose_name = _("demande de référence")
        verbose_name_plural = _("demandes de référence")

    def __str__(self) -> str:
        return str(self.referee)


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
