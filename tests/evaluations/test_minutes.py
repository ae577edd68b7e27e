"""The minutes: what they say, that they are drawn once, and who reads them."""

import hashlib
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from django.urls import reverse

from evaluations import minutes
from evaluations.models import Deliberation
from journal import checkpoint
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def session() -> Deliberation:
    """Three candidates ranked, the minutes drawn up."""
    return late_stages.closed(3)


def words(pdf: bytes, folder: Path) -> str:
    path = folder / "minutes.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True).stdout
    return " ".join(text.split())


def test_the_minutes_say_who_sat_and_whom_the_jury_proposes(session: Deliberation, tmp_path: Path) -> None:
    text = words(minutes.read(session), tmp_path)
    for member in late_stages.members(session.posting):
        assert text.count(member.user.full_name) == 2  # among the members, and where they sign
    for place in session.ranking.select_related("application"):
        assert place.application.full_name in text
        assert place.appreciation in text
    assert "Le quorum, fixé à 3, est atteint" in text
    assert "Le jury propose à l’autorité de nomination" in text
    assert "Le jury a débattu et conclut à l'unanimité." in text
    assert session.record is not None
    assert session.record["seed"] in text


def test_each_page_of_the_minutes_is_numbered_and_names_the_checkpoint(posting: Posting) -> None:
    sealed = checkpoint.seal()
    assert sealed is not None
    session = late_stages.deliberated(2)
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(minutes.read(session))]
    for number, text in enumerate(pages, start=1):
        told = (f"empreinte n° {sealed.size}, {bytes(sealed.root).hex()[:16]}…", f"page {number} / {len(pages)}")
        assert [words for words in told if words not in text] == [], text


def test_the_minutes_are_drawn_once_and_their_hash_is_in_the_journal(session: Deliberation) -> None:
    again = minutes.render(deliberation=session)
    digest = hashlib.sha256(minutes.read(session)).hexdigest()
    assert (again.minutes_sha256, again.minutes.name) == (digest, f"minutes/{digest}.pdf")
    assert [entry.facts for entry in Entry.objects.filter(kind="deliberation.minuted")] == [{"sha256": digest}]


def test_minutes_cut_short_are_drawn_when_someone_asks_for_them(session: Deliberation) -> None:
    Deliberation.objects.update(minutes="", minutes_sha256="")
    page = cast.signed_in(cast.juror(1)).get(reverse("evaluations:minutes", args=[session.posting.slug]))
    assert page.status_code == 200
    session.refresh_from_db()
    assert hashlib.sha256(page.content).hexdigest() == session.minutes_sha256


def test_minutes_that_were_tampered_with_are_not_handed_out(session: Deliberation) -> None:
    Path(session.minutes.path).write_bytes(b"%PDF-1.7 another")
    with pytest.raises(ValueError, match="not those"):
        minutes.read(session)


def test_an_open_deliberation_has_no_minutes() -> None:
    posting = late_stages.in_session(1)
    with pytest.raises(ValueError, match="open"):
        minutes.render(deliberation=posting.deliberation)
    page = cast.signed_in(cast.hr()).get(reverse("evaluations:minutes", args=[posting.slug]))
    assert page.status_code == 404


def test_the_minutes_open_to_the_jury_hr_the_authority_and_the_auditor_alone(session: Deliberation) -> None:
    url = reverse("evaluations:minutes", args=[late_stages.signed(session).posting.slug])
    readers = [cast.juror(1), cast.juror(5), cast.hr(), cast.authority(), cast.auditor()]
    strangers = [cast.juror(7), cast.candidate(1), cast.administrator()]
    found = [cast.signed_in(user).get(url).status_code for user in (*readers, *strangers)]
    assert found == [200] * len(readers) + [404] * len(strangers)
