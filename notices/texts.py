"""The words that HR may write anew, and what may be merged into them: a closed list for each text, and no language.

A text has two parts: ``opening``, which the mail and the letter both say, and ``sequel``, which only the letter says after
it. What binds stays the templates': reasons, marks, date and place, ways of recourse, proof. ``{name}`` is replaced once,
by a value that is then escaped like any other: nothing is looked up, called or computed.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from notices.models import TextChoice, TextVersion

#: Characters.
LONGEST = {"opening": 2000, "sequel": 6000}
_FIELD = re.compile(r"\{([^{}\n]*)\}")
#: Tabs and line ends are the only control characters that a letter has.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class Text:
    """A text: its kind of notice, its fields (name: our own expression on the notice's context), those it must have.

    ``files``: the templates that hold the project's own words. ``sample``: what their conditions need.
    """

    label: Any
    kind: str
    fields: Mapping[str, str]
    required: frozenset[str]
    files: tuple[str, str]
    sample: Mapping[str, Any]


_ANY = {"nom": "{{ name }}", "dossier": "{{ dossier }}", "poste": "{{ post }}"}
_RESERVE = {"rang": "{{ rank }}", "fin_de_liste": "{{ reserve_ends_at|day }}"}


def _decision(outcome: str, label: Any, more: Mapping[str, str] | None = None) -> Text:
    return Text(
        label=label,
        kind="decision",
        fields=_ANY | {"date": "{{ decided_at|day }}"} | (dict(more) if more else {}),
        required=frozenset({"poste", *(more or ())}),
        files=("notices/decision/_outcome.txt", "notices/decision/_sequel.html"),
        sample={"outcome": outcome},
    )


def _invitation(kind: str, label: Any, more: Mapping[str, str]) -> Text:
    return Text(
        label=label,
        kind=kind,
        fields={**_ANY, **more, "duree": "{{ minutes }}"},
        required=frozenset(),
        files=(f"notices/{kind}/_invited.txt", f"notices/{kind}/_sequel.html"),
        sample={},
    )


TEXTS: dict[str, Text] = {
    "decision.retained": _decision("retained", gettext_lazy("Décision : candidature retenue")),
    "decision.reserve": _decision("reserve", gettext_lazy("Décision : liste complémentaire"), _RESERVE),
    "decision.not_retained": _decision("not_retained", gettext_lazy("Décision : candidature non retenue")),
    "decision.not_shortlisted": _decision("not_shortlisted", gettext_lazy("Décision : non présélectionnée")),
    "decision.inadmissible": _decision("inadmissible", gettext_lazy("Décision : candidature irrecevable")),
    "exercise_invitation": _invitation(
        "exercise_invitation",
        gettext_lazy("Convocation à l’épreuve écrite"),
        {"epreuve": "{{ title }}", "date": "{{ opens_at|day }}", "heure": "{{ opens_at|hour }}"},
    ),
    "interview_invitation": _invitation(
        "interview_invitation",
        gettext_lazy("Convocation à l’entretien"),
        {"date": "{{ starts_at|day }}", "heure": "{{ starts_at|hour }}"},
    ),
}


def text_of(kind: str, context: Mapping[str, Any]) -> str:
    """The text that a notice is made with; empty when its words are the project's alone."""
    if kind == "decision":
        text = f"decision.{context['outcome']}"
        return text if text in TEXTS else ""
    # A second invitation says what changed, and why: that is no form letter.
    return kind if kind in TEXTS and not (context.get("reason") or context.get("again")) else ""


def current(*, campaign: str, text: str) -> TextVersion | None:
    """The version chosen last; None for the project's own words."""
    choice = TextChoice.objects.filter(campaign=campaign, text=text).select_related("version").last()
    return choice.version if choice else None


def version_for(*, kind: str, context: Mapping[str, Any], campaign: str) -> TextVersion | None:
    """What a notice of the campaign is made with now."""
    text = text_of(kind, context)
    return current(campaign=campaign, text=text) if text else None


def clean(words: str) -> str:
    """The words as they are kept: one sort of line end, no control character, nothing around."""
    return _CONTROL.sub("", words.replace("\r\n", "\n").replace("\r", "\n")).strip()


def check(*, text: str, opening: str, sequel: str) -> None:
    """Raises ValidationError, under the part's name, for each field that isn't the text's, is missing, or is cut short."""
    parts = {"opening": opening, "sequel": sequel}
    problems = {name: found for name, words in parts.items() if (found := list(_problems(TEXTS[text], name, words)))}
    used = {field for words in parts.values() for field in _FIELD.findall(words)}
    if missing := sorted(TEXTS[text].required - used):
        problems.setdefault("opening", []).extend(_("Le champ {%(field)s} manque.") % {"field": f} for f in missing)
    if not opening.strip():
        problems["opening"] = [_("Écrivez l’annonce : c’est elle que le message et la lettre disent d’abord.")]
    if problems:
        raise ValidationError(problems)


def _problems(text: Text, name: str, words: str) -> Iterator[str]:
    if len(words) > LONGEST[name]:
        yield _("Ce texte a %(n)d caractères : %(most)d au plus.") % {"n": len(words), "most": LONGEST[name]}
    for field in dict.fromkeys(_FIELD.findall(words)):
        if field not in text.fields:
            known = ", ".join(f"{{{name}}}" for name in text.fields)
            yield _("Le champ {%(field)s} n’existe pas ici. Champs possibles : %(known)s.") % {
                "field": field[:60],
                "known": known,
            }
    if re.search(r"[{}]", _FIELD.sub("", words)):
        yield _("Une accolade est seule : un champ s’écrit entre une accolade ouvrante et une fermante, comme {nom}.")


def merge(words: str, values: Mapping[str, str]) -> str:
    """The words with their fields in place, in one pass: a value is never read for fields itself."""
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), words)


def fingerprint(*, text: str, opening: str, sequel: str) -> str:
    """SHA-256 of the words, which the journal bears."""
    plain = json.dumps({"text": text, "opening": opening, "sequel": sequel}, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(plain.encode()).hexdigest()
