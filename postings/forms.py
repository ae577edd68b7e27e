"""HR's forms on a posting that is not published yet."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from postings.drafting import Changes
from postings.models import Posting


def _moment(label: Any, help_text: Any = "") -> forms.SplitDateTimeField:
    day = {"type": "date", "aria-label": _("%(what)s : jour") % {"what": label}}
    hour = {"type": "time", "step": "60", "aria-label": _("%(what)s : heure") % {"what": label}}
    widget = forms.SplitDateTimeWidget(date_attrs=day, time_attrs=hour, date_format="%Y-%m-%d", time_format="%H:%M")
    return forms.SplitDateTimeField(label=label, help_text=help_text, widget=widget)


def _words(label: Any, rows: int = 3, help_text: Any = "", *, strip: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, widget=widget, help_text=help_text, max_length=100_000, strip=strip)


class CopyForm(forms.Form):
    """What a posting made from another has of its own."""

    title = forms.CharField(label=_("Intitulé du poste"), max_length=200)
    slug = forms.SlugField(
        label=_("Identifiant"),
        max_length=60,
        help_text=_(
            "Le nom de l’avis dans son adresse : lettres sans accent, chiffres et tirets. Il ne changera plus."
        ),
    )
    opens_at = _moment(_("Ouverture du dépôt"), _("Heure du Maroc."))
    closes_at = _moment(_("Date limite"), _("Heure du Maroc. Une candidature est reçue avant cet instant."))


class DraftForm(forms.Form):
    """Dates, words and quotations of an unpublished posting. Each quotation is one or more whole sentences of the notice."""

    seen = forms.CharField(widget=forms.HiddenInput)
    title = forms.CharField(label=_("Intitulé du poste"), max_length=200)
    opens_at = _moment(_("Ouverture du dépôt"), _("Heure du Maroc."))
    closes_at = _moment(_("Date limite"), _("Heure du Maroc."))
    notice = _words(_("Texte de l’avis, mot pour mot"), 16, _("Un paragraphe par ligne."), strip=False)
    deadline_quotation = _words(_("Phrase de l’avis qui dit la date limite"))
    procedure_quotation = _words(_("Phrase de l’avis qui dit la procédure"))

    def __init__(self, data: Any = None, *, posting: Posting) -> None:
        super().__init__(data, initial=_initial(posting))
        self.posting = posting
        for row in posting.criteria.order_by("position"):
            label = _("Phrase de l’avis d’où vient le critère « %(label)s »") % {"label": row.label}
            self._add(f"citation-{row.code}", label, row.quotation)
        for question in posting.questions.all():
            self._add(
                f"question-{question.code}", _("Question écrite n° %(n)d") % {"n": question.position}, question.text
            )
        for asked in posting.interview_questions.all():
            label = _("Question d’entretien n° %(n)d (jamais publiée)") % {"n": asked.position}
            self._add(f"entretien-{asked.position}", label, asked.text)

    def _add(self, name: str, label: Any, text: str) -> None:
        self.fields[name] = _words(label)
        self.initial[name] = text

    def _of(self, prefix: str) -> dict[str, str]:
        start = f"{prefix}-"
        return {name.removeprefix(start): text for name, text in self.cleaned_data.items() if name.startswith(start)}

    def changes(self) -> Changes:
        """What the act takes."""
        values = self.cleaned_data
        names = ("title", "opens_at", "closes_at", "notice", "deadline_quotation", "procedure_quotation")
        return Changes(
            **{name: values[name] for name in names},
            quotations=self._of("citation"),
            questions=self._of("question"),
            interview_questions={int(place): text for place, text in self._of("entretien").items()},
        )


def _initial(posting: Posting) -> dict[str, Any]:
    names = ("title", "opens_at", "closes_at", "deadline_quotation", "procedure_quotation")
    told = {name: getattr(posting, name) for name in names}
    return {**told, "notice": posting.notice_text, "seen": posting.content_sha256}
