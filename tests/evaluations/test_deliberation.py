"""The jury's session: who may open and close it, when, and the order of merit that it freezes."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from applications import intake
from applications.models import Application
from evaluations import deliberation, references
from evaluations.models import Deliberation, RankedFile, ScoreSheet
from evaluations.ranking import lot
from journal.models import Entry
from postings.models import Posting, Stage
from tests import cast
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


def close(posting: Posting, **changes: Any) -> Deliberation:
    values = {"outcome": "Débattu.", "appreciations": late_stages.appreciations(posting), "by": cast.juror(1)}
    return deliberation.close(posting=posting, **{**values, **changes})


def interview_of_two_wins(sheet: ScoreSheet, place: int) -> Decimal:
    """The skills are the same for all (13,825); at the interview the second candidate is the best, the others tie."""
    best = sheet.stage == Stage.INTERVIEW and sheet.application.candidate == cast.candidate(2)
    return Decimal("16") if best else Decimal("13")


def test_open_session_is_the_chairs_and_waits_for_everyone() -> None:
    posting = late_stages.heard(2)
    members = late_stages.members(posting)
    for person in (cast.juror(2), cast.hr(), cast.authority()):
        with pytest.raises(PermissionDenied):
            deliberation.open_session(posting=posting, present=members, by=person)
    with pytest.raises(deliberation.NotReady) as waiting:
        deliberation.open_session(posting=posting, present=members, by=cast.juror(1))
    codes = sorted(Application.objects.filter(posting=posting).values_list("dossier_code", flat=True))
    assert (waiting.value.unheard, waiting.value.unverified) == ([], codes)


def test_open_session_waits_for_the_unheard_unless_they_withdraw() -> None:
    posting = late_stages.verified(late_stages.scheduled(1))
    application = late_stages.shortlisted(posting)[0]
    with pytest.raises(deliberation.NotReady) as waiting:
        deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    assert waiting.value.unheard == [application.dossier_code]
    intake.withdraw(application=application, by=application.candidate)
    session = deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    assert session.closed_at is None


def test_open_session_needs_the_chair_and_the_quorum_and_may_record_a_late_arrival() -> None:
    posting = late_stages.verified(late_stages.heard(1))
    members = late_stages.members(posting)
    for present in (members[:2], members[1:]):
        with pytest.raises(ValidationError) as refusal:
            deliberation.open_session(posting=posting, present=present, by=cast.juror(1))
        assert list(refusal.value.message_dict) == ["present"]
    deliberation.open_session(posting=posting, present=members[:3], by=cast.juror(1))
    session = deliberation.open_session(posting=posting, present=members, by=cast.juror(1))
    assert session.present.count() == 5
    assert Entry.objects.filter(kind="deliberation.opened").count() == 2


def test_close_refuses_what_is_unfinished() -> None:
    posting = late_stages.verified(late_stages.heard(1))
    with pytest.raises(ValidationError):
        close(posting)
    deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    for changes, field in (({"outcome": " "}, "outcome"), ({"appreciations": {}}, "appreciations")):
        with pytest.raises(ValidationError) as refusal:
            close(posting, **changes)
        assert list(refusal.value.message_dict) == [field]
    with pytest.raises(PermissionDenied):
        close(posting, by=cast.juror(2))
    assert RankedFile.objects.count() == 0


def test_close_freezes_exact_totals_and_breaks_ties_by_lots_that_anyone_can_draw_again() -> None:
    session = late_stages.deliberated(3, interview_of_two_wins)
    rows = list(session.ranking.select_related("application__candidate"))
    entry = Entry.objects.get(kind="deliberation.closed")
    seed = entry.facts["seed"]
    tied = [row.application.dossier_code for row in rows[1:]]
    assert rows[0].application.candidate == cast.candidate(2)
    assert [row.total for row in rows] == [Decimal("15.1300"), Decimal("13.3300"), Decimal("13.3300")]
    assert [row.tie_broken_by for row in rows] == ["", "lots", "lots"]
    assert tied == sorted(tied, key=lambda code: lot(seed, code))
    assert [place["dossier"] for place in entry.facts["ranking"]] == [row.application.dossier_code for row in rows]
    assert session.record is not None
    assert session.record["seed"] == seed


def test_close_twice_is_once_and_nothing_before_it_changes_any_more() -> None:
    session = late_stages.deliberated(1)
    again = close(session.posting, outcome="Autre chose.")
    assert (again.pk, again.outcome) == (session.pk, session.outcome)
    assert Entry.objects.filter(kind="deliberation.closed").count() == 1
    referee = Application.objects.get(posting=session.posting).referees.all()[0]
    with pytest.raises(ValidationError):
        references.verify(referee=referee, method="phone", outcome="confirmed", note="Trop tard.", by=cast.hr())
    with pytest.raises(ValidationError):
        deliberation.open_session(
            posting=session.posting, present=late_stages.members(session.posting), by=cast.juror(1)
        )


def test_the_chair_walks_from_attendance_to_closing_on_the_pages() -> None:
    posting = late_stages.verified(late_stages.heard(2))
    client, url = cast.signed_in(cast.juror(1)), reverse("evaluations:deliberation", args=[posting.slug])
    closing = reverse("evaluations:close_deliberation", args=[posting.slug])
    present = [member.pk for member in late_stages.members(posting)]
    assert client.get(url).status_code == 200
    assert client.post(url, {"present": present[1:]}).status_code == 422
    assert client.post(url, {"present": present}).status_code == 302
    words = {f"appreciation_{code}": text for code, text in late_stages.appreciations(posting).items()}
    typed = {**words, "outcome": "Débattu à l'unanimité."}
    missing = client.post(closing, {"outcome": "Débattu à l'unanimité."})
    assert (missing.status_code, "Débattu à l&#x27;unanimité." in missing.content.decode()) == (422, True)
    confirm = client.post(closing, {**typed, "step": "check"})
    assert (confirm.status_code, Deliberation.objects.get().closed_at) == (200, None)
    assert "Débattu" in client.post(closing, {**typed, "step": "edit"}).content.decode()
    assert client.post(closing, {**typed, "step": "close"}).status_code == 302
    assert client.post(closing, {**typed, "step": "close"}).status_code == 302
    assert RankedFile.objects.count() == 2
    assert client.get(url).status_code == 200


def test_the_page_says_what_the_deliberation_waits_for() -> None:
    posting = late_stages.heard(1)
    code = Application.objects.get(posting=posting).dossier_code
    client, url = cast.signed_in(cast.juror(1)), reverse("evaluations:deliberation", args=[posting.slug])
    assert code in client.get(url).content.decode()
    page = client.post(url, {"present": [member.pk for member in late_stages.members(posting)]})
    assert (page.status_code, code in page.content.decode()) == (409, True)


@pytest.mark.parametrize(
    ("person", "status"),
    [
        (lambda: cast.juror(2), 404),
        (lambda: cast.juror(7), 404),
        (cast.hr, 403),
        (cast.authority, 403),
        (cast.auditor, 403),
    ],
)
def test_only_the_chair_enters_the_deliberation(posting: Posting, person: Any, status: int) -> None:
    client = cast.signed_in(person())
    late_stages.evaluations.composed(posting)
    assert client.get(reverse("evaluations:deliberation", args=[posting.slug])).status_code == status
    assert client.post(reverse("evaluations:close_deliberation", args=[posting.slug])).status_code == status


def test_an_interview_can_be_left_out_by_withdrawing_after_it() -> None:
    posting = late_stages.in_session(2)
    gone = Application.objects.get(posting=posting, candidate=cast.candidate(1))
    intake.withdraw(application=gone, by=gone.candidate)
    session = close(posting)
    assert [row.application.candidate for row in session.ranking.all()] == [cast.candidate(2)]
    assert session.closed_at is not None
    assert session.closed_at - session.opened_at >= timedelta(0)
