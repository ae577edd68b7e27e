"""Who saw what of a file: one row each time, never rewritten."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application


class Shown(models.TextChoices):
    """What of a file was on the page."""

    FILE = "file", _("dossier")
    DOCUMENT = "document", _("pièce")
    EXCHANGE = "exchange", _("échange avec le candidat")
    COMPOSITION = "composition", _("épreuve écrite")
    BLIND = "blind", _("réponses, à l’aveugle")
    HEARD = "heard", _("dossier, pour l’entretien")
    MARKS = "marks", _("notes et classement")
    REFERENCES = "references", _("références")


class Viewing(models.Model):
    """Somebody who works here opened a page that shows a file. ``at`` is the real clock's: nothing here has a legal effect.

    ``first``: the first of that person on that file that day, which has its entry in the journal. ``document`` is the
    document's public identifier: it outlives the document, and names nothing once it is erased.
    """

    viewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="viewings", verbose_name=_("personne")
    )
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="viewings", verbose_name=_("dossier")
    )
    shown = models.CharField(_("ce qui était montré"), max_length=20, choices=Shown.choices)
    document = models.UUIDField(_("pièce"), null=True, blank=True)
    role = models.CharField(_("rôle à cet instant"), max_length=20)
    at = models.DateTimeField(_("instant"))
    day = models.DateField(_("jour"))
    first = models.BooleanField(_("première du jour, inscrite au registre"))

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "application", "day"],
                condition=models.Q(first=True),
                name="applications_viewing_one_first",
            ),
            models.CheckConstraint(
                condition=models.Q(shown="document") | models.Q(document=None), name="applications_viewing_document"
            ),
        ]
        indexes = [
            models.Index(fields=["application", "-id"], name="applications_viewing_file"),
            models.Index(fields=["viewer", "-id"], name="applications_viewing_viewer"),
        ]

    def __str__(self) -> str:
        return f"{self.get_shown_display()}, {self.at:%Y-%m-%d %H:%M:%S}"
