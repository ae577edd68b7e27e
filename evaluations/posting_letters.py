"""Who is written to by post: the address that the file gives, and the letter behind a sheet that shows it in the window."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf

from applications.models import Application
from notices import letters
from notices.models import Notice


@dataclass(frozen=True)
class Envelope:
    """A letter to post; ``lines``: the address as an envelope shows it, only a name where the file gives none."""

    notice: Notice
    dossier: str
    lines: tuple[str, ...]
    why: str

    @property
    def has_address(self) -> bool:
        return len(self.lines) > 1


def envelopes(notices: Sequence[Notice]) -> list[Envelope]:
    """The letters with their addresses, in two queries."""
    codes = [notice.subject.partition(":")[2] for notice in notices]
    files = {file.dossier_code: file for file in Application.objects.filter(dossier_code__in=codes)}
    return [_envelope(notice, files.get(code)) for notice, code in zip(notices, codes, strict=True)]


def _envelope(notice: Notice, file: Application | None) -> Envelope:
    tries = list(notice.deliveries.all())
    name = file.full_name if file else str(notice.context.get("name", ""))
    said = [*(file.address.splitlines() if file else ()), file.city if file else ""]
    lines = tuple(line.strip() for line in (name, *said) if line.strip())
    return Envelope(notice, notice.subject.partition(":")[2], lines, tries[-1].detail if tries else "")


def _unseal(source: pikepdf.Pdf) -> None:
    """Take the seal off what goes on paper: it vouches for bytes, which joining two files changes."""
    for key in ("/AcroForm", "/Perms"):
        if key in source.Root:
            del source.Root[key]
    for page in source.pages:
        if "/Annots" in page:
            kept = [note for note in page.Annots if note.get("/Subtype") != "/Widget"]
            page.Annots = pikepdf.Array(kept)


def printable(notice: Notice) -> bytes:
    """The sheet for the window, then the stored letter, to the byte as the mail carried it but for the binding."""
    [envelope] = envelopes([notice])
    context = {"lines": envelope.lines, "dossier": envelope.dossier, "released_at": notice.released_at}
    cover = letters.pdf("evaluations/letters/cover_letter.html", context)
    with pikepdf.open(io.BytesIO(cover)) as whole, pikepdf.open(io.BytesIO(letters.render(notice))) as letter:
        for source in (whole, letter):
            _unseal(source)
        whole.pages.extend(letter.pages)
        printed = io.BytesIO()
        whole.save(printed)
    return printed.getvalue()
