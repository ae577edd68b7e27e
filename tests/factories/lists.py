"""Lists of candidates brought to the public site, through the acts that bring them there in life."""

from datetime import datetime, timedelta

from evaluations import listing, publications
from evaluations.models import Publication, PublicationLine
from journal import clock
from postings.models import Posting
from tests import cast


def prepared(posting: Posting, stage: str, *, at: datetime | None = None, reason: str = "") -> Publication:
    """By one of HR, for an hour from now."""
    at = at or clock.now() + timedelta(hours=1)
    return publications.publish_list(posting=posting, stage=stage, at=at, by=cast.hr(), reason=reason)


def confirmed(posting: Posting, stage: str, *, at: datetime | None = None, reason: str = "") -> Publication:
    """And by another."""
    publication = prepared(posting, stage, at=at, reason=reason)
    return publications.confirm_list(publication=publication, by=cast.officer())


def shown(posting: Posting, stage: str) -> Publication:
    """Confirmed, its time come; whether it shows hangs on the letters."""
    return confirmed(posting, stage, at=clock.now())


def by_name(posting: Posting, stage: str) -> Publication:
    """As a posting whose rules want names would have it, confirmed and due."""
    now, lines = clock.now(), listing.lines_of(posting, stage)
    publication = Publication.objects.create(
        posting=posting, stage=stage, version=1, names=True, at=now, count=len(lines),
        sha256=listing.fingerprint(listing.text(posting, stage, 1, lines)), prepared_by=cast.hr(), prepared_at=now,
        confirmed_by=cast.officer(), confirmed_at=now,
    )  # fmt: skip
    for line in lines:
        line.publication = publication
    PublicationLine.objects.bulk_create(lines)
    return publication
