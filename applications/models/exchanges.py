"""What passes between a candidate and the institution once the file is submitted."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from postings.models import DocumentRequirement


class PieceRequest(models.Model):
    """HR asks for a piece that a submitted file lacks, with a deadline of its own."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="piece_requests")
    requirement = models.ForeignKey(
        DocumentRequirement, on_delete=models.PROTECT, related_name="+", verbose_name=_("pièce demandée")
    )
    message = models.TextField(_("ce qui est demandé"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    asked_at = models.DateTimeField(_("demandée à"))
    due_at = models.DateTimeField(_("à envoyer avant"))
    answered_at = models.DateTimeField(_("reçue à"), null=True, blank=True)
    settled_at = models.DateTimeField(
        _("classée à"), null=True, blank=True, help_text=_("Le bureau a vu ce qui est venu, ou que rien ne vint.")
    )

    class Meta:
        verbose_name = _("demande de pièce")
        verbose_name_plural = _("demandes de pièces")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_at__gt=models.F("asked_at")), name="applications_piecerequest_due_later"
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None) | models.Q(answered_at__lt=models.F("due_at")),
                name="applications_piecerequest_answered_in_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.requirement}"


class ContactCorrection(models.Model):
    """Contact details that a candidate corrected after submitting; the manifest keeps those that were submitted."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="contact_corrections")
    previous = models.JSONField(_("avant"))
    current = models.JSONField(_("après"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("correction de coordonnées")
        verbose_name_plural = _("corrections de coordonnées")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Accommodation(models.Model):
    """What a candidate needs to be heard and judged as the others are. HR sees it; the jury never does."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="accommodation")
    needs = models.TextField(_("aménagement demandé"), max_length=2000)
    asked_at = models.DateTimeField(_("demandé à"))
    answer = models.TextField(_("réponse"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("répondu à"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("demande d’aménagement")
        verbose_name_plural = _("demandes d’aménagement")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answer="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
                name="applications_accommodation_answered_in_words",
            )
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"


class ObjectionOutcome(models.TextChoices):
    """What became of an objection."""

    UPHELD = "upheld", _("recours accueilli")
    PARTLY = "partly", _("recours accueilli en partie")
    DISMISSED = "dismissed", _("recours rejeté")


class Objection(models.Model):
    """A candidate's recourse (recours) against the decision, and its reasoned answer."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="objections")
    grounds = models.TextField(_("motifs"), max_length=10_000)
    lodged_at = models.DateTimeField(_("reçu à"))
    outcome = models.CharField(_("suite"), max_length=12, choices=ObjectionOutcome.choices, blank=True)
    answer = models.TextField(_("réponse motivée"), max_length=10_000, blank=True)
    answered_at = models.DateTimeField(_("répondu à"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("recours")
        verbose_name_plural = _("recours")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(answered_at=None),
                name="applications_objection_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answer="", outcome="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="") & ~models.Q(outcome="")),
                name="applications_objection_answered_with_reasons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lodged_at:%Y-%m-%d %H:%M}"
