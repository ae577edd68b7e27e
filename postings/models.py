"""The post: its notice, its rules, its deadline."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    SKILLS = "skills", _("évaluation des compétences")
    INTERVIEW = "interview", _("entretien")


class ReferencesShown(models.TextChoices):
    """When the jury reads HR's summary of a file's references, if ever: never what the referees wrote."""

    NEVER = "never", _("jamais")
    INTERVIEW = "interview", _("dès l'entretien")
    DELIBERATION = "deliberation", _("à l'ouverture de la délibération")


def reference_reminder_days() -> list[int]:
    """Three and six days after the request: a referee answers at once or forgets."""
    return [3, 6]


def reminder_hours() -> list[int]:
    """Seven days, two days and three hours before the deadline: a saved draft is often taken for a submitted file."""
    return [168, 48, 3]


class Ballots(models.TextChoices):
    """How the jury votes when it leaves the order of the totals."""

    NAMED = "named", _("nominal")
    SECRET = "secret", _("à bulletins secrets")


class Published(models.TextChoices):
    """How the lists of candidates are published on the site, if at all."""

    NONE = "none", _("aucune liste")
    CODES = "codes", _("par numéro de dossier")
    NAMES = "names", _("par nom")


class Posting(models.Model):
    """A notice with its rules. Once published, only :mod:`postings.deadline` and closing change it."""

    slug = models.SlugField(_("identifiant"), max_length=60, unique=True)
    title = models.CharField(_("intitulé"), max_length=200)
    institution = models.CharField(_("institution"), max_length=200)
    contract = models.CharField(_("contrat"), max_length=100)
    locality = models.CharField(_("lieu"), max_length=80)
    country = models.CharField(_("pays"), max_length=2, help_text=_("Code ISO 3166-1."))
    notice_text = models.TextField(_("texte de l'avis"))
    notice_sha256 = models.CharField(_("empreinte de l'avis"), max_length=64)
    content_sha256 = models.CharField(_("empreinte de l'avis et de ses règles"), max_length=64)
    timezone = models.CharField(_("fuseau horaire"), max_length=40)
    opens_at = models.DateTimeField(_("ouverture"))
    closes_at = models.DateTimeField(
        _("date limite"), help_text=_("Recevable si et seulement si déposée avant cet instant.")
    )
    deadline_quotation = models.TextField(_("phrase de l'avis sur la date limite"))
    procedure_quotation = models.TextField(_("phrase de l'avis sur la procédure"))
    answers_advice = models.TextField(_("conseil pour les réponses"))
    published_at = models.DateTimeField(_("publié à"), null=True, blank=True)
    closed_at = models.DateTimeField(_("clos à"), null=True, blank=True)
    accepted_count = models.PositiveIntegerField(_("candidatures déposées à la clôture"), null=True, blank=True)
    accepted_sha256 = models.CharField(_("empreinte de la liste"), max_length=64, blank=True)
    #: Ended without a decision, by :mod:`postings.cancelling`; with its reason, which is published.
    cancelled_at = models.DateTimeField(_("annulé à"), null=True, blank=True, editable=False)
    cancellation_reason = models.TextField(_("motif de l’annulation"), blank=True, editable=False)

    # The rules, each a setting of the posting; the sources stand in data/<slug>/posting.toml.
    referees_min = models.PositiveSmallIntegerField(_("référents, au moins"), default=2)
    referees_max = models.PositiveSmallIntegerField(_("référents, au plus"), default=3)
    panel_size = models.PositiveSmallIntegerField(_("membres du jury"), default=5)
    outsiders_min = models.PositiveSmallIntegerField(_("membres extérieurs, au moins"), default=1)
    quorum = models.PositiveSmallIntegerField(_("quorum"), default=3)
    markers_per_file = models.PositiveSmallIntegerField(_("correcteurs par dossier"), default=2)
    gap_threshold = models.DecimalField(
        _("écart qui impose une discussion"), max_digits=4, decimal_places=2, default=Decimal(4)
    )
    comment_below = models.DecimalField(
        _("commentaire exigé sous la note de"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    comment_above = models.DecimalField(
        _("commentaire exigé au-dessus de la note de"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    skills_threshold = models.DecimalField(
        _("seuil de présélection"), max_digits=4, decimal_places=2, default=Decimal(10)
    )
    skills_weight = models.DecimalField(
        _("poids de l'évaluation des compétences"), max_digits=5, decimal_places=4, default=Decimal("0.4")
    )
    interview_weight = models.DecimalField(
        _("poids de l'entretien"), max_digits=5, decimal_places=4, default=Decimal("0.6")
    )
    interview_minutes = models.PositiveSmallIntegerField(_("durée de l'entretien (minutes)"), default=30)
    reference_days = models.PositiveSmallIntegerField(_("délai de réponse des référents (jours)"), default=10)
    reference_reminder_days = models.JSONField(
        _("rappels aux référents"), default=reference_reminder_days, help_text=_("Jours après la demande.")
    )
    references_shown_to_jury = models.CharField(
        _("synthèse des références montrée au jury"),
        max_length=12,
        choices=ReferencesShown.choices,
        default=ReferencesShown.DELIBERATION,
    )
    vote = models.CharField(_("vote sur l'ordre"), max_length=6, choices=Ballots.choices, default=Ballots.NAMED)
    casting_vote = models.BooleanField(_("voix prépondérante de la présidence"), default=True)
    proposal_size = models.PositiveSmallIntegerField(_("candidats proposés à l'autorité"), default=3)
    reserve_days = models.PositiveSmallIntegerField(_("validité de la liste complémentaire (jours)"), default=365)
    hold_minutes = models.PositiveIntegerField(_("délai de rappel des lettres (minutes)"), default=60)
    reminder_hours = models.JSONField(
        _("rappels aux brouillons"), default=reminder_hours, help_text=_("Heures avant la date limite.")
    )
    piece_days = models.PositiveSmallIntegerField(_("délai pour une pièce demandée (jours)"), default=5)
    slot_change_hours = models.PositiveSmallIntegerField(
        _("choix du créneau d'entretien, jusqu'à (heures avant)"), default=48
    )
    interview_reminder_hours = models.JSONField(
        _("rappels avant l'entretien"), null=True, blank=True, help_text=_("Heures avant l'entretien.")
    )
    interview_salt = models.UUIDField(_("sel de l'empreinte des questions d'entretien"), null=True, editable=False)
    objection_days = models.PositiveSmallIntegerField(_("délai de recours (jours)"), default=60)
    publication = models.CharField(
        _("listes publiées"), max_length=6, choices=Published.choices, default=Published.NONE
    )
    publication_reserve = models.BooleanField(_("liste complémentaire publiée"), default=False)
    publication_days = models.PositiveSmallIntegerField(_("durée d'affichage des listes (jours)"), default=60)
    objection_answer_days = models.PositiveSmallIntegerField(_("délai de réponse à un recours (jours)"), default=60)
    retention_days = models.PositiveSmallIntegerField(_("conservation après la procédure (jours)"), default=365)
    #: By kind of data (:mod:`postings.retention`), where it differs from the general period.
    retention = models.JSONField(_("conservation par sorte de données (jours)"), default=dict, blank=True)

    class Meta:
        verbose_name = _("avis de recrutement")
        verbose_name_plural = _("avis de recrutement")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("opens_at")), name="postings_posting_closes_after_opening"
            ),
            models.CheckConstraint(
                condition=models.Q(closed_at__isnull=True) | models.Q(closed_at__gte=models.F("closes_at")),
                name="postings_posting_never_closed_early",
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at=None, cancellation_reason="")
                | (
                    models.Q(cancelled_at__isnull=False, published_at__isnull=False) & ~models.Q(cancellation_reason="")
                ),
                name="postings_posting_cancelled_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """The journal's name of this posting."""
        return f"posting:{self.slug}"


