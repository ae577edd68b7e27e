"""One act on many files: the summary before, each file done or left out with its reason, the report after."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import bulk, checklist, second_look, tasks
from applications.bulk_forecast import forecast
from applications.models import Application, BulkItem, BulkRun, PieceRequest
from applications.states import State
from journal import clock
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.applications.test_office_list import crowd
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db
LIST = reverse("admin:applications_application_changelist")


@pytest.fixture
def files(posting: Posting) -> list[Application]:
    found = [factory.submitted(posting, cast.candidate(n)) for n in (1, 2, 3, 4)]
    factory.draft(posting, cast.candidate(5))
    factory.close(posting)
    return found


@pytest.fixture
def client_hr() -> Client:
    return cast.signed_in(cast.hr())


def check_through(file: Application) -> None:
    checklist.save(application=file, found={line.code: ("ok", "") for line in checklist.lines(file)}, by=cast.hr())


def chosen(client: Client, act: str, files: list[Application], **more: str) -> Any:
    """The summary that the list's action leads to."""
    values = {"action": act, "_selected_action": [file.pk for file in files], **more}
    return client.post(LIST, values, follow=True)


def address() -> str:
    return reverse("admin:applications_bulkrun", args=[BulkRun.objects.get().public_id])


def prepared(act: str, files: list[Application]) -> BulkRun:
    rows = Application.objects.filter(pk__in=[file.pk for file in files])
    return bulk.prepare(act=act, applications=rows, by=cast.hr())


def test_admission_is_summed_up_then_reported(files: list[Application], client_hr: Client) -> None:
    for file in files[:2]:
        check_through(file)
    second_look.propose(application=files[2], ground="other", reason="Non.", by=cast.hr())
    page = chosen(client_hr, "admit", files)
    told = page.content.decode()
    assert "<strong>2</strong> dossiers : l’acte sera fait" in told
    assert "<strong>1</strong> laissé de côté : un refus est proposé" in told
    assert "<strong>1</strong> laissé de côté : la grille de contrôle n’est pas entièrement remplie" in told
    assert set(Application.objects.values_list("state", flat=True)) == {State.SUBMITTED, State.LAPSED}
    report = client_hr.post(address(), {"confirmed": "1"}, follow=True).content.decode()
    assert "<strong>2</strong> dossiers faits" in report
    assert files[3].dossier_code in report
    assert Application.objects.filter(state=State.ADMISSIBLE).count() == 2
    assert Entry.objects.get(kind="bulk.confirmed").facts == {"act": "admit", "count": 4}
    client_hr.post(address(), {"confirmed": "1"})
    assert Entry.objects.filter(kind="application.admitted").count() == 2


def test_the_mail_is_read_before_a_piece_is_asked_of_many(files: list[Application], client_hr: Client) -> None:
    piece = files[0].posting.requirements.get(code="diplomes")
    chosen(client_hr, "ask", files[:3])
    terms = {"requirement": piece.pk, "message": "Une copie lisible, s’il vous plaît.", "days": "5"}
    assert client_hr.post(address(), {**terms, "message": " "}).status_code == 422
    summary = client_hr.post(address(), terms).content.decode()
    assert "Une copie lisible" in summary.partition("Le courriel, tel que le recevrait")[2]
    assert PieceRequest.objects.count() == 0
    client_hr.post(address(), {**terms, "confirmed": "1"})
    assert PieceRequest.objects.count() == 3
    assert Notice.objects.filter(kind="piece_requested").count() == 3
    again = prepared("ask", files)
    found = forecast(again, bulk.check_terms(run=again, terms={**terms, "days": 5}))
    assert (found.reached, [n for _why, n in found.left_out]) == (1, [3])


def test_files_are_shared_evenly(files: list[Application], client_hr: Client) -> None:
    both = [cast.hr().pk, cast.officer().pk]
    chosen(client_hr, "share", files)
    assert client_hr.post(address(), {"confirmed": "1"}).status_code == 422
    client_hr.post(address(), {"officers": both, "confirmed": "1"})
    given = sorted(Application.objects.filter(state=State.SUBMITTED).values_list("officer", flat=True))
    assert given == sorted([*both, *both])
    assert Entry.objects.filter(kind="screening.assigned").count() == 4


