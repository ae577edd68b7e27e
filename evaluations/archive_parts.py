"""What a campaign's archive holds, part by part: where each goes, and how its bytes are had.

Of the register it takes this campaign's own entries; of every other entry the hash alone, which is enough to compute the
root again, so that one campaign's archive tells nothing of another.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from django.conf import settings
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Concat
from django.template.loader import render_to_string

from applications.models import Application, Document
from evaluations import act_of_decision, final_report, minutes
from evaluations.models import ActOfDecision, CampaignArchive, Deliberation, FinalReport, Ruling
from journal import keys, proofs
from journal.append import canonical
from journal.models import Checkpoint, Entry, Leaf
from notices import letters
from notices.models import Notice
from notices.outbox import BEFORE_RELEASE
from postings.models import Posting

_CHUNK = 1 << 20
_PROGRAMS = ("verify", "verify-archive", "recompute")
#: The acts whose inclusion in the register the archive proves one by one too.
PROVED = (
    "posting.published", "posting.closed", "panel.composed", "skills.closed", "deliberation.closed",
    "deliberation.minuted", "minutes.issued", "decision.taken", "decision.issued", "report.issued", "report.rendered",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One entry of the archive. ``chunks`` raises OSError, or ValueError, when it can't be had."""

    path: str
    chunks: Callable[[], Iterable[bytes]]


def _text(path: str, text: str) -> Part:
    return Part(path, lambda: [text.encode()])


def _bytes(read: Callable[[], bytes]) -> list[bytes]:
    """What is read whole, once it is wanted."""
    return [read()]


def parts(archive: CampaignArchive, checkpoint: Checkpoint) -> Iterator[Part]:
    """All of them, in order, one at a time: letters and documents may be many."""
    posting = archive.posting
    yield _text("LISEZMOI.txt", render_to_string("evaluations/archive_readme.txt", {"archive": archive}))
    yield from _programs()
    yield from _notice(posting)
    yield from _register(posting, checkpoint)
    for of_it in (_minutes, _decision, _report, _letters):
        yield from of_it(posting)
    if archive.documents:
        yield from _documents(posting)


def _programs() -> Iterator[Part]:
    for name in _PROGRAMS:
        path = settings.BASE_DIR / "script" / name
        yield Part(f"programmes/{name}", partial(_bytes, path.read_bytes))


def _notice(posting: Posting) -> Iterator[Part]:
    """The notice as published, and its rules as the register froze them."""
    published = Entry.objects.get(kind="posting.published", subject=posting.subject)
    yield _text("avis/avis.txt", posting.notice_text)
    yield _text("avis/regles.json", canonical(published.facts))


def own_entries(posting: Posting) -> QuerySet[Entry]:
    """The campaign's entries: its posting's, its files', and in a rehearsal the moves of its clock."""
    named = Application.objects.filter(posting=posting).annotate(named=Concat(Value("application:"), "dossier_code"))
    of_it = Q(subject=posting.subject) | Q(subject__in=named.values("named")) | Q(kind="clock.moved")
    return Entry.objects.filter(of_it)


def _register(posting: Posting, checkpoint: Checkpoint) -> Iterator[Part]:
    yield _text("registre/cle.txt", keys.verifier(settings.PMP_JOURNAL_ORIGIN, keys.public_key()) + "\n")
    yield _text("registre/empreinte.txt", checkpoint.note)
    yield Part("registre/inscriptions.jsonl", lambda: _entry_lines(posting, checkpoint.size))
    yield Part("registre/feuilles.txt", lambda: _leaf_lines(checkpoint.size))
    for entry in own_entries(posting).filter(kind__in=PROVED, leaf__index__lt=checkpoint.size).order_by("pk"):
        yield Part(f"registre/preuves/{entry.pk:06}-{entry.kind}.json", partial(_bytes, partial(_proof, entry)))


def _proof(entry: Entry) -> bytes:
    return proofs.dump(proofs.prove(entry)).encode()


