"""Who stands on a public list, read from the record; and the one text of a list, whose hash the journal keeps."""

import hashlib
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from applications.models import Application
from applications.states import State
from evaluations.models import Decision, Interview, ListStage, Publication, PublicationLine, Ruling, Section, Sitting
from postings.models import Posting

_ORDER = {section: place for place, section in enumerate(Section.values)}


def lines_of(posting: Posting, stage: str) -> list[PublicationLine]:
    """The lines of a list as the record stands, not saved. Raises ValidationError while there is nothing to list."""
    found = {ListStage.EXERCISE: _sitters, ListStage.INTERVIEW: _heard, ListStage.RESULTS: _results}[ListStage(stage)](
        posting
    )
    if not found:
        raise ValidationError(_("Cette liste n’aurait personne : il n’y a encore rien à publier."))
    return sorted(found, key=_key)


def _key(line: PublicationLine) -> tuple[int, int, str]:
    """By merit where there is a place; by code, which tells nothing, anywhere else."""
    return _ORDER[line.section], line.place or 0, line.application.dossier_code


def _convened(files: Iterable[Application]) -> list[PublicationLine]:
    return [PublicationLine(application=file, section=Section.CONVENED) for file in files]


def _sitters(posting: Posting) -> list[PublicationLine]:
    rows = Sitting.objects.filter(application__posting=posting).exclude(application__state=State.WITHDRAWN)
    return _convened(row.application for row in rows.select_related("application"))


def _heard(posting: Posting) -> list[PublicationLine]:
    if Application.objects.filter(posting=posting, state=State.SHORTLISTED, interview__invited_at=None).exists():
        raise ValidationError(_("Tous les candidats présélectionnés ne sont pas encore convoqués."))
    rows = Interview.objects.expected().filter(posting=posting, invited_at__isnull=False)
    return _convened(row.application for row in rows.select_related("application") if row.application)


def _results(posting: Posting) -> list[PublicationLine]:
    """As it stands today: who renounced is no more on it, who was called is."""
    if not Ruling.objects.filter(posting=posting).exists():
        raise ValidationError(_("L’autorité n’a pas encore décidé."))
    retained = Application.objects.filter(posting=posting, state=State.RETAINED)
    lines = [PublicationLine(application=file, section=Section.RETAINED) for file in retained]
    if posting.publication_reserve:
        reserve = Decision.objects.filter(ruling__posting=posting, application__state=State.RESERVE)
        lines += [
            PublicationLine(application=row.application, section=Section.RESERVE, place=row.rank)
            for row in reserve.select_related("application")
        ]
    return lines


def text(posting: Posting, stage: str, version: int, lines: Iterable[PublicationLine]) -> str:
    """The list's one text: the posting, the list and its version, then a line for each file, by code even where names are shown."""
    head = [posting.slug, str(stage), str(version)]
    rows = [
        "\t".join([line.section, *([str(line.place)] if line.place else []), line.application.dossier_code])
        for line in sorted(lines, key=_key)
    ]
    return "\n".join([*head, *rows]) + "\n"


def stored_lines(publication: Publication) -> list[PublicationLine]:
    """The lines of a list, in their order."""
    return sorted(publication.lines.select_related("application"), key=_key)


def text_of(publication: Publication) -> str:
    """The text of a stored list, drawn anew from its lines."""
    return text(publication.posting, publication.stage, publication.version, stored_lines(publication))


def fingerprint(content: str) -> str:
    """SHA-256 of a list's text, hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()