class Criterion(models.Model):
    """What is marked, at which stage, with a weight; it points to the notice's own sentence."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="criteria")
    stage = models.CharField(_("étape"), max_length=12, choices=Stage.choices)
    code = models.SlugField(max_length=40)
    label = models.CharField(_("critère"), max_length=200)
    weight = models.DecimalField(_("poids"), max_digits=5, decimal_places=4)
    quotation = models.TextField(_("phrase de l'avis"))
    anchors = models.JSONField(
        _("repères de notation"), default=dict, help_text=_("Une phrase par note repère : 5, 10, 15, 20.")
    )
    eliminatory = models.DecimalField(
        _("note éliminatoire"),
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        help_text=_("Une moyenne en dessous élimine, quel que soit le total."),
    )
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("critère")
        ordering = ["stage", "position"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "stage", "code"], name="postings_criterion_once"),
            models.CheckConstraint(condition=models.Q(weight__gt=0, weight__lte=1), name="postings_criterion_weight"),
        ]

    def __str__(self) -> str:
        return self.label


class Question(models.Model):
    """A question put to every candidate, on one criterion of the skills evaluation."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="questions")
    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="questions", verbose_name=_("critère")
    )
    code = models.SlugField(max_length=40)
    text = models.TextField(_("question"))
    max_characters = models.PositiveIntegerField(_("caractères, au plus"), default=3000)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("question")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["posting", "code"], name="postings_question_once")]

    def __str__(self) -> str:
        return self.text


