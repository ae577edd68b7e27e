"""What happens to a campaign besides its files: its cancellation told, its incidents, who answers a recourse, what was purged."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.exchanges import Objection
from journal.models import Entry
from postings.models import DeadlineExtension, Posting


class CancellationTelling(models.Model):
    """What a cancellation still owes: everyone concerned to be told. Unfinished, a sweep takes it up again."""

    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(_("achevée à"), null=True, blank=True)

    class Meta:
        verbose_name = _("annonce d’une annulation")
        verbose_name_plural = _("annonces d’annulations")

    def __str__(self) -> str:
        return f"{self.finished_at or '…'}"


class Incident(models.Model):
    """Something that disturbed a campaign, in words that name nobody. Never rewritten: a correction is a row of its own."""

    posting = models.ForeignKey(
        Posting, on_delete=models.PROTECT, related_name="incidents", verbose_name=_("avis de recrutement")
    )
    began_at = models.DateTimeField(_("début"))
    ended_at = models.DateTimeField(_("fin"), null=True, blank=True)
    what = models.TextField(_("ce qui s’est passé"), max_length=4000)
    affected = models.TextField(_("qui a été touché"), max_length=4000)
    done = models.TextField(_("ce qui a été fait"), max_length=4000)
    extension = models.ForeignKey(
        DeadlineExtension,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="incidents",
        verbose_name=_("report décidé à la suite"),
    )
    corrects = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by", verbose_name=_("corrige")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("inscrit par")
    )
    at = models.DateTimeField(_("inscrit à"))
    #: The register holds the words' hash under this salt.
    salt = models.UUIDField(default=uuid.uuid4, editable=False)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("incident")
        verbose_name_plural = _("incidents")
        ordering = ["began_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at=None) | models.Q(ended_at__gte=models.F("began_at")),
                name="applications_incident_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=~models.Q(what="") & ~models.Q(affected="") & ~models.Q(done=""),
                name="applications_incident_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M}"


class ObjectionAssignment(models.Model):
    """Who answers a recourse. The latest row holds."""

    objection = models.ForeignKey(
        Objection, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("recours")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("confié à")
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("attribution d’un recours")
        verbose_name_plural = _("attributions de recours")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class PurgeCertificate(models.Model):
    """What one purge erased: kinds, how many, since when due. It names nobody, and is never rewritten."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    at = models.DateTimeField(_("heure"))
    #: Canonical JSON, byte for byte as hashed.
    content = models.TextField(_("contenu"))
    sha256 = models.CharField(_("empreinte"), max_length=64)
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("certificat d’effacement")
        verbose_name_plural = _("conservation et effacement")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
