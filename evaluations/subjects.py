"""A subject that ships with the project, read from its folder: ``epreuve.toml``, ``sujet.txt`` and its documents."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from evaluations.exercises import Annex
from postings.models import Posting

DATA = Path(__file__).resolve().parent / "data"


@dataclass(frozen=True)
class Subject:
    """All that an exercise is, but its hour."""

    title: str
    instructions: str
    minutes: int
    subject: str
    documents: list[Annex]


def folder_of(posting: Posting) -> Path:
    """Where the posting's shipped subject would be."""
    return DATA / posting.slug / "epreuve"


def ships_with(posting: Posting) -> bool:
    """Whether the project ships a subject for the posting."""
    return (folder_of(posting) / "epreuve.toml").is_file()


def read(posting: Posting, folder: Path | None = None) -> Subject:
    """The subject of a folder; by default the one that ships with the posting.

    Raises ValidationError when a quotation is no part of the posting's notice: a subject is drawn from it. OSError,
    KeyError and ``tomllib.TOMLDecodeError`` for a folder that is none.
    """
    where = folder or folder_of(posting)
    table = tomllib.loads((where / "epreuve.toml").read_text(encoding="utf-8"))
    for quotation in table["quotations"]:
        if quotation not in posting.notice_text:
            raise ValidationError(_("Cette phrase n’est pas dans l’avis : « %(words)s ».") % {"words": quotation})
    documents = [
        Annex(row["title"], (where / row["file"]).read_text(encoding="utf-8").strip()) for row in table["documents"]
    ]
    subject = (where / "sujet.txt").read_text(encoding="utf-8").strip()
    return Subject(table["title"], table["instructions"].strip(), table["minutes"], subject, documents)
