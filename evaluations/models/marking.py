"""Sheets, marks, and the results of a stage."""

from decimal import Decimal
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from applications.states import State
from evaluations.models.panel import PanelMember
from postings.models import Criterion, Posting, Stage

#: Every mark that exists: 0 to 20 by half points.
MARKS = tuple(Decimal(halves) / 2 for halves in range(41))


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def due(self) -> Self:
        """Sheets that the stage waits for: not excused, and the candidate is still there, and came."""
        present = self.filter(excused_at=None).exclude(application__state=State.WITHDRAWN)
        return present.exclude(stage=Stage.INTERVIEW, application__interview__absent_at__isnull=False)

    def sealed(self) -> Self:
        return self.filter(sealed_at__isnull=False)

    def unsealed(self) -> Self:
        return self.filter(sealed_at=None)


class ScoreSheet(models.Model):
    """One member's marks for one file at one stage. The row is the assignment; sealed, it can't change."""

    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="sheets")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="sheets")
    stage = models.CharField(_("étape"), max_length=12, choices=Stage.choices)
    appreciation = models.TextField(_("appréciation générale"), max_length=3000, blank=True)
    saved_at = models.DateTimeField(_("enregistrée à"), null=True, blank=True)
    sealed_at = models.DateTimeField(_("scellée à"), null=True, blank=True)
    excused_at = models.DateTimeField(_("dispensée à"), null=True, blank=True)
    excuse = models.TextField(_("motif de la dispense"), max_length=500, blank=True)

    objects: ClassVar[ScoreSheetQuerySet] = ScoreSheetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("grille")
        constraints = [
            models.UniqueConstraint(fields=["member", "application", "stage"], name="evaluations_sheet_once"),
            models.CheckConstraint(
                condition=models.Q(sealed_at=None) | models.Q(excused_at=None),
                name="evaluations_sheet_sealed_or_excused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.stage}"


class Score(models.Model):
    """A mark from 0 to 20, by half points, on one criterion."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    value = models.DecimalField(_("note"), max_digits=3, decimal_places=1, null=True, blank=True)
    comment = models.TextField(_("commentaire"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("note")
        ordering = ["criterion__position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="evaluations_score_once"),
            models.CheckConstraint(
                condition=models.Q(value__in=MARKS),
                name="evaluations_score_by_half_points",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"


class Reopening(models.Model):
    """A sealed sheet given back to its member, and why. The words stay here, where they can be erased; not in the journal."""

    sheet = models.ForeignKey(ScoreSheet, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.TextField(_("motif"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("réouverture de grille")
        verbose_name_plural = _("réouvertures de grilles")
        ordering = ["id"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="evaluations_reopening_reasoned")]

    def __str__(self) -> str:
        return self.reason


class Discussion(models.Model):
    """The recorded talk that a gap above the threshold forces, before the stage closes."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="discussions")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    gap = models.DecimalField(_("écart"), max_digits=7, decimal_places=4)
    outcome = models.TextField(_("conclusion"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("discussion d'écart")
        constraints = [models.UniqueConstraint(fields=["application", "stage"], name="evaluations_discussion_once")]

    def __str__(self) -> str:
        return f"{self.application} {self.gap}"


class ThirdMarker(models.Model):
    """A gap stood after its discussion: a third marker was drawn by lot; ``sheet`` is empty when nobody was left to draw.

    The row tells that it was done, the journal with what seed. Nothing that the drawn member reads comes from here.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="third_markers")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    sheet = models.OneToOneField(
        ScoreSheet, null=True, blank=True, on_delete=models.PROTECT, related_name="third", verbose_name=_("grille")
    )
    gap = models.DecimalField(_("écart"), max_digits=7, decimal_places=4)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("troisième correcteur")
        verbose_name_plural = _("troisièmes correcteurs")
        constraints = [models.UniqueConstraint(fields=["application", "stage"], name="evaluations_third_once")]

    def __str__(self) -> str:
        return f"{self.application} {self.gap}"


class StageResult(models.Model):
    """A file's exact weighted total at one stage: the mean of its sealed sheets, kept to four decimals."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="results")
    stage = models.CharField(_("étape"), max_length=12, choices=Stage.choices)
    total = models.DecimalField(_("total"), max_digits=7, decimal_places=4)

    class Meta:
        verbose_name = _("résultat")
        constraints = [models.UniqueConstraint(fields=["application", "stage"], name="evaluations_result_once")]

    def __str__(self) -> str:
        return f"{self.application} {self.total}"


class StageClosing(models.Model):
    """A stage whose sheets are all sealed and whose results stand."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="stage_closings")
    stage = models.CharField(_("étape"), max_length=12, choices=Stage.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("clôture d'étape")
        constraints = [models.UniqueConstraint(fields=["posting", "stage"], name="evaluations_stage_closed_once")]

    def __str__(self) -> str:
        return f"{self.posting} {self.stage}"