def _entry_lines(posting: Posting, size: int) -> Iterator[bytes]:
    """With the entries of the campaign's messages, which the register names by a random identifier."""
    messages = {f"notice:{public_id}" for public_id in _messages(posting).values_list("public_id", flat=True)}
    wanted = Q(entry__in=own_entries(posting)) | Q(entry__kind__startswith="notice.")
    rows = Leaf.objects.filter(wanted, index__lt=size).select_related("entry").order_by("index")
    for leaf in rows.iterator(chunk_size=1000):
        if leaf.entry.kind.startswith("notice.") and leaf.entry.subject not in messages:
            continue
        line = {"index": leaf.index, "leaf": bytes(leaf.hash).hex(), "body": leaf.entry.body}
        whole = {**json.loads(leaf.entry.body), **line}
        yield (json.dumps(whole, ensure_ascii=False, sort_keys=True) + "\n").encode()


def _leaf_lines(size: int) -> Iterator[bytes]:
    rows = Leaf.objects.filter(index__lt=size).order_by("index").values_list("hash", flat=True)
    for value in rows.iterator(chunk_size=5000):
        yield f"{bytes(value).hex()}\n".encode()


def _minutes(posting: Posting) -> Iterator[Part]:
    session = Deliberation.objects.filter(posting=posting, closed_at__isnull=False).first()
    if session is None:
        return
    yield _text("resultats/deliberation.json", canonical(session.record))
    if session.minutes_sha256:
        yield Part("proces-verbal/texte.pdf", partial(_bytes, partial(minutes.read, session)))
    if session.final_sha256:
        yield Part("proces-verbal/signe.pdf", partial(_bytes, partial(minutes.read_signed, session)))


def _decision(posting: Posting) -> Iterator[Part]:
    ruling = Ruling.objects.filter(posting=posting).select_related("by", "prepared_by").first()
    if ruling is None:
        return
    rows = ruling.decisions.select_related("application").order_by("application__dossier_code")
    told = {
        "at": ruling.at,
        "by": str(ruling.by),
        "prepared_by": str(ruling.prepared_by or ""),
        "departure": ruling.departure,
        "outcomes": {row.application.dossier_code: {"outcome": row.outcome, "rank": row.rank} for row in rows},
        "reasons": {row.application.dossier_code: row.reasons for row in rows},
    }
    yield _text("decision/decision.json", canonical(told))
    paper = ActOfDecision.objects.filter(ruling=ruling).first()
    if paper is not None:
        yield Part("decision/acte.pdf", partial(_bytes, partial(act_of_decision.read, paper)))


def _report(posting: Posting) -> Iterator[Part]:
    report = FinalReport.objects.filter(posting=posting).first()
    if report is None:
        return
    yield _text("rapport/releve.json", canonical(report.record))
    if report.sha256:
        yield Part("rapport/rapport-final.pdf", partial(_bytes, partial(final_report.read, report)))


def _messages(posting: Posting) -> QuerySet[Notice]:
    return Notice.objects.filter(campaign=posting.slug)


def _letters(posting: Posting) -> Iterator[Part]:
    """Every letter that was released: receipts apart, since each candidate may ask for theirs."""
    rows = _messages(posting).filter(letter__isnull=False).select_related("letter")
    for notice in rows.exclude(state__in=sorted(BEFORE_RELEASE)).order_by("pk").iterator(chunk_size=500):
        folder = "recepisses" if notice.kind == "receipt" else "lettres"
        code = notice.subject.partition(":")[2] or "sans-dossier"
        path = f"{folder}/{code}-{notice.kind.replace('_', '-')}-{notice.pk}.pdf"
        yield Part(path, partial(_bytes, partial(letters.render, notice)))


def _documents(posting: Posting) -> Iterator[Part]:
    """What each file was submitted with, named by what was asked for and never as the candidate's own file was."""
    files = Application.objects.filter(posting=posting, manifest__isnull=False).order_by("dossier_code")
    for file in files.prefetch_related("documents__requirement").iterator(chunk_size=200):
        folder = f"pieces/{file.dossier_code}"
        yield _text(f"{folder}/manifeste.json", canonical(file.manifest))
        for number, document in enumerate(file.documents.all(), 1):
            where = "demandees" if document.request_id else "depot"
            path = f"{folder}/{where}/{number:02}-{document.requirement.code}.pdf"
            yield Part(path, partial(_stored, document))


def _stored(document: Document) -> Iterator[bytes]:
    with document.file.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
