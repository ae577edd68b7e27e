"""Who saw what: a row each time, an entry a day, never rewritten, and read by the auditor alone."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from applications import disclosure
from applications.models import Application, Viewing
from applications.viewing import record_viewing, record_viewings
from journal.models import Entry
from notices import outbox
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory
from tests.factories import late_stages

pytestmark = pytest.mark.django_db
LIST = "/rh/applications/viewing/"


@pytest.fixture
def file(posting: Posting) -> Application:
    found = factory.submitted(posting, cast.candidate())
    factory.close(posting)
    return found


def entries() -> list[tuple[str, str, object]]:
    rows = Entry.objects.filter(kind="file.viewed").order_by("pk")
    return [(entry.actor, entry.subject, entry.facts) for entry in rows]


def test_ten_pages_of_a_file_are_ten_rows_and_one_entry_for_each_person(file: Application) -> None:
    page = reverse("admin:applications_application_change", args=[file.pk])
    for user in (cast.hr(), cast.officer()):
        client = cast.signed_in(user)
        for _time in range(5):
            assert client.get(page).status_code == 200
    assert [row.first for row in Viewing.objects.order_by("pk")] == [True, False, False, False, False] * 2
    assert entries() == [(user.actor, file.subject, {}) for user in (cast.hr(), cast.officer())]


def test_the_next_day_is_another_first(file: Application) -> None:
    record_viewing(application=file, by=cast.hr())
    earlier = Viewing.objects.get()
    Viewing.objects.bulk_create(
        [Viewing(viewer=cast.officer(), application=file, shown="file", role="hr", at=earlier.at - timedelta(days=1),
                 day=earlier.day - timedelta(days=1), first=True)]
    )  # fmt: skip
    record_viewing(application=file, by=cast.officer())
    assert Viewing.objects.filter(viewer=cast.officer(), first=True).count() == 2


def test_two_pages_opened_at_once_have_one_first(file: Application) -> None:
    record_viewing(application=file, by=cast.hr())
    again = Viewing.objects.get()
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


@pytest.mark.django_db(transaction=True)
def test_threads_race_and_the_journal_tells_it_once(posting: Posting) -> None:
    file, by, start = factory.submitted(posting, cast.candidate()), cast.hr(), threading.Barrier(4)

    def work() -> None:
        start.wait()
        record_viewing(application=file, by=by)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert (Viewing.objects.count(), Viewing.objects.filter(first=True).count(), len(entries())) == (4, 1, 1)


@pytest.mark.parametrize(
    "statement", ["UPDATE applications_viewing SET shown = 'marks'", "DELETE FROM applications_viewing"]
)
def test_what_was_seen_stays_as_written(file: Application, statement: str) -> None:
    record_viewing(application=file, by=cast.hr())
    if connection.vendor == "sqlite" and statement.startswith("DELETE"):
        pytest.skip("SQLite in memory lets its tests be emptied")
    with pytest.raises(IntegrityError, match="stays as written"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_candidate_who_reads_their_own_leaves_nothing(file: Application) -> None:
    record_viewing(application=file, by=file.candidate)
    assert not Viewing.objects.exists()


def test_a_page_of_several_files_is_one_entry_that_names_them() -> None:
    session = late_stages.deliberated(3)
    authority = cast.signed_in(cast.authority())
    page = reverse("evaluations:decide", args=[session.posting.slug])
    for _time in range(2):
        assert authority.get(page).status_code == 200
    files = list(Application.objects.filter(ranked__deliberation=session))
    codes = sorted(file.dossier_code for file in files)
    mine = [entry for entry in entries() if entry[0] == cast.authority().actor]
    assert mine == [(cast.authority().actor, session.posting.subject, {"files": codes})]
    assert Viewing.objects.filter(viewer=cast.authority(), shown="marks").count() == 2 * len(files)


def test_many_files_cost_as_many_queries_as_one(posting: Posting) -> None:
    def queries(files: list[Application]) -> int:
        with connection.execute_wrapper(_counting(found := [])):
            record_viewings(applications=files, shown="marks", by=cast.hr())
        return len(found)

    files = [factory.submitted(posting, cast.candidate(n)) for n in range(1, 5)]
    cast.hr()
    assert queries(files[:1]) == queries(files[1:])


def _counting(found: list[str]):  # type: ignore[no-untyped-def]
    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        found.append(sql)
        return execute(sql, params, many, context)

    return note


def test_the_auditor_finds_them_by_person_and_by_file_and_nobody_else_does(file: Application) -> None:
    record_viewing(application=file, by=cast.hr())
    record_viewing(application=file, by=cast.officer())
    auditor = cast.signed_in(cast.auditor())
    page = auditor.get(LIST).content.decode()
    assert [str(who) in page for who in (cast.hr(), cast.officer())] == [True, True]
    assert file.full_name not in page
    rows = auditor.get(LIST, {"personne": str(cast.officer().public_id)}).context["cl"].queryset
    assert [row.viewer for row in rows] == [cast.officer()]
    assert [auditor.get(LIST, {"q": code}).context["cl"].result_count for code in (file.dossier_code, "ZZZZ-ZZZZ")] == [
        2,
        0,
    ]
    for reader in (cast.hr(), cast.officer(), cast.administrator(), cast.secretary()):
        assert cast.signed_in(reader).get(LIST).status_code in (302, 403)


def test_the_candidates_copy_counts_them_by_part_once_the_letter_is_theirs(mailbox: object) -> None:
    posting = late_stages.decided(3).posting
    file = Application.objects.get(posting=posting, candidate=cast.candidate(1))
    page = reverse("admin:applications_application_change", args=[file.pk])
    for _time in range(2):
        cast.signed_in(cast.hr()).get(page)
    assert "consultations" not in disclosure.file(file)
    outbox.approve_all(campaign=posting.slug, kind="decision", by=cast.hr())
    outbox.release_due()
    mine = [row for row in disclosure.file(file)["consultations"] if row["par"].startswith("responsable")]
    assert mine == [{"par": "responsable des ressources humaines", "vu": "dossier", "fois": 2, "jours": 1}]
