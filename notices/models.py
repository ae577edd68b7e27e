"""A notice is a row before it is a message."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class NoticeState(models.TextChoices):
    PREPARED = "prepared", _("préparée")
    APPROVED = "approved", _("approuvée")
    RELEASED = "released", _("libérée")
    SENDING = "sending", _("en cours d'envoi")
    SENT = "sent", _("envoyée")
    FAILED = "failed", _("échouée")
    UNCERTAIN = "uncertain", _("incertaine")
    RECALLED = "recalled", _("rappelée")


class Outcome(models.TextChoices):
    SENT = "sent", _("envoyé")
    TECHNICAL = "technical", _("panne de notre côté")
    TEMPORARY = "temporary", _("refus passager")
    PERMANENT = "permanent", _("adresse refusée")
    UNCERTAIN = "uncertain", _("incertain")


class Letter(models.Model):
    """One rendering of a notice's letter, stored once and reused on each try."""

    sha256 = models.CharField(max_length=64, unique=True)
    file = models.FileField(upload_to="letters/")
    size = models.PositiveIntegerField()
    rendered_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256


class TextVersion(models.Model):
    """Words that HR wrote for a campaign's letters, merge fields and all; a row never changes. ``text``: one of :mod:`notices.texts`."""

    campaign = models.CharField(_("campagne"), max_length=60)
    text = models.CharField(_("texte"), max_length=40)
    number = models.PositiveSmallIntegerField(_("version"))
    opening = models.TextField(_("annonce"), max_length=2000)
    sequel = models.TextField(_("suite"), max_length=6000, blank=True)
    sha256 = models.CharField(_("empreinte"), max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("écrite à"))

    class Meta:
        verbose_name = _("version d’un texte")
        verbose_name_plural = _("versions des textes")
        ordering = ["campaign", "text", "number"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "text", "number"], name="notices_textversion_once"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="notices_textversion_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.text} {self.number}"


class TextChoice(models.Model):
    """Which version a campaign's letters are made with, from then on; no ``version``: the project's own words."""

    campaign = models.CharField(_("campagne"), max_length=60)
    text = models.CharField(_("texte"), max_length=40)
    version = models.ForeignKey(TextVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="choices")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("choisie à"))

    class Meta:
        verbose_name = _("choix d’un texte")
        verbose_name_plural = _("choix des textes")
        ordering = ["id"]
        indexes = [models.Index(fields=["campaign", "text", "id"], name="notices_textchoice_latest")]

    def __str__(self) -> str:
        return f"{self.text} {self.version_id}"


class Notice(models.Model):
    """A message owed to a person. The unique key makes it exist once or not at all.

    ``not_before``, ``leased_until`` and ``expires_at`` are real time; the others are the clock of record's. ``turn``: its place
    among those released with it, by lot. ``prepared_by``: who prepared what it tells, and so doesn't approve it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.CharField(_("clé"), max_length=120, unique=True)
    kind = models.CharField(_("nature"), max_length=40, db_index=True)
    campaign = models.CharField(_("campagne"), max_length=60, blank=True, db_index=True)
    subject = models.CharField(_("objet"), max_length=120, blank=True, db_index=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="notices"
    )
    address = models.EmailField(_("adresse"))
    context = models.JSONField(_("données"), default=dict)
    state = models.CharField(_("état"), max_length=12, choices=NoticeState.choices, default=NoticeState.PREPARED)
    created_at = models.DateTimeField(_("préparée à"))
    approved_at = models.DateTimeField(_("approuvée à"), null=True, blank=True)
    release_at = models.DateTimeField(_("part à"), null=True, blank=True)
    released_at = models.DateTimeField(_("libérée à"), null=True, blank=True)
    sent_at = models.DateTimeField(_("envoyée à"), null=True, blank=True)
    not_before = models.DateTimeField(_("prochain essai"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(_("ne part plus après"), null=True, blank=True)
    letter = models.ForeignKey(Letter, null=True, blank=True, on_delete=models.PROTECT, related_name="notices")
    text_version = models.ForeignKey(
        TextVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="notices", verbose_name=_("texte")
    )
    prepared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    turn = models.PositiveIntegerField(default=0)
    posted_on = models.DateField(_("postée le"), null=True, blank=True)

    class Meta:
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ["-id"]
        indexes = [models.Index(fields=["state", "not_before"], name="notices_notice_due")]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=NoticeState.values), name="notices_notice_state_known"),
            models.CheckConstraint(
                condition=models.Q(state__in=["prepared", "approved", "recalled"])
                | models.Q(released_at__isnull=False),
                name="notices_notice_leaves_once_released",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False), name="notices_notice_sent_when"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def journal_subject(self) -> str:
        """The journal's name of this message."""
        return f"notice:{self.public_id}"


