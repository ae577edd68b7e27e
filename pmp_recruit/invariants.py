"""States that should be impossible: one small function each. They report, and never repair.

Each function yields a sentence for what is wrong; nothing yielded means that it holds.
"""

from collections.abc import Callable, Iterator
from hashlib import sha256

from django.db.models import Count, F, Q

from applications.closing import list_hash
from applications.models import Application, Document, Move
from applications.states import FINAL, UNSUBMITTED, State
from evaluations.models import Declaration, ScoreSheet
from journal import fsck
from notices.models import Delivery, Notice, NoticeState, Outcome
from postings.models import Posting


def _submitted(posting: Posting) -> list[str]:
    files = Application.objects.filter(posting=posting).exclude(state__in=sorted(UNSUBMITTED))
    return sorted(files.values_list("dossier_code", flat=True))


def journal_verifies() -> Iterator[str]:
    """Every entry, leaf, node and checkpoint of the journal agrees with the others."""
    yield from (str(problem) for problem in fsck.check())


def state_is_the_last_move() -> Iterator[str]:
    """A file's state is where its last move took it; a file without a move is a draft."""
    for application in Application.objects.prefetch_related("moves").iterator(chunk_size=500):
        moves = list(application.moves.all())
        expected = moves[-1].to_state if moves else State.DRAFT
        if application.state != expected:
            yield f"{application.dossier_code}: state {application.state}, last move to {expected}"


def moves_stand_in_the_journal() -> Iterator[str]:
    """Each move tells the same as its entry."""
    for move in Move.objects.select_related("entry", "application").iterator(chunk_size=500):
        facts = (move.entry.facts.get("from"), move.entry.facts.get("to"), move.entry.subject)
        if facts != (move.from_state, move.to_state, move.application.subject):
            yield f"{move.application.dossier_code}: move {move.pk} differs from entry {move.entry_id}"


def nothing_late_got_in() -> Iterator[str]:
    """Every submission is strictly before its posting's deadline."""
    late = Application.objects.filter(submitted_at__gte=F("posting__closes_at"))
    yield from (f"{code}: accepted at or after the deadline" for code in late.values_list("dossier_code", flat=True))


def closing_list_equals_a_recount() -> Iterator[str]:
    """A closed posting's count and hash are those of its submitted files, counted again."""
    for posting in Posting.objects.filter(closed_at__isnull=False):
        codes = _submitted(posting)
        if posting.accepted_count != len(codes):
            yield f"{posting.slug}: {posting.accepted_count} counted at closing, {len(codes)} now"
        if posting.accepted_sha256 != list_hash(codes):
            yield f"{posting.slug}: the hash of the closing list differs from a recount"


def no_draft_outlives_the_closing() -> Iterator[str]:
    """Once closed and its aftermath finished, a posting has no draft left."""
    drafts = Application.objects.filter(state=State.DRAFT, posting__aftermath__finished_at__isnull=False)
    yield from (f"{code}: a draft after closing" for code in drafts.values_list("dossier_code", flat=True))


def one_receipt_each() -> Iterator[str]:
    """Every submitted file is owed exactly one receipt, and no other file any."""
    owed = set(Application.objects.exclude(state__in=sorted(UNSUBMITTED)).values_list("dossier_code", flat=True))
    keys = Notice.objects.filter(kind="receipt").values_list("key", flat=True)
    receipts = {key.removeprefix("receipt:") for key in keys}
    yield from (f"{code}: submitted without a receipt" for code in sorted(owed - receipts))
    yield from (f"{code}: a receipt without a submission" for code in sorted(receipts - owed))


def one_decision_letter_each() -> Iterator[str]:
    """Every decided file has its decision letter, and each letter a file that the decision reached."""
    decided_postings = Posting.objects.filter(applications__state__in=sorted(FINAL)).distinct()
    told = {*FINAL, State.INADMISSIBLE, State.NOT_SHORTLISTED}
    files = Application.objects.filter(posting__in=decided_postings, state__in=sorted(told))
    owed = set(files.values_list("dossier_code", flat=True))
    keys = Notice.objects.filter(kind="decision").values_list("key", flat=True)
    letters = {key.removeprefix("decision:") for key in keys}
    yield from (f"{code}: decided without a letter" for code in sorted(owed - letters))


def stored_documents_are_whole() -> Iterator[str]:
    """Each document on disk has the size and the SHA-256 that its row, and so the receipt, tells."""
    for document in Document.objects.select_related("application").iterator(chunk_size=200):
        try:
            with document.file.open("rb") as file:
                content = file.read()
        except OSError:
            yield f"{document.application.dossier_code}: document {document.public_id} is missing"
            continue
        if (len(content), sha256(content).hexdigest()) != (document.size, document.sha256):
            yield f"{document.application.dossier_code}: document {document.public_id} changed"


def manifests_are_what_was_submitted() -> Iterator[str]:
    """Each submitted file's manifest names its documents as they stand."""
    files = Application.objects.exclude(manifest=None).prefetch_related("documents")
    for application in files.iterator(chunk_size=200):
        assert application.manifest is not None  # noqa: S101 - the query's own condition
        frozen = sorted(document["sha256"] for document in application.manifest["documents"])
        if frozen != sorted(document.sha256 for document in application.documents.all()):
            yield f"{application.dossier_code}: the documents differ from the manifest"


def nothing_was_sent_twice() -> Iterator[str]:
    """No notice left twice, and what stands as sent left once."""
    sent = Count("deliveries", filter=Q(deliveries__outcome=Outcome.SENT))
    for notice in Notice.objects.annotate(times=sent).filter(Q(times__gt=1) | Q(state=NoticeState.SENT, times=0)):
        yield f"{notice.key}: sent {notice.times} times"


def no_delivery_is_forgotten() -> Iterator[str]:
    """A try without an outcome belongs to a notice that is being sent."""
    open_tries = Delivery.objects.filter(outcome="").exclude(notice__state=NoticeState.SENDING)
    yield from (f"{delivery.notice.key}: a try without an outcome" for delivery in open_tries.select_related("notice"))


def sealed_sheets_are_full() -> Iterator[str]:
    """A sealed sheet has a mark on every criterion."""
    empty = ScoreSheet.objects.filter(sealed_at__isnull=False, scores__value__isnull=True).distinct()
    yield from (f"sheet {sheet.pk}: sealed with a mark missing" for sheet in empty)


def no_conflicted_member_marked() -> Iterator[str]:
    """Nobody's sealed marks stand on a file for which they declared a conflict."""
    for declaration in Declaration.objects.filter(conflict=True).select_related("application"):
        sheets = ScoreSheet.objects.filter(member=declaration.member_id, application=declaration.application_id)
        if sheets.filter(sealed_at__isnull=False).exists():
            yield f"{declaration.application.dossier_code}: marked by a member in conflict"


INVARIANTS: tuple[Callable[[], Iterator[str]], ...] = (
    journal_verifies,
    state_is_the_last_move,
    moves_stand_in_the_journal,
    nothing_late_got_in,
    closing_list_equals_a_recount,
    no_draft_outlives_the_closing,
    one_receipt_each,
    one_decision_letter_each,
    stored_documents_are_whole,
    manifests_are_what_was_submitted,
    nothing_was_sent_twice,
    no_delivery_is_forgotten,
    sealed_sheets_are_full,
    no_conflicted_member_marked,
)


def broken() -> dict[str, list[str]]:
    """The invariants that don't hold, by name, each with what is wrong."""
    found = {check.__name__: list(check()) for check in INVARIANTS}
    return {name: problems for name, problems in found.items() if problems}
