"""The jury's deliberation and the authority's decision."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from postings.models import Posting


class Deliberation(models.Model):
    """The session in which the jury settles the order of merit. Closed by its chair, once."""

    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, related_name="deliberation", verbose_name=_("avis")
    )
    opened_at = models.DateTimeField(_("ouverte à"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ouverte par")
    )
    present = models.ManyToManyField("evaluations.PanelMember", related_name="+", verbose_name=_("présents"))
    outcome = models.TextField(_("relevé de la discussion"), blank=True)
    closed_at = models.DateTimeField(_("close à"), null=True, blank=True)
    record = models.JSONField(_("relevé figé"), null=True, blank=True)
    minutes = models.FileField(_("procès-verbal"), upload_to="minutes/", blank=True)
    minutes_sha256 = models.CharField(_("empreinte du procès-verbal"), max_length=64, blank=True)
    #: Perfect ties are drawn with it: public, and drawn at the opening, so that the jury talks of a known order.
    seed = models.CharField(_("graine du tirage au sort"), max_length=32, blank=True)
    frozen_at = models.DateTimeField(_("procès-verbal arrêté à"), null=True, blank=True)
    final = models.FileField(_("procès-verbal signé"), upload_to="minutes/", blank=True)
    final_sha256 = models.CharField(_("empreinte du procès-verbal signé"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("délibération")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(record__isnull=False),
                name="evaluations_deliberation_closed_with_record",
            ),
            models.CheckConstraint(
                condition=models.Q(frozen_at__isnull=True) | models.Q(closed_at__isnull=False),
                name="evaluations_deliberation_frozen_once_closed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.posting)


class RankedFile(models.Model):
    """A file's place in the order of merit, frozen when the deliberation closes."""

    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="ranking")
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="ranked", verbose_name=_("dossier")
    )
    rank = models.PositiveIntegerField(_("rang"))
    #: The place by the total alone; empty in what was closed before votes were held.
    merit_rank = models.PositiveIntegerField(_("rang au total"), null=True, blank=True)
    vote = models.ForeignKey(
        "evaluations.OrderVote",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("place issue d'un vote"),
    )
    skills_total = models.DecimalField(_("compétences"), max_digits=7, decimal_places=4)
    interview_total = models.DecimalField(_("entretien"), max_digits=7, decimal_places=4)
    total = models.DecimalField(_("total"), max_digits=7, decimal_places=4)
    tie_broken_by = models.CharField(_("égalité départagée par"), max_length=20, blank=True)
    appreciation = models.TextField(_("appréciation du jury"), blank=True)

    class Meta:
        verbose_name = _("rang")
        ordering = ["rank"]
        constraints = [models.UniqueConstraint(fields=["deliberation", "rank"], name="evaluations_rank_once")]

    def __str__(self) -> str:
        return f"{self.rank}. {self.application}"


class Ruling(models.Model):
    """The authority's one act on the whole procedure; its departure from the jury's order, in words, where it departs."""

    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="ruling", verbose_name=_("avis"))
    departure = models.TextField(_("motif de l'écart avec la proposition du jury"), blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("préparée par"),
    )
    amended = models.BooleanField(_("modifiée par l'autorité"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("décision de l'autorité")
        verbose_name_plural = _("décisions de l'autorité")

    def __str__(self) -> str:
        return str(self.posting)


class ActOfDecision(models.Model):
    """The one paper of a ruling, as it was drawn up. A row of its own: the ruling can't change any more."""

    ruling = models.OneToOneField(
        Ruling, on_delete=models.PROTECT, related_name="paper", verbose_name=_("décision de l'autorité")
    )
    file = models.FileField(_("acte"), upload_to="rulings/")
    sha256 = models.CharField(_("empreinte"), max_length=64)
    drawn_at = models.DateTimeField(_("établi à"))

    class Meta:
        verbose_name = _("acte de décision")
        verbose_name_plural = _("actes de décision")

    def __str__(self) -> str:
        return str(self.ruling)


class DecisionOutcome(models.TextChoices):
    RETAINED = "retained", _("retenue")
    RESERVE = "reserve", _("liste complémentaire")
    NOT_RETAINED = "not_retained", _("non retenue")


class Decision(models.Model):
    """What the authority decided for one file, with its reasons."""

    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="decisions")
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="decision", verbose_name=_("dossier")
    )
    outcome = models.CharField(_("décision"), max_length=12, choices=DecisionOutcome.choices)
    rank = models.PositiveIntegerField(_("rang sur la liste complémentaire"), null=True, blank=True)
    reasons = models.TextField(_("motifs"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("décision")
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(outcome="reserve", rank__isnull=False)
                    | (~models.Q(outcome="reserve") & models.Q(rank__isnull=True))
                ),
                name="evaluations_decision_reserve_ranked",
            ),
            models.CheckConstraint(condition=~models.Q(reasons=""), name="evaluations_decision_reasoned"),
            models.UniqueConstraint(
                fields=["ruling"], condition=models.Q(outcome="retained"), name="evaluations_decision_one_retained"
            ),
            models.UniqueConstraint(fields=["ruling", "rank"], name="evaluations_decision_reserve_rank_once"),
        ]

    def __str__(self) -> str:
        return f"{self.application} : {self.get_outcome_display()}"
