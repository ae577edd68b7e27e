"""What the office keeps of its own examination of a file: checks, notes, refusals proposed, examinations begun again."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from applications.models.events import Ground
from postings.models import DocumentRequirement


class Condition(models.TextChoices):
    """What is checked beside the documents, in every campaign."""

    IDENTITY = "identity", _("L’identité est établie par la pièce produite")
    STATEMENTS = "statements", _("Les déclarations concordent avec les pièces")
    NOTICE = "notice", _("Les conditions de l’avis sont remplies (diplôme, expérience)")


class Verdict(models.TextChoices):
    """What one line of the checklist says."""

    OK = "ok", _("conforme")
    MISSING = "missing", _("manquante")
    DOUBTFUL = "doubtful", _("douteuse")


class Check(models.Model):
    """One line of a file's checklist: a document that the notice asks for, or a condition. Not examined yet, it has no row."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="checks")
    requirement = models.ForeignKey(
        DocumentRequirement, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    condition = models.CharField(_("condition"), max_length=12, choices=Condition.choices, blank=True)
    verdict = models.CharField(_("constat"), max_length=8, choices=Verdict.choices)
    remark = models.CharField(_("remarque"), max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("point contrôlé")
        verbose_name_plural = _("points contrôlés")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(requirement__isnull=True) ^ models.Q(condition=""),
                name="applications_check_of_one_thing",
            ),
            models.UniqueConstraint(
                fields=["application", "requirement"],
                condition=models.Q(requirement__isnull=False),
                name="applications_check_requirement_once",
            ),
            models.UniqueConstraint(
                fields=["application", "condition"],
                condition=~models.Q(condition=""),
                name="applications_check_condition_once",
            ),
        ]

    def __str__(self) -> str:
        return self.verdict


class FileNote(models.Model):
    """What an officer writes down about a file, for the office alone. A trigger keeps it as written until the file is erased."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("note"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("note interne")
        verbose_name_plural = _("notes internes")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="applications_filenote_has_words")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class Answered(models.TextChoices):
    """What the second pair of eyes said; empty while it is awaited."""

    CONFIRMED = "confirmed", _("confirmé")
    SENT_BACK = "sent_back", _("renvoyé")


class RefusalProposal(models.Model):
    """A refusal that one officer proposes. Only another's confirmation moves the file."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="refusal_proposals")
    ground = models.CharField(_("motif"), max_length=20, choices=Ground.choices)
    reason = models.TextField(_("motivation"), max_length=2000)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("proposé par")
    )
    at = models.DateTimeField(_("proposé à"))
    answered = models.CharField(_("suite"), max_length=10, choices=Answered.choices, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField(_("répondu à"), null=True, blank=True)
    remark = models.TextField(_("remarque"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("refus proposé")
        verbose_name_plural = _("refus proposés")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(answered=""),
                name="applications_refusalproposal_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(answered="", answered_at=None, answered_by=None)
                | (~models.Q(answered="") & models.Q(answered_at__isnull=False, answered_by__isnull=False)),
                name="applications_refusalproposal_answered_by_someone",
            ),
            models.CheckConstraint(
                condition=~models.Q(answered=Answered.CONFIRMED) | ~models.Q(answered_by=models.F("by")),
                name="applications_refusalproposal_four_eyes",
            ),
            models.CheckConstraint(
                condition=~models.Q(answered=Answered.SENT_BACK) | ~models.Q(remark=""),
                name="applications_refusalproposal_sent_back_in_words",
            ),
        ]

    def __str__(self) -> str:
        return self.ground


class Reopening(models.Model):
    """An examination begun again, with what it had found; the file is back among those that wait."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.TextField(_("motif de la réouverture"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("heure"))
    admitted = models.BooleanField(_("recevable"))
    ground = models.CharField(_("motif du refus"), max_length=20, choices=Ground.choices, blank=True)
    refusal = models.TextField(_("motivation du refus"), blank=True)
    screened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    screened_at = models.DateTimeField(_("examiné à"))

    class Meta:
        verbose_name = _("examen rouvert")
        verbose_name_plural = _("examens rouverts")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="applications_reopening_reasoned")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
