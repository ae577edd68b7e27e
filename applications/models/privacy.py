"""What is kept about data themselves: their erasure, the wish for it, and what is asked apart from every file."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from journal.models import Entry
from postings.models import Posting


class ErasureCause(models.TextChoices):
    """Why a file was erased."""

    ASKED = "asked", _("à la demande de la personne")
    RETENTION = "retention", _("fin de la durée de conservation")


class Erasure(models.Model):
    """A file whose contents are gone. What stands is a shell: its number, its states, and hashes that tell nothing more.

    A trigger lets a submitted file lose its manifest only where this row stands.
    """

    application = models.OneToOneField(
        Application, primary_key=True, on_delete=models.PROTECT, related_name="erasure", verbose_name=_("candidature")
    )
    cause = models.CharField(_("cause"), max_length=12, choices=ErasureCause.choices)
    at = models.DateTimeField(_("heure"))
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("effacement")

    def __str__(self) -> str:
        return str(self.application)


class ErasureRequest(models.Model):
    """A candidate asks for a submitted file to be erased; the institution answers in words."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="erasure_requests", verbose_name=_("candidature")
    )
    message = models.TextField(_("précisions"), max_length=2000, blank=True)
    asked_at = models.DateTimeField(_("demandé à"))
    answer = models.TextField(_("réponse"), max_length=2000, blank=True)
    answered_at = models.DateTimeField(_("répondu à"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("demande d’effacement")
        verbose_name_plural = _("demandes d’effacement")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(answered_at=None),
                name="applications_erasurerequest_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(answered_at=None, answer="")
                | (models.Q(answered_at__isnull=False) & ~models.Q(answer="")),
                name="applications_erasurerequest_answered_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"


class Gender(models.TextChoices):
    WOMAN = "woman", _("Femme")
    MAN = "man", _("Homme")


class AgeBand(models.TextChoices):
    UNDER_35 = "under_35", _("Moins de 35 ans")
    FROM_35 = "35_44", _("De 35 à 44 ans")
    FROM_45 = "45_54", _("De 45 à 54 ans")
    FROM_55 = "55_up", _("55 ans et plus")


class Disability(models.TextChoices):
    YES = "yes", _("Oui")
    NO = "no", _("Non")


class Setting(models.TextChoices):
    """Where one lives, so coarsely that it names no place."""

    CITY = "city", _("Une grande ville")
    TOWN = "town", _("Une ville petite ou moyenne")
    COUNTRY = "country", _("Une commune rurale")
    ABROAD = "abroad", _("À l’étranger")


class EqualityAnswer(models.Model):
    """One anonymous slip in the posting's urn. It names no person, no file and no instant; an empty field is no answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="+")
    gender = models.CharField(max_length=10, choices=Gender.choices, blank=True)
    age_band = models.CharField(max_length=10, choices=AgeBand.choices, blank=True)
    disability = models.CharField(max_length=10, choices=Disability.choices, blank=True)
    setting = models.CharField(max_length=10, choices=Setting.choices, blank=True)

    class Meta:
        verbose_name = _("réponse sur l’égalité")
        verbose_name_plural = _("réponses sur l’égalité")

    def __str__(self) -> str:
        return str(self.posting)


class EqualityOffer(models.Model):
    """The questions were put to this file's candidate, once. Whether they were answered is not kept, nor when."""

    application = models.OneToOneField(
        Application, primary_key=True, on_delete=models.CASCADE, related_name="equality_offer"
    )

    class Meta:
        verbose_name = _("questions sur l’égalité posées")

    def __str__(self) -> str:
        return str(self.application)