class InterviewQuestion(models.Model):
    """A question put to every candidate in interview, in the same words and order. Nobody outside the jury reads it before.

    What was published with the notice holds only a salted hash of them all.
    """

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="interview_questions")
    criterion = models.ForeignKey(
        Criterion, on_delete=models.CASCADE, related_name="interview_questions", verbose_name=_("critère")
    )
    text = models.TextField(_("question"))
    follow_ups = models.JSONField(_("relances"), default=list, help_text=_("Les mêmes pour tous, au besoin."))
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("question d'entretien")
        verbose_name_plural = _("questions d'entretien")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "position"], name="postings_interviewquestion_once"),
        ]

    def __str__(self) -> str:
        return self.text


class DocumentRequirement(models.Model):
    """A document that a complete file must contain."""

    posting = models.ForeignKey(Posting, on_delete=models.CASCADE, related_name="requirements")
    code = models.SlugField(max_length=40)
    label = models.CharField(_("pièce"), max_length=200)
    help = models.TextField(_("précisions"), blank=True)
    required = models.BooleanField(_("obligatoire"), default=True)
    max_files = models.PositiveSmallIntegerField(_("fichiers, au plus"), default=1)
    max_bytes = models.PositiveIntegerField(_("octets, au plus"), default=5_000_000)
    max_pages = models.PositiveSmallIntegerField(_("pages, au plus"), default=50)
    photos = models.BooleanField(
        _("photos acceptées"), default=True, help_text=_("Des photos du papier sont réunies en un PDF.")
    )
    photo_bytes = models.PositiveIntegerField(_("octets d'une photo, au plus"), default=20_000_000)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("pièce demandée")
        verbose_name_plural = _("pièces demandées")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["posting", "code"], name="postings_requirement_once")]

    def __str__(self) -> str:
        return self.label


class DeadlineExtension(models.Model):
    """One move of the deadline, later, with author and reason; published with the notice."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="extensions")
    previous = models.DateTimeField(_("ancienne date limite"))
    closes_at = models.DateTimeField(_("nouvelle date limite"))
    reason = models.TextField(_("motif"))
    incident = models.BooleanField(_("après un incident"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("décidé par")
    )
    at = models.DateTimeField(_("décidé à"))

    class Meta:
        verbose_name = _("report de la date limite")
        verbose_name_plural = _("reports de la date limite")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes_at__gt=models.F("previous")), name="postings_extension_later"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.previous:%Y-%m-%d %H:%M} → {self.closes_at:%Y-%m-%d %H:%M}"
