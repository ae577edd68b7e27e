"""A slot, and who is heard in it."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.states import State
from postings.models import Posting


class InterviewQuerySet(models.QuerySet["Interview"]):
    """A candidate who withdraws leaves their slot free; the row stays theirs until somebody else takes the time."""

    def standing(self) -> Self:
        """The slots whose time the jury keeps."""
        return self.filter(vacated_at=None)

    def free(self) -> Self:
        """Nobody is expected: never given, or given to someone who withdrew."""
        nobody = models.Q(application=None) | models.Q(application__state=State.WITHDRAWN)
        return self.standing().filter(nobody)

    def expected(self) -> Self:
        """A candidate is expected, or was, and is still in the race."""
        return self.filter(application__isnull=False).exclude(application__state=State.WITHDRAWN)


class Interview(models.Model):
    """A slot set by HR; it becomes an interview once a shortlisted file is given to it.

    The row follows the candidate, whose interview may change slots; ``public_id`` names the slot and stays with its time.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="interviews", verbose_name=_("avis"))
    application = models.OneToOneField(
        Application,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interview",
        verbose_name=_("dossier"),
    )
    starts_at = models.DateTimeField(_("début"))
    minutes = models.PositiveSmallIntegerField(_("durée (minutes)"))
    place = models.CharField(_("lieu"), max_length=200, blank=True)
    link = models.URLField(_("lien de visioconférence"), blank=True)
    invited_at = models.DateTimeField(_("invitation préparée à"), null=True, blank=True)
    absent_at = models.DateTimeField(_("absence du candidat constatée à"), null=True, blank=True)
    vacated_at = models.DateTimeField(_("créneau libéré par un retrait à"), null=True, blank=True)
    sequence = models.PositiveSmallIntegerField(_("changements"), default=0)

    objects = InterviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("entretien")
        ordering = ["starts_at"]
        constraints = [
            # On PostgreSQL the migration adds that two slots never overlap.
            models.UniqueConstraint(
                fields=["posting", "starts_at"],
                condition=models.Q(vacated_at=None),
                name="evaluations_interview_one_at_a_time",
            ),
            models.CheckConstraint(condition=models.Q(minutes__gte=20), name="evaluations_interview_twenty_minutes"),
            models.CheckConstraint(condition=~models.Q(place="", link=""), name="evaluations_interview_somewhere"),
            models.CheckConstraint(
                condition=models.Q(absent_at=None) | models.Q(application__isnull=False),
                name="evaluations_interview_absent_who_was_invited",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def is_free(self) -> bool:
        """Whether nobody is expected in it."""
        return self.vacated_at is None and (self.application is None or self.application.state == State.WITHDRAWN)

    @property
    def unanswered(self) -> "list[Unavailability]":
        """What the candidate said of not being able to come, since the interview last moved."""
        return [said for said in self.unavailabilities.all() if said.sequence == self.sequence]


class Rescheduling(models.Model):
    """An interview that was moved after the candidate had been invited, and why."""

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="reschedulings")
    previous = models.DateTimeField(_("ancienne heure"))
    starts_at = models.DateTimeField(_("nouvelle heure"))
    reason = models.TextField(_("motif"), max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("report d'entretien")
        verbose_name_plural = _("reports d'entretien")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="evaluations_rescheduling_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.previous:%Y-%m-%d %H:%M} → {self.starts_at:%Y-%m-%d %H:%M}"


class ChoiceWindow(models.Model):
    """HR lets the invited candidates exchange their slot for a free one, until HR closes the choice or time does."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="choice_windows")
    opened_at = models.DateTimeField(_("ouverte à"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ouverte par")
    )
    closed_at = models.DateTimeField(_("fermée à"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("fermée par"),
    )

    class Meta:
        verbose_name = _("période de choix du créneau")
        verbose_name_plural = _("périodes de choix du créneau")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting"], condition=models.Q(closed_at=None), name="evaluations_choicewindow_one_open"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, closed_by=None)
                | models.Q(closed_at__isnull=False, closed_by__isnull=False),
                name="evaluations_choicewindow_closed_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.opened_at:%Y-%m-%d %H:%M}"


class Unavailability(models.Model):
    """A candidate can come to none of the slots, and says why to HR. Moving the interview answers it."""

    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="unavailabilities")
    sequence = models.PositiveSmallIntegerField(_("changements, alors"), help_text=_("Ceux de l'entretien."))
    reason = models.TextField(_("empêchement"), max_length=1000)
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("empêchement")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="evaluations_unavailability_reasoned"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
