"""One person's file for one posting, and the moves of its state."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.states import UNSUBMITTED, State
from journal.models import Entry
from postings.models import Posting


class Application(models.Model):
    """A candidature. Its state is assigned by :func:`applications.transitions.move` alone."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="applications")
    candidate = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications")
    dossier_code = models.CharField(_("numéro de dossier"), max_length=9, unique=True)
    state = models.CharField(_("état"), max_length=16, choices=State.choices, default=State.DRAFT, db_index=True)
    created_at = models.DateTimeField(_("ouverte à"))
    saved_at = models.DateTimeField(_("enregistrée à"))

    family_name = models.CharField(_("nom de famille"), max_length=100, blank=True)
    given_names = models.CharField(_("prénoms"), max_length=100, blank=True)
    birth_date = models.DateField(_("date de naissance"), null=True, blank=True)
    nationality = models.CharField(_("nationalité"), max_length=60, blank=True)
    national_id = models.CharField(_("numéro de la pièce d’identité"), max_length=30, blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)
    address = models.TextField(_("adresse postale"), max_length=300, blank=True)
    city = models.CharField(_("ville"), max_length=80, blank=True)

    current_position = models.CharField(_("fonction actuelle"), max_length=150, blank=True)
    current_employer = models.CharField(_("employeur actuel"), max_length=150, blank=True)
    years_of_experience = models.PositiveSmallIntegerField(_("années d’expérience"), null=True, blank=True)
    highest_degree = models.CharField(_("diplôme le plus élevé"), max_length=200, blank=True)

    sworn = models.BooleanField(_("déclaration sur l’honneur"), default=False)
    consented = models.BooleanField(_("information sur les données personnelles lue"), default=False)

    submitted_at = models.DateTimeField(_("déposée à"), null=True, blank=True)
    manifest = models.JSONField(_("manifeste"), null=True, blank=True)
    manifest_sha256 = models.CharField(_("empreinte du manifeste"), max_length=64, blank=True)
    entry_hash = models.CharField(_("empreinte de l’inscription"), max_length=64, blank=True)

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("agent chargé du dossier"),
    )

    class Meta:
        verbose_name = _("candidature")
        verbose_name_plural = _("candidatures")
        constraints = [
            models.UniqueConstraint(fields=["posting", "candidate"], name="applications_application_one_each"),
            models.CheckConstraint(
                condition=models.Q(state__in=State.values), name="applications_application_state_known"
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(state__in=sorted(UNSUBMITTED), submitted_at__isnull=True, manifest_sha256="")
                    | (
                        ~models.Q(state__in=sorted(UNSUBMITTED))
                        & models.Q(submitted_at__isnull=False)
                        & ~models.Q(manifest_sha256="")
                    )
                ),
                name="applications_application_submitted_with_manifest",
            ),
            models.UniqueConstraint(
                fields=["posting"],
                condition=models.Q(state=State.RETAINED),
                name="applications_application_one_retained",
            ),
        ]
        # The office's list: the newest first, one campaign's files in one state, one officer's.
        indexes = [
            models.Index(fields=["-submitted_at", "-id"], name="applications_newest_first"),
            models.Index(fields=["posting", "state", "-submitted_at", "-id"], name="applications_of_a_state"),
            models.Index(fields=["officer", "state"], name="applications_of_an_officer"),
        ]

    def __str__(self) -> str:
        return self.dossier_code

    @property
    def subject(self) -> str:
        """The journal's name of this file."""
        return f"application:{self.dossier_code}"

    @property
    def full_name(self) -> str:
        return f"{self.given_names} {self.family_name}".strip()


class Move(models.Model):
    """A change of state, with the journal entry that it can't be committed without."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="moves")
    from_state = models.CharField(_("de"), max_length=16, choices=State.choices)
    to_state = models.CharField(_("à"), max_length=16, choices=State.choices)
    at = models.DateTimeField(_("heure"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("changement d’état")
        ordering = ["id"]
        constraints = [
            # An examination may be begun again, so a file may be submitted, or screened, more than once.
            models.UniqueConstraint(
                fields=["application", "to_state"],
                condition=~models.Q(to_state__in=[State.SUBMITTED, State.ADMISSIBLE, State.INADMISSIBLE]),
                name="applications_move_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
