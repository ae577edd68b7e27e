"""What a member of the jury keeps for an interview: their time, and their own notes."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from evaluations.models.interview import Interview
from evaluations.models.marking import ScoreSheet
from postings.models import InterviewQuestion


class JurySitting(models.Model):
    """A slot in which a person sits, whichever jury they sit on: two of theirs never overlap.

    On PostgreSQL a constraint of the migration holds it, for two juries that set their slots at the same instant too.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jury_sittings")
    interview = models.ForeignKey(Interview, on_delete=models.CASCADE, related_name="jury_sittings")
    starts_at = models.DateTimeField(_("début"))
    ends_at = models.DateTimeField(_("fin"))

    class Meta:
        verbose_name = _("présence")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "interview"], name="evaluations_jurysitting_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="evaluations_jurysitting_lasts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"


class InterviewNote(models.Model):
    """What a member wrote down of the answer to one question: theirs alone, never shown, and no part of any record."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="notes")
    question = models.ForeignKey(InterviewQuestion, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(_("notes"), max_length=3000, blank=True)

    class Meta:
        verbose_name = _("notes d'entretien")
        constraints = [models.UniqueConstraint(fields=["sheet", "question"], name="evaluations_note_once")]

    def __str__(self) -> str:
        return f"{self.question_id}"
