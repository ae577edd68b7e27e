"""What the journal knows of a document that we issued, by its hash: when, of what nature, for which dossier; no more."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from journal.models import Entry
from journal.words import words
from notices.kinds import LABELS
from notices.models import Letter

#: Entries that state the hash of a document drawn once for a whole campaign.
DRAWN = ("deliberation.minuted", "minutes.issued", "decision.issued", "report.rendered")


@dataclass(frozen=True)
class Issued:
    """``label``: what it is; ``at``: by the clock of record; ``dossier``: the file's code, "" for a campaign's document.

    ``entered``: whether the journal has it; a letter that waits to be sent isn't there yet.
    """

    label: str | Promise
    at: datetime
    dossier: str
    entered: bool


def find(sha256: str) -> Issued | None:
    """The document of that hash, if we issued it."""
    drawn = Entry.objects.filter(kind__in=DRAWN, facts__sha256=sha256).first()
    if drawn is not None:
        return Issued(words(drawn.kind), drawn.at, "", entered=True)
    letter = Letter.objects.filter(sha256=sha256).first()
    notice = letter.notices.first() if letter is not None else None
    if letter is None or notice is None:
        return None
    sent = Entry.objects.filter(kind="notice.sent", subject=notice.journal_subject, facts__letter=sha256).first()
    about, _colon, code = notice.subject.partition(":")
    at = sent.at if sent is not None else letter.rendered_at
    return Issued(LABELS[notice.kind], at, code if about == "application" else "", entered=sent is not None)
