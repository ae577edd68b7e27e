"""Around the authority's decision: what HR prepared for it, who renounced since, and who was called in their place."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from evaluations.models.decision import Ruling
from postings.models import Posting


class DecisionDraft(models.Model):
    """The decision as HR prepared it, for the authority to amend or sign. It decides nothing."""

    posting = models.OneToOneField(Posting, on_delete=models.PROTECT, related_name="decision_draft")
    choices = models.JSONField(_("choix"))
    departure = models.TextField(_("motif de l'écart"), blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("préparée par")
    )
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("décision préparée")
        verbose_name_plural = _("décisions préparées")

    def __str__(self) -> str:
        return str(self.posting)


class Renunciation(models.Model):
    """Someone retained, or on the complementary list, no longer wants the post. Their words stay here, and can be erased."""

    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="renunciation", verbose_name=_("dossier")
    )
    words = models.TextField(_("motif"), max_length=1000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("enregistrée par")
    )
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("renonciation")
        ordering = ["id"]

    def __str__(self) -> str:
        return str(self.application)


class Succession(models.Model):
    """The next of the complementary list, called in the place of who renounced. The decision stays as it was taken."""

    ruling = models.ForeignKey(Ruling, on_delete=models.PROTECT, related_name="successions")
    renounced = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="succeeded_by", verbose_name=_("qui renonce")
    )
    called = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="called_in", verbose_name=_("appelé")
    )
    rank = models.PositiveIntegerField(_("rang sur la liste complémentaire"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("appel sur la liste complémentaire")
        verbose_name_plural = _("appels sur la liste complémentaire")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(called=models.F("renounced")), name="evaluations_succession_of_another"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.renounced} → {self.called}"