def test_a_draft_is_never_among_the_chosen(files: list[Application], client_hr: Client) -> None:
    chosen(client_hr, "assign", list(Application.objects.all()))
    assert BulkRun.objects.get().items.count() == 4


def test_files_of_two_campaigns_are_refused(files: list[Application]) -> None:
    nothing = Application.objects.filter(state=State.LAPSED)
    with pytest.raises(ValidationError, match="Aucun dossier déposé"):
        bulk.prepare(act="admit", applications=nothing, by=cast.hr())


def test_a_long_run_is_the_workers_and_goes_on_where_it_stood(
    files: list[Application], client_hr: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "SMALL", 0)
    for file in files:
        check_through(file)
    run = prepared("admit", files)
    bulk.confirm(run=run, terms={}, by=cast.hr())
    page = client_hr.get(reverse("admin:applications_bulkrun", args=[run.public_id])).content.decode()
    assert "<strong>4</strong> à faire" in page
    assert Application.objects.filter(state=State.ADMISSIBLE).count() == 0
    # A worker did one file and died with the lease in its hands.
    bulk._turn(run.items.select_related("application__posting").order_by("pk")[0], run, bulk._Deal(run))
    BulkRun.objects.filter(pk=run.pk).update(leased_until=clock.real() + bulk.LEASE)
    tasks.run_bulk_acts()
    assert Application.objects.filter(state=State.ADMISSIBLE).count() == 1
    BulkRun.objects.filter(pk=run.pk).update(leased_until=clock.real() - bulk.LEASE)
    tasks.run_bulk_acts()
    run.refresh_from_db()
    assert (run.finished_at is not None, run.leased_until) == (True, None)
    assert Application.objects.filter(state=State.ADMISSIBLE).count() == 4
    assert set(BulkItem.objects.values_list("outcome", flat=True)) == {"done"}


def test_a_file_that_fails_is_told_and_the_others_are_done(
    files: list[Application], monkeypatch: pytest.MonkeyPatch
) -> None:
    for file in files:
        check_through(file)
    run, admit = prepared("admit", files), bulk.screening.admit

    def trip(**given: Any) -> Any:
        if given["application"].pk == files[1].pk:
            raise RuntimeError("disk")
        return admit(**given)

    monkeypatch.setattr(bulk.screening, "admit", trip)
    bulk.confirm(run=run, terms={}, by=cast.hr())
    assert Application.objects.filter(state=State.ADMISSIBLE).count() == 3
    left = BulkItem.objects.get(outcome="left_out")
    assert (left.application_id, "erreur technique" in left.why) == (files[1].pk, True)


def test_a_run_is_its_authors_until_it_is_confirmed(files: list[Application]) -> None:
    run = prepared("assign", files)
    page = reverse("admin:applications_bulkrun", args=[run.public_id])
    second = cast.signed_in(cast.officer())
    assert second.get(page).status_code == 403
    assert second.post(page, {"officer": cast.hr().pk, "confirmed": "1"}).status_code == 403
    bulk.confirm(run=run, terms={"officer": cast.hr().pk}, by=cast.hr())
    assert second.get(page).status_code == 200
    assert cast.signed_in(cast.auditor()).get(page).status_code == 200


def test_the_summary_costs_the_same_however_many_files(files: list[Application]) -> None:
    def queries(run: BulkRun) -> int:
        with CaptureQueriesContext(connection) as captured:
            forecast(run, {})
        return len(captured)

    few = queries(prepared("admit", files))
    crowd(files[0].posting, 200)
    assert queries(prepared("admit", list(Application.objects.all()))) == few


def test_what_nobody_confirmed_goes_after_a_day(files: list[Application]) -> None:
    run = prepared("admit", files)
    assert bulk.discard_stale() == 0
    BulkRun.objects.filter(pk=run.pk).update(prepared_at=clock.real() - bulk.STALE * 2)
    bulk.discard_stale()
    assert not BulkRun.objects.exists()