class Attachment(models.Model):
    """A small text that goes with a notice, such as an ``.ics``."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=80)
    content_type = models.CharField(max_length=80)
    content = models.TextField()

    def __str__(self) -> str:
        return self.name


class Deed(models.TextChoices):
    APPROVED = "approved", _("approuvée")
    RECALLED = "recalled", _("rappelée")
    RESENT = "resent", _("renvoyée")
    CONFIRMED = "confirmed", _("envoi confirmé")
    POSTED = "posted", _("postée")


class NoticeAct(models.Model):
    """What a person did about a notice, and why."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="acts")
    deed = models.CharField(_("acte"), max_length=10, choices=Deed.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("par"))
    at = models.DateTimeField(_("heure"))
    reason = models.CharField(_("motif"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("acte")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.get_deed_display()} ({self.by})"


class Delivery(models.Model):
    """One try at sending a notice."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField(_("essai"))
    message_id = models.CharField(max_length=200, db_index=True)
    started_at = models.DateTimeField(_("début"), db_index=True)
    ended_at = models.DateTimeField(_("fin"), null=True, blank=True)
    outcome = models.CharField(_("issue"), max_length=12, choices=Outcome.choices, blank=True)
    detail = models.CharField(_("détail"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("envoi")
        verbose_name_plural = _("envois")
        ordering = ["notice", "number"]
        constraints = [models.UniqueConstraint(fields=["notice", "number"], name="notices_delivery_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.get_outcome_display()}"


class Bounce(models.Model):
    """A message that came back, or came to where those come. ``applied``: it made its notice a failed one."""

    sha256 = models.CharField(max_length=64, unique=True)
    received_at = models.DateTimeField(_("reçu à"))
    source = models.CharField(_("par"), max_length=10)
    notice = models.ForeignKey(
        Notice, null=True, blank=True, on_delete=models.PROTECT, related_name="bounces", verbose_name=_("notification")
    )
    action = models.CharField(_("annonce"), max_length=20, blank=True)
    status = models.CharField(_("code"), max_length=12, blank=True)
    detail = models.CharField(_("détail"), max_length=300, blank=True)
    words = models.CharField(_("extrait"), max_length=1000, blank=True)
    applied = models.BooleanField(_("suivi d’effet"), default=False)
    settled_at = models.DateTimeField(_("vu à"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("vu par"),
    )

    class Meta:
        verbose_name = _("message revenu")
        verbose_name_plural = _("messages revenus")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.status} {self.action}"


class FreshCode(models.Model):
    """A code that proves anew who is at the keyboard, before a signature. Only its hash is kept; times are the machine's."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    code = models.CharField(max_length=64)
    failures = models.PositiveSmallIntegerField(_("essais manqués"), default=0)
    sent_at = models.DateTimeField(_("envoyé à"))
    expires_at = models.DateTimeField(_("expire à"))

    class Meta:
        verbose_name = _("code de signature")
        verbose_name_plural = _("codes de signature")

    def __str__(self) -> str:
        return f"{self.user_id}"
