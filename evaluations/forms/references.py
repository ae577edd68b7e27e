"""What a referee and HR type about a reference: short, and by choices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evaluations.models import Method, ReferenceRequest, ReferencesOutcome, VerificationOutcome
from evaluations.references import WORDS
from journal import clock
from postings.models import Criterion, Posting, Stage

RELATIONSHIP = (
    ("yes", _("Oui, c'est exact")),
    ("partly", _("En partie : je précise plus bas")),
    ("no", _("Non")),
)
NATURES = (
    ("manager", _("J'étais son supérieur hiérarchique")),
    ("colleague", _("Nous étions collègues")),
    ("report", _("Cette personne m'encadrait")),
    ("partner", _("Nous travaillions ensemble depuis deux organismes")),
    ("other", _("Autre : je précise plus bas")),
)
LEVELS = (
    ("outstanding", _("Remarquable")),
    ("solid", _("Solide")),
    ("to_develop", _("À développer")),
    ("unknown", _("Je ne peux pas en juger")),
)
RECOMMEND = (
    ("yes", _("Oui, sans réserve")),
    ("reserved", _("Oui, avec des réserves")),
    ("no", _("Non")),
)


def _radio(label: Any, choices: Any, **kwargs: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, **kwargs)


def asked_criteria(posting: Posting) -> list[Criterion]:
    """What a referee is asked about: the criteria of the interview, which are those of conduct at work."""
    return list(posting.criteria.filter(stage=Stage.INTERVIEW))


class ReferenceForm(forms.Form):
    """One minute on a phone: choices, two years, a few words if they wish."""

    relationship = _radio(_("Ce lien professionnel est-il exact ?"), RELATIONSHIP)
    nature = _radio(_("Que faisiez-vous l'un par rapport à l'autre ?"), NATURES)
    since = forms.IntegerField(label=_("Depuis quelle année ?"), min_value=1960)
    until = forms.IntegerField(
        label=_("Jusqu'en quelle année ?"),
        min_value=1960,
        required=False,
        help_text=_("Laissez vide si c'est toujours le cas."),
    )
    recommend = _radio(_("Recommanderiez-vous cette personne pour ce poste ?"), RECOMMEND)
    remarks = forms.CharField(
        label=_("Ce que vous souhaitez ajouter"),
        max_length=1500,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Facultatif, 1 500 caractères au plus."),
    )

    def __init__(self, *args: Any, posting: Posting, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = asked_criteria(posting)
        for criterion in self.criteria:
            self.fields[f"criterion_{criterion.code}"] = _radio(criterion.label, LEVELS)
        self.order_fields(
            [
                "relationship",
                "nature",
                "since",
                "until",
                *(f"criterion_{c.code}" for c in self.criteria),
                "recommend",
                "remarks",
            ]
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        since, until, this_year = cleaned.get("since"), cleaned.get("until"), clock.now().year
        if since and since > this_year:
            self.add_error("since", _("Cette année est à venir."))
        if until and until > this_year:
            self.add_error("until", _("Cette année est à venir : laissez vide si c'est toujours le cas."))
        if since and until and until < since:
            self.add_error("until", _("Cette année précède la première."))
        return cleaned

    def answers(self) -> dict[str, Any]:
        """What was answered, in plain JSON."""
        cleaned = self.cleaned_data
        return {
            "relationship": cleaned["relationship"],
            "nature": cleaned["nature"],
            "since": cleaned["since"],
            "until": cleaned["until"],
            "criteria": {c.code: cleaned[f"criterion_{c.code}"] for c in self.criteria},
            "recommend": cleaned["recommend"],
            "remarks": cleaned["remarks"].strip(),
        }


class DeclineForm(forms.Form):
    """A referee who won't answer, or isn't who was named."""

    reason = forms.CharField(
        label=_("Voulez-vous dire pourquoi ?"), max_length=500, required=False, widget=forms.Textarea({"rows": 2})
    )


class VerificationForm(forms.Form):
    """HR's record of a check."""

    method = _radio(_("Comment avez-vous vérifié ?"), Method.choices)
    outcome = _radio(_("Avec quelle issue ?"), VerificationOutcome.choices)
    note = forms.CharField(
        label=_("Compte rendu"),
        max_length=3000,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("Qui avez-vous joint, quand, et qu'a-t-il été dit du candidat ?"),
    )


class RequestForm(forms.Form):
    """What HR adds to the request to one referee."""

    words = forms.CharField(
        label=_("Votre mot à ce référent"),
        max_length=WORDS,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=_(
            "Facultatif, 600 caractères au plus. Il s'ajoute au message ci-dessous, que vous relisez avant l'envoi."
        ),
    )


class ConclusionForm(forms.Form):
    """HR's conclusion on a file's references."""

    outcome = _radio(_("Que concluez-vous de l'ensemble ?"), ReferencesOutcome.choices)
    summary = forms.CharField(
        label=_("Synthèse et motifs"),
        max_length=2000,
        widget=forms.Textarea({"rows": 6}),
    )


def answer_lines(request: ReferenceRequest) -> list[tuple[Any, Any]]:
    """What a referee said, as pairs of question and answer."""
    said = request.answers
    if not said:
        return [(_("Réponse"), _("effacée à la fin de sa conservation"))]
    labels = {c.code: c.label for c in asked_criteria(request.referee.application.posting)}
    years = f"{said.get('since') or '–'} → {said.get('until') or _('aujourd’hui')}"
    levels = [
        (labels.get(code, code), dict(LEVELS).get(level, level)) for code, level in said.get("criteria", {}).items()
    ]
    return [
        (_("Lien confirmé"), dict(RELATIONSHIP).get(said.get("relationship", ""), "–")),
        (_("Nature du lien"), dict(NATURES).get(said.get("nature", ""), "–")),
        (_("Période"), years),
        *levels,
        (_("Recommandation"), dict(RECOMMEND).get(said.get("recommend", ""), "–")),
        (_("Remarques"), said.get("remarks") or "–"),
    ]
