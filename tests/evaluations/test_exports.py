"""Lists as spreadsheets and documents as ZIPs: what they hold, who may take them, and what the register keeps of it."""

import csv
import hashlib
import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from applications import intake
from applications.models import Application, Document
from evaluations import document_zips, exporting
from evaluations.listings import LISTINGS
from evaluations.models import StageResult
from evaluations.spreadsheets import csv_chunks, harmless, write_xlsx
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db

HOSTILE = ["=1+1", "+212600000000", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"]


@pytest.fixture
def posting() -> Posting:
    """Everyone heard, every reference verified; nothing drawn in PDF yet, which would cost more than all the rest."""
    return late_stages.verified(late_stages.heard(3))


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def read_csv(response: Any) -> list[list[str]]:
    content = body(response)
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def read_xlsx(response: Any) -> list[list[Any]]:
    book = load_workbook(io.BytesIO(body(response)))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def whole(posting: Posting, name: str, form: str = "csv", user: Client | None = None) -> Any:
    client = user or cast.signed_in(cast.hr())
    return client.get(reverse("evaluations:export", args=[posting.slug, name, form]))


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(text: str) -> None:
    made = b"".join(csv_chunks(["Nom"], [[text]])).decode("utf-8-sig")
    (_header, (cell,)) = csv.reader(io.StringIO(made, newline=""), delimiter=";")
    assert cell == f"'{text}"
    out = io.BytesIO()
    write_xlsx(out, "Liste", ["Nom"], [[text]])
    (found,) = [row[0] for row in load_workbook(out).active.iter_rows(min_row=2)]
    assert (found.data_type, str(found.value)[:1]) == ("s", "'")


def test_plain_cells_are_left_alone() -> None:
    for text in ("El Ouafi", "l’avis", "a=b", "", "3 rue"):
        assert harmless(text) == text
    made = b"".join(csv_chunks(["a"], [[Decimal("13.8250"), None, True, 3, "a;b", 'dit "x"']])).decode("utf-8-sig")
    assert made == 'a\r\n13,8250;;oui;3;"a;b";"dit ""x"""\r\n'


def test_a_text_that_no_workbook_can_hold_is_cut_to_one_that_it_can() -> None:
    out = io.BytesIO()
    write_xlsx(out, "Un titre de plus de trente et un caractères", ["a"], [["x\x00\x0b" + "y" * 40_000]])
    value = str(load_workbook(out).active["A2"].value)
    assert (value[:3], len(value)) == ("x  ", 32_767)


def test_each_list_has_its_rows_in_each_format(posting: Posting) -> None:
    client = cast.signed_in(cast.hr())
    for name, listing in LISTINGS.items():
        for form, read in (("csv", read_csv), ("xlsx", read_xlsx)):
            rows = read(whole(posting, name, form, client))
            assert rows[0] == [str(column) for column in listing.columns]
            assert len(rows) - 1 == listing.find(posting).count() > 0
            assert {len(row) for row in rows} == {len(listing.columns)}
            entry = Entry.objects.filter(kind="list.exported").latest("pk")
            assert entry.facts == {"list": name, "format": form, "rows": len(rows) - 1, "filtered": False}
            assert (entry.actor, entry.subject) == (cast.hr().actor, posting.subject)


def test_a_hostile_name_is_harmless_in_the_list(posting: Posting) -> None:
    Application.objects.filter(candidate=cast.candidate(1)).update(family_name='=HYPERLINK("http://x")')
    cells = [cell for row in read_csv(whole(posting, "dossiers")) for cell in row]
    assert '\'=HYPERLINK("http://x")' in cells


def test_a_draft_is_its_candidates_alone(posting: Posting) -> None:
    draft = Application.objects.create(
        posting=posting, candidate=cast.candidate(8), dossier_code="AAAA-AAAA", family_name="Secret",
        created_at=posting.opens_at, saved_at=posting.opens_at,
    )  # fmt: skip
    text = body(whole(posting, "dossiers")).decode()
    assert draft.dossier_code in text
    assert "Secret" not in text
    assert cast.candidate(8).email not in text


def test_results_open_with_the_stage_and_places_with_the_minutes() -> None:
    session = late_stages.closed(2)
    place = session.ranking.first()
    assert place is not None
    row = next(r for r in read_csv(whole(session.posting, "resultats")) if r[0] == place.application.dossier_code)
    assert row[4:6] == ["", ""]
    late_stages.signed(session)
    row = next(r for r in read_csv(whole(session.posting, "resultats")) if r[0] == place.application.dossier_code)
    assert row[4:6] == [f"{place.total:.4f}".replace(".", ","), str(place.rank)]
    assert not any(name in str(row) for name in (place.application.family_name, place.application.given_names))


def test_no_results_before_the_skills_stage_is_closed() -> None:
    posting = evaluations.all_sealed(evaluations.assigned(1))
    assert whole(posting, "resultats").status_code == 404
    assert whole(posting, "dossiers").status_code == 200
    assert not StageResult.objects.exists()


def test_jurors_candidates_and_the_authority_take_nothing(posting: Posting) -> None:
    url = reverse("evaluations:export", args=[posting.slug, "dossiers", "csv"])
    for person in (cast.juror(1), cast.candidate(1), cast.authority(), cast.administrator()):
        assert cast.signed_in(person).get(url).status_code == 403
        listing = LISTINGS["dossiers"]
        with pytest.raises(PermissionDenied):
            exporting.as_csv(listing=listing, found=listing.find(posting), by=person)
    with pytest.raises(PermissionDenied):
        document_zips.take(files=list(Application.objects.all()), by=AnonymousUser())  # type: ignore[arg-type]
    assert not Entry.objects.filter(kind__in=["list.exported", "documents.downloaded"]).exists()


def test_an_unknown_list_or_format_is_not_there(posting: Posting) -> None:
    client = cast.signed_in(cast.hr())
    for name, form in (("tout", "csv"), ("dossiers", "ods")):
        assert whole(posting, name, form, client).status_code == 404
        assert client.get(reverse("evaluations:export_shown", args=[name, form])).status_code == 404
    assert client.get(reverse("evaluations:export_shown", args=["entretiens", "csv"])).status_code == 404


def shown(client: Client, name: str, query: str) -> Any:
    return client.get(reverse("evaluations:export_shown", args=[name, "csv"]) + query)


def test_what_is_exported_is_what_the_list_shows(posting: Posting) -> None:
    client = cast.signed_in(cast.auditor())
    first, *_others = Application.objects.order_by("pk")
    intake.withdraw(application=first, by=first.candidate)
    by_state = read_csv(shown(client, "dossiers", "?state__exact=withdrawn"))
    by_search = read_csv(shown(client, "dossiers", f"?q={first.dossier_code}"))
    assert [[row[0] for row in rows[1:]] for rows in (by_state, by_search)] == [[first.dossier_code]] * 2
    receipts = read_csv(shown(client, "envois", "?kind=receipt"))
    assert {row[1] for row in receipts[1:]} == {"récépissé"}
    told = [entry.facts for entry in Entry.objects.filter(kind="list.exported")]
    assert [(facts["rows"], facts["filtered"]) for facts in told] == [(1, True), (1, True), (3, True)]


def test_a_filter_that_the_list_refuses_is_refused(posting: Posting) -> None:
    client = cast.signed_in(cast.hr())
    assert shown(client, "dossiers", "?family_name__startswith=B").status_code in (400, 404)


def test_the_number_of_queries_does_not_grow(posting: Posting) -> None:
    for listing in LISTINGS.values():
        counts = []
        for found in (listing.find(posting)[:1], listing.find(posting)):
            with CaptureQueriesContext(connection) as queries:
                list(listing.rows(found))
            counts.append(len(queries))
        assert counts[0] == counts[1], listing.name


def test_a_long_list_leaves_in_pieces() -> None:
    """A hundred thousand rows: what is in memory at once is a few hundred of them."""
    drawn = 0

    def rows() -> Iterator[list[Any]]:
        nonlocal drawn
        for drawn in range(1, 100_001):
            yield [drawn, "x" * 50]

    chunks = csv_chunks(["n", "x"], rows())
    next(chunks)
    next(chunks)
    assert drawn == 500
    assert sum(len(chunk) for chunk in chunks) > 5_000_000


def take(query: str, client: Client | None = None) -> Any:
    return (client or cast.signed_in(cast.hr())).get(reverse("evaluations:documents_zip") + query)


def test_the_documents_of_one_file_come_with_their_hashes(posting: Posting) -> None:
    file = Application.objects.get(candidate=cast.candidate(1))
    Document.objects.filter(application=file).update(name="../../évadé: «CV» de Müller?.pdf")
    response = take(f"?dossier={file.dossier_code}")
    assert f'filename="{file.dossier_code}.zip"' in response["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(body(response))) as archive:
        *names, manifest = archive.namelist()
        sums = dict(reversed(line.split("  ")) for line in archive.read(manifest).decode().splitlines())
        assert sums == {name: hashlib.sha256(archive.read(name)).hexdigest() for name in names}
    documents = file.documents.order_by("pk").select_related("requirement")
    assert names == [
        f"{file.dossier_code}/{n:02}-{d.requirement.code}-evade-CV-de-Muller.pdf" for n, d in enumerate(documents, 1)
    ]
    assert sorted(sums.values()) == sorted(document.sha256 for document in documents)
    entry = Entry.objects.get(kind="documents.downloaded")
    assert (entry.subject, entry.facts) == (file.subject, {"documents": len(names)})


def test_a_selection_comes_in_one_zip_and_each_file_tells_it(posting: Posting) -> None:
    codes = list(Application.objects.values_list("dossier_code", flat=True))
    response = take("?" + "&".join(f"dossier={code}" for code in codes))
    with zipfile.ZipFile(io.BytesIO(body(response))) as archive:
        assert archive.testzip() is None
        assert {name.partition("/")[0] for name in archive.namelist()} == {*codes, document_zips.MANIFEST}
        assert len(set(archive.namelist())) == len(archive.namelist())
    assert Entry.objects.filter(kind="documents.downloaded").count() == len(codes)


def test_no_file_an_unknown_one_or_a_draft_gives_no_zip(posting: Posting) -> None:
    assert take("").status_code == 422
    assert take("?dossier=ZZZZ-ZZZZ").status_code == 404
    Application.objects.create(
        posting=posting, candidate=cast.candidate(8), dossier_code="AAAA-AAAA",
        created_at=posting.opens_at, saved_at=posting.opens_at,
    )  # fmt: skip
    assert take("?dossier=AAAA-AAAA").status_code == 404
