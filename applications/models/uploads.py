"""A document on its way, in pieces."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from postings.models import DocumentRequirement


class Upload(models.Model):
    """What has arrived of one file. It goes once it became a document, or once nobody sends more of it.

    Its bytes stand in the storage under ``stored_name``. Times are the machine's, not the clock of record's: nothing
    here has a legal effect.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="uploads")
    requirement = models.ForeignKey(DocumentRequirement, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("nom du fichier"), max_length=200)
    size = models.PositiveBigIntegerField(_("taille annoncée"))
    received = models.PositiveBigIntegerField(_("octets reçus"), default=0)
    started_at = models.DateTimeField(_("commencé à"))
    touched_at = models.DateTimeField(_("dernier envoi"))

    class Meta:
        verbose_name = _("envoi en cours")
        verbose_name_plural = _("envois en cours")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")), name="applications_upload_within_its_size"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def stored_name(self) -> str:
        """Nothing of the person or of the file's name."""
        return f"uploads/{self.public_id}.part"
