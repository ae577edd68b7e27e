"""A second posting, made from the first as HR makes it."""

from datetime import timedelta

from postings import drafting, lifecycle
from postings.models import Posting
from tests import cast

SECOND = "directeur-financier"
TITLE = "Directeur financier du P.M.P"


def notice_of(source: Posting) -> str:
    """The first notice's words, for another post and another day."""
    return source.notice_text.replace("30 octobre 2025 à 16h30", "20 novembre 2025 à 12h00")


def copied(source: Posting, *, days: int = 0) -> Posting:
    """Unpublished, with the notice's words; its deadline is 20 November 2025 at noon."""
    closes_at = source.opens_at.replace(year=2025, month=11, day=20, hour=11, minute=0) + timedelta(days=days)
    return drafting.copy(
        source=source, slug=SECOND, title=TITLE, opens_at=source.opens_at, closes_at=closes_at, by=cast.hr(),
        notice=notice_of(source),
    )  # fmt: skip


def second_posting(source: Posting) -> Posting:
    """Published beside the first."""
    posting = copied(source)
    quotation = posting.deadline_quotation.replace("30 octobre 2025 à 16h30", "20 novembre 2025 à 12h00")
    values = {"title": TITLE, "opens_at": posting.opens_at, "closes_at": posting.closes_at}
    changes = drafting.Changes(
        **values, notice=posting.notice_text, deadline_quotation=quotation,
        procedure_quotation=posting.procedure_quotation,
    )  # fmt: skip
    posting = drafting.edit(posting=posting, changes=changes, seen=posting.content_sha256, by=cast.hr())
    return lifecycle.publish(posting=posting, by=cast.hr())
