"""What helps the office work on many files: its saved filters, and acts on many files at once."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from postings.models import Posting


class SavedFilter(models.Model):
    """A named choice of files in the list: an officer's own, or shared with the office. It names no person."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("nom"), max_length=60)
    query = models.CharField(_("filtre"), max_length=500)
    shared = models.BooleanField(_("partagé avec le bureau"), default=False)
    saved_at = models.DateTimeField(_("enregistré à"))

    class Meta:
        verbose_name = _("filtre enregistré")
        verbose_name_plural = _("filtres enregistrés")
        ordering = ["name", "id"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="applications_savedfilter_once")]

    def __str__(self) -> str:
        return self.name


class BulkAct(models.TextChoices):
    """What may be done to many files at once. Each file gets the same act as by its own page."""

    ADMIT = "admit", _("Déclarer recevables")
    ASSIGN = "assign", _("Confier à un agent")
    SHARE = "share", _("Répartir entre des agents")
    ASK = "ask", _("Demander la même pièce")


class BulkRun(models.Model):
    """An act on many files: prepared, confirmed once its summary was read, then run, in pieces when it is long.

    ``leased_until`` is the machine's time: a worker that died leaves a run that the next takes up.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(_("acte"), max_length=8, choices=BulkAct.choices)
    terms = models.JSONField(_("paramètres"), default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    prepared_at = models.DateTimeField(_("préparé à"))
    confirmed_at = models.DateTimeField(_("confirmé à"), null=True, blank=True)
    finished_at = models.DateTimeField(_("achevé à"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("acte groupé")
        verbose_name_plural = _("actes groupés")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(finished_at=None) | models.Q(confirmed_at__isnull=False),
                name="applications_bulkrun_confirmed_first",
            )
        ]

    def __str__(self) -> str:
        return self.get_act_display()


class BulkOutcome(models.TextChoices):
    """What became of one file; empty while its turn is to come."""

    DONE = "done", _("fait")
    LEFT_OUT = "left_out", _("laissé de côté")


class BulkItem(models.Model):
    """One file of an act on many."""

    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("suite"), max_length=8, choices=BulkOutcome.choices, blank=True)
    why = models.CharField(_("raison"), max_length=300, blank=True)
    at = models.DateTimeField(_("heure"), null=True, blank=True)

    class Meta:
        verbose_name = _("dossier d’un acte groupé")
        verbose_name_plural = _("dossiers d’un acte groupé")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "application"], name="applications_bulkitem_once"),
            models.CheckConstraint(
                condition=models.Q(outcome="", at=None) | (~models.Q(outcome="") & models.Q(at__isnull=False)),
                name="applications_bulkitem_outcome_dated",
            ),
        ]
        indexes = [models.Index(fields=["run", "outcome"], name="applications_bulkitem_turn")]

    def __str__(self) -> str:
        return self.outcome
