"""What stands in a file: career, documents, referees, answers."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from postings.models import DocumentRequirement, Question


def _stored_name(document: "Document", _filename: str) -> str:
    """Nothing of the person or of the uploaded name reaches the storage."""
    return f"documents/{document.public_id}.pdf"


def _preview_name(document: "Document", _filename: str) -> str:
    return f"previews/{document.public_id}.png"


class CareerEntry(models.Model):
    """One post held. A draft may lack any of it; what was submitted has a title, an employer and a start."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="career")
    # Given by the page that the row was typed on, so that sending it twice is once. Old rows have none.
    key = models.UUIDField(null=True, blank=True, editable=False)
    title = models.CharField(_("fonction"), max_length=150, blank=True)
    employer = models.CharField(_("employeur"), max_length=150, blank=True)
    started = models.DateField(_("depuis le"), null=True, blank=True)
    ended = models.DateField(_("jusqu’au"), null=True, blank=True)
    duties = models.TextField(_("missions"), max_length=1500, blank=True)

    class Meta:
        verbose_name = _("poste occupé")
        ordering = [models.F("started").desc(nulls_last=True), "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended__isnull=True) | models.Q(ended__gte=models.F("started")),
                name="applications_career_ends_after_start",
            ),
            models.UniqueConstraint(
                fields=["application", "key"],
                condition=models.Q(key__isnull=False),
                name="applications_career_key_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Document(models.Model):
    """One uploaded file."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="documents")
    requirement = models.ForeignKey(DocumentRequirement, on_delete=models.PROTECT, related_name="documents")
    file = models.FileField(upload_to=_stored_name)
    name = models.CharField(_("nom du fichier"), max_length=200)
    size = models.PositiveIntegerField(_("taille"))
    pages = models.PositiveIntegerField(_("pages"))
    sha256 = models.CharField("SHA-256", max_length=64)
    uploaded_at = models.DateTimeField(_("reçue à"))
    preview = models.FileField(
        upload_to=_preview_name, blank=True, help_text=_("La première page, en image ; vide si elle n’a pu être tirée.")
    )
    request = models.ForeignKey(
        "applications.PieceRequest",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="documents",
        help_text=_("La demande à laquelle elle répond ; vide pour ce qui a été déposé avec le dossier."),
    )

    class Meta:
        verbose_name = _("pièce")
        verbose_name_plural = _("pièces")
        ordering = ["requirement__position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["application", "requirement", "sha256"], name="applications_document_once")
        ]

    def __str__(self) -> str:
        return self.name


class Referee(models.Model):
    """A person named by the candidate, to be asked about them. Only the telephone may lack once submitted."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="referees")
    key = models.UUIDField(null=True, blank=True, editable=False)
    name = models.CharField(_("nom complet"), max_length=150, blank=True)
    title = models.CharField(_("fonction"), max_length=150, blank=True)
    organisation = models.CharField(_("organisme"), max_length=150, blank=True)
    relationship = models.CharField(_("lien professionnel"), max_length=200, blank=True)
    email = models.EmailField(_("adresse électronique"), blank=True)
    phone = models.CharField(_("téléphone"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("référent")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "key"],
                condition=models.Q(key__isnull=False),
                name="applications_referee_key_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Answer(models.Model):
    """A candidate's answer to one question."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="answers")
    text = models.TextField(_("réponse"), blank=True)

    class Meta:
        verbose_name = _("réponse")
        ordering = ["question__position"]
        constraints = [models.UniqueConstraint(fields=["application", "question"], name="applications_answer_once")]

    def __str__(self) -> str:
        return self.text
