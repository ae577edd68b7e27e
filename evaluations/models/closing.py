"""What closes a procedure: the final report on it, and the signed archive of all its papers."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from postings.models import Posting


class FinalReport(models.Model):
    """The report on the whole procedure, issued once. Its record is frozen; its one drawing follows, and stands."""

    posting = models.OneToOneField(
        Posting, on_delete=models.PROTECT, related_name="final_report", verbose_name=_("avis")
    )
    record = models.JSONField(_("relevé figé"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("établi par")
    )
    at = models.DateTimeField(_("établi à"))
    file = models.FileField(_("rapport final"), upload_to="reports/", blank=True)
    sha256 = models.CharField(_("empreinte du rapport"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("rapport final")
        verbose_name_plural = _("rapports finaux")

    def __str__(self) -> str:
        return str(self.posting)


class CampaignArchive(models.Model):
    """One signed ZIP of a campaign's papers: asked for, made by a worker, kept in the private folder until it is erased.

    ``done`` of ``total`` is how far its making is. A worker holds the row until ``leased_until``, in real time. Finished,
    it has a file and its hash, or a ``problem``; ``erased_at``: the file went when the data in it had to go, the hash stays.
    """

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="archives", verbose_name=_("avis"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("demandée par"),
    )
    asked_at = models.DateTimeField(_("demandée à"))
    documents = models.BooleanField(_("avec les pièces des candidats"), default=False)
    done = models.PositiveIntegerField(_("entrées écrites"), default=0)
    total = models.PositiveIntegerField(_("entrées à écrire"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(_("achevée à"), null=True, blank=True)
    problem = models.CharField(_("ce qui a manqué"), max_length=200, blank=True)
    file = models.FileField(_("archive"), upload_to="archives/", blank=True)
    sha256 = models.CharField(_("empreinte de l’archive"), max_length=64, blank=True)
    size = models.PositiveBigIntegerField(_("taille"), default=0)
    erased_at = models.DateTimeField(_("effacée à"), null=True, blank=True)

    class Meta:
        verbose_name = _("archive de la campagne")
        verbose_name_plural = _("archives des campagnes")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["posting"], condition=models.Q(finished_at=None), name="evaluations_archive_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at=None, sha256="", problem="")
                | models.Q(finished_at__isnull=False, problem="") & ~models.Q(sha256="")
                | models.Q(finished_at__isnull=False, sha256="") & ~models.Q(problem=""),
                name="evaluations_archive_made_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.posting} {self.asked_at:%Y-%m-%d}"

    @property
    def is_kept(self) -> bool:
        """Whether its file is there to be taken."""
        return bool(self.sha256) and self.erased_at is None
