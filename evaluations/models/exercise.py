"""The written exercise (épreuve) of the skills stage, and each candidate's sitting of it."""

import secrets
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.states import State
from postings.models import Posting

#: Characters that a composition may count: some fifty pages, more than anyone types in a day.
TEXT_LENGTH = 60_000


class Opening(models.TextChoices):
    TOGETHER = "together", _("à la même heure pour tous")
    WINDOW = "window", _("au choix de chacun, dans une période")


class Exercise(models.Model):
    """One written case for all candidates of a posting. Sealed, its subject is a ciphertext; opened, it can't change.

    ``subject`` and ``documents`` are empty from the sealing to the opening: :mod:`evaluations.sealing`.
    """

    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="exercise", verbose_name=_("avis"))
    title = models.CharField(_("intitulé"), max_length=200)
    instructions = models.TextField(_("consignes"), max_length=4000)
    minutes = models.PositiveSmallIntegerField(_("durée (minutes)"))
    opening = models.CharField(_("ouverture"), max_length=10, choices=Opening.choices)
    opens_at = models.DateTimeField(_("ouverture à"))
    closes_at = models.DateTimeField(_("dernier instant pour commencer"), null=True, blank=True)
    subject = models.TextField(_("sujet"), blank=True)
    documents = models.JSONField(_("documents"), default=list, blank=True)
    sealed = models.TextField(_("sujet scellé"), blank=True)
    commitment = models.CharField(_("empreinte du sujet scellé"), max_length=64, blank=True)
    salt = models.CharField(_("sel de l'empreinte"), max_length=64, blank=True)
    prepared_at = models.DateTimeField(_("préparée à"))
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", verbose_name=_("préparée par")
    )
    sealed_at = models.DateTimeField(_("scellée à"), null=True, blank=True)
    opened_at = models.DateTimeField(_("ouverte à"), null=True, blank=True)

    class Meta:
        verbose_name = _("épreuve")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(opening="together", closes_at=None)
                | models.Q(opening="window", closes_at__gt=models.F("opens_at")),
                name="evaluations_exercise_opening",
            ),
            models.CheckConstraint(condition=models.Q(minutes__range=(15, 600)), name="evaluations_exercise_minutes"),
            models.CheckConstraint(
                condition=models.Q(sealed_at=None, commitment="", sealed="")
                | models.Q(sealed_at__isnull=False) & ~models.Q(commitment="") & ~models.Q(sealed=""),
                name="evaluations_exercise_sealed_with_commitment",
            ),
            # Between the two, nothing of it is readable in the row.
            models.CheckConstraint(
                condition=models.Q(sealed_at=None, opened_at=None)
                | models.Q(opened_at=None, subject="", salt="")
                | models.Q(sealed_at__isnull=False, opened_at__isnull=False) & ~models.Q(salt=""),
                name="evaluations_exercise_sealed_until_opened",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_window(self) -> bool:
        return self.opening == Opening.WINDOW

    def length(self, extra: int = 0) -> timedelta:
        return timedelta(minutes=self.minutes + extra)


class Ending(models.TextChoices):
    HANDED_IN = "handed_in", _("rendue")
    TIME = "time", _("rendue à la fin du temps")
    PAPER = "paper", _("composée sur papier")
    ABSENT = "absent", _("absente")


class SittingQuerySet(models.QuerySet["Sitting"]):
    def awaited(self) -> Self:
        """Not ended, of a candidate who is still there: the drawing of the markers waits for them."""
        return self.filter(ended_at=None).exclude(application__state=State.WITHDRAWN)

    def due(self, at: datetime) -> Self:
        """Their time is up by ``at``, and nobody has ended them. Paper waits for a person.

        Of an exercise that has opened: nobody is absent from one whose subject could not be read.
        """
        running = self.filter(ended_at=None, place="", exercise__posting__cancelled_at=None)
        return running.filter(due_at__lte=at, exercise__opened_at__isnull=False)


class Sitting(models.Model):
    """One candidate's run of the exercise.

    ``due_at`` is the instant at which it ends by itself: not begun, as an absence; begun, with what is there. What is
    saved is taken if and only if the clock of record is before it. ``place`` is where it's sat on paper; empty: online.
    """

    exercise = models.ForeignKey(Exercise, on_delete=models.PROTECT, related_name="sittings")
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="sitting", verbose_name=_("dossier")
    )
    place = models.CharField(_("lieu de l'épreuve sur papier"), max_length=200, blank=True)
    extra_minutes = models.PositiveSmallIntegerField(_("temps supplémentaire (minutes)"), default=0)
    invited_at = models.DateTimeField(_("convoquée à"))
    invitations = models.PositiveSmallIntegerField(_("convocations"), default=1)
    due_at = models.DateTimeField(_("fin"))
    started_at = models.DateTimeField(_("commencée à"), null=True, blank=True)
    text = models.TextField(_("composition"), max_length=TEXT_LENGTH, blank=True)
    version = models.PositiveIntegerField(_("enregistrements"), default=0)
    writer = models.CharField(_("page qui a enregistré"), max_length=60, blank=True)
    saved_at = models.DateTimeField(_("enregistrée à"), null=True, blank=True)
    ended_at = models.DateTimeField(_("terminée à"), null=True, blank=True)
    ending = models.CharField(_("fin de l'épreuve"), max_length=10, choices=Ending.choices, blank=True)
    signs = models.PositiveSmallIntegerField(_("signes distinctifs relevés"), default=0)
    salt = models.CharField(_("sel de l'empreinte"), max_length=64, blank=True)
    entry_hash = models.CharField(_("empreinte de l'inscription"), max_length=64, blank=True)

    objects = SittingQuerySet.as_manager()

    class Meta:
        verbose_name = _("composition")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None, ending="") | models.Q(ended_at__isnull=False) & ~models.Q(ending=""),
                name="evaluations_sitting_ended_somehow",
            ),
            models.CheckConstraint(
                condition=~models.Q(ending="absent") | models.Q(text="", started_at=None),
                name="evaluations_sitting_absent_wrote_nothing",
            ),
            models.CheckConstraint(
                condition=~models.Q(ending__in=("handed_in", "time")) | models.Q(started_at__isnull=False),
                name="evaluations_sitting_begun_before_it_ended",
            ),
            # Online nothing is begun, saved or handed in from the deadline on, whoever writes it.
            models.CheckConstraint(
                condition=~models.Q(place="")
                | (models.Q(started_at=None) | models.Q(started_at__lt=models.F("due_at")))
                & (models.Q(saved_at=None) | models.Q(saved_at__lt=models.F("due_at"))),
                name="evaluations_sitting_written_in_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(ending="handed_in") | models.Q(ended_at__lt=models.F("due_at")),
                name="evaluations_sitting_handed_in_in_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.application)

    @property
    def minutes(self) -> int:
        """What this candidate has in all."""
        return self.exercise.minutes + self.extra_minutes

    @property
    def words(self) -> int:
        return len(self.text.split())

    def new_page(self) -> str:
        """The name of one page on which the text is written: the version that it shows, and what tells it from others."""
        return f"{self.version}.{secrets.token_hex(8)}"

    def may_be_written_from(self, page: str) -> bool:
        """Whether the page shows what is kept, or wrote it itself: no other's words would go unseen."""
        return page != "" and (page == self.writer or page.partition(".")[0] == str(self.version))
