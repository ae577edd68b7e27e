"""What happens in the jury's session: the discussion of each file, the votes on its place, and the minutes' signatures."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models import Application
from evaluations.models.decision import Deliberation
from evaluations.models.panel import PanelMember


class Debate(models.Model):
    """What the jury said of one file, kept as it is typed while the session lasts."""

    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="debates")
    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="debate")
    words = models.TextField(_("débats"), max_length=3000, blank=True)
    saved_at = models.DateTimeField(_("enregistrés à"))

    class Meta:
        verbose_name = _("débats sur un dossier")
        verbose_name_plural = _("débats sur les dossiers")

    def __str__(self) -> str:
        return str(self.application)


class Voice(models.TextChoices):
    FOR = "for", _("pour")
    AGAINST = "against", _("contre")
    ABSTAIN = "abstain", _("abstention")


class OrderVote(models.Model):
    """A vote on moving one file to another place. Its counts and outcome stand once it is closed."""

    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="votes")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="order_votes", verbose_name=_("dossier")
    )
    from_rank = models.PositiveIntegerField(_("rang avant le vote"))
    to_rank = models.PositiveIntegerField(_("rang proposé"))
    motive = models.TextField(_("motif"), max_length=1000)
    secret = models.BooleanField(_("à bulletins secrets"))
    opened_at = models.DateTimeField(_("ouvert à"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("ouvert par")
    )
    closed_at = models.DateTimeField(_("clos à"), null=True, blank=True)
    accepted = models.BooleanField(_("adopté"), null=True, blank=True)
    counts = models.JSONField(_("voix"), null=True, blank=True)
    casting = models.BooleanField(_("voix prépondérante"), default=False)

    class Meta:
        verbose_name = _("vote sur l'ordre")
        verbose_name_plural = _("votes sur l'ordre")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["deliberation"], condition=models.Q(closed_at=None), name="evaluations_vote_one_open"
            ),
            models.CheckConstraint(condition=~models.Q(motive=""), name="evaluations_vote_motivated"),
            models.CheckConstraint(
                condition=models.Q(closed_at=None, accepted=None, counts=None)
                | models.Q(closed_at__isnull=False, accepted__isnull=False, counts__isnull=False),
                name="evaluations_vote_closed_with_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.from_rank} → {self.to_rank}"


class Ballot(models.Model):
    """That a member has voted; in a vote by name, what they voted too. In a secret one their word is a :class:`Slip`."""

    vote = models.ForeignKey(OrderVote, on_delete=models.PROTECT, related_name="ballots")
    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="+")
    voice = models.CharField(_("voix"), max_length=7, choices=Voice.choices, blank=True)

    class Meta:
        verbose_name = _("bulletin")
        constraints = [models.UniqueConstraint(fields=["vote", "member"], name="evaluations_ballot_once")]

    def __str__(self) -> str:
        return f"{self.vote_id} {self.member_id}"


class Slip(models.Model):
    """A word in the urn of a secret vote. The urn is written anew with each, in random order: no row leads to its member."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    vote = models.ForeignKey(OrderVote, on_delete=models.PROTECT, related_name="slips")
    voice = models.CharField(_("voix"), max_length=7, choices=Voice.choices)

    class Meta:
        verbose_name = _("bulletin secret")
        verbose_name_plural = _("bulletins secrets")

    def __str__(self) -> str:
        return self.voice


class Deed(models.TextChoices):
    SIGNED = "signed", _("signé")
    REFUSED = "refused", _("refus de signer")
    UNABLE = "unable", _("empêchement")


class MinutesSignature(models.Model):
    """What a member who was present did with the minutes, over the hash of the body that they read."""

    deliberation = models.ForeignKey(Deliberation, on_delete=models.PROTECT, related_name="signatures")
    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="+", verbose_name=_("membre"))
    deed = models.CharField(_("acte"), max_length=8, choices=Deed.choices)
    body_sha256 = models.CharField(_("empreinte du texte"), max_length=64)
    words = models.TextField(_("observation ou motifs"), max_length=2000, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))

    class Meta:
        verbose_name = _("signature du procès-verbal")
        verbose_name_plural = _("signatures du procès-verbal")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["deliberation", "member"], name="evaluations_signature_once"),
            models.CheckConstraint(
                condition=models.Q(deed="signed") | ~models.Q(words=""), name="evaluations_signature_refusal_reasoned"
            ),
            models.CheckConstraint(condition=~models.Q(body_sha256=""), name="evaluations_signature_of_a_text"),
        ]

    def __str__(self) -> str:
        return f"{self.member} : {self.get_deed_display()}"
