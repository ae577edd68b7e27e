"""Lists of candidates on the public site: who was convened, who is retained."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from postings.models import Posting


class ListStage(models.TextChoices):
    """What a list tells."""

    EXERCISE = "exercise", _("convoqués à l’épreuve écrite")
    INTERVIEW = "interview", _("convoqués à l’entretien")
    RESULTS = "results", _("résultat")


class Section(models.TextChoices):
    """The parts of a list, in the order in which they stand on it."""

    CONVENED = "convened", _("Convoqués")
    RETAINED = "retained", _("Candidature retenue")
    RESERVE = "reserve", _("Liste complémentaire, par ordre de mérite")


class Publication(models.Model):
    """One version of one list. One of HR prepares it, another confirms it; it shows at ``at``, or later, never sooner."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="publications", verbose_name=_("avis"))
    stage = models.CharField(_("liste"), max_length=12, choices=ListStage.choices)
    version = models.PositiveSmallIntegerField(_("version"))
    #: By name or by code, as the posting stated when the list was prepared.
    names = models.BooleanField(_("par nom"))
    at = models.DateTimeField(_("à publier à"))
    count = models.PositiveIntegerField(_("candidats"))
    sha256 = models.CharField(_("empreinte"), max_length=64)
    reason = models.TextField(_("motif de la correction"), max_length=500, blank=True)
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("préparée par")
    )
    prepared_at = models.DateTimeField(_("préparée à"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("confirmée par"),
    )
    confirmed_at = models.DateTimeField(_("confirmée à"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("retirée par"),
    )
    withdrawn_at = models.DateTimeField(_("retirée à"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("motif du retrait"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("liste publiée")
        verbose_name_plural = _("listes publiées")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "stage", "version"], name="evaluations_publication_once"),
            models.UniqueConstraint(
                fields=["posting", "stage"],
                condition=models.Q(confirmed_at=None, withdrawn_at=None),
                name="evaluations_publication_one_prepared",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at=None, confirmed_by=None)
                | (
                    models.Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                    & ~models.Q(confirmed_by=models.F("prepared_by"))
                ),
                name="evaluations_publication_by_two",
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at=None, withdrawn_by=None, withdrawal_reason="")
                | (models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~models.Q(withdrawal_reason="")),
                name="evaluations_publication_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(version=1) | ~models.Q(reason=""),
                name="evaluations_publication_corrected_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posting} : {self.get_stage_display()}, version {self.version}"


class PublicationLine(models.Model):
    """A file on a list. Its candidate's name is read from the file: once erased, no list has it any more."""

    publication = models.ForeignKey(Publication, on_delete=models.PROTECT, related_name="lines")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(_("partie"), max_length=10, choices=Section.choices)
    #: From 1, where the order is that of merit; empty where it tells nothing.
    place = models.PositiveIntegerField(_("rang"), null=True, blank=True)

    class Meta:
        verbose_name = _("ligne d'une liste")
        verbose_name_plural = _("lignes d'une liste")
        constraints = [
            models.UniqueConstraint(fields=["publication", "application"], name="evaluations_publication_line_once")
        ]

    def __str__(self) -> str:
        return str(self.application)
