"""A slot, and who is heard in it."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from postings.models import Posting


class Interview(models.Model):
    """A slot set by HR; it becomes an interview once a shortlisted file is given to it."""

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
    sequence = models.PositiveSmallIntegerField(_("reports"), default=0)

    class Meta:
        verbose_name = _("entretien")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "starts_at"], name="evaluations_interview_one_at_a_time"),
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
