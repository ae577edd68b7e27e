"""Two campaigns at once, with a candidate in both and a juror in one: nothing of one is seen, told or done in the other."""

from datetime import timedelta

import pytest
from django.urls import reverse

from applications import closing, reminders, tasks
from applications.models import Application, EqualityAnswer, Objection, PieceRequest
from applications.states import State
from evaluations import panels
from evaluations.models import PanelMember
from evaluations.panels import MemberSeat
from journal import clock
from notices import outbox
from notices.models import Notice
from postings.models import Posting
from rehearsal import pace
from tests import cast
from tests.factories import applications as factory
from tests.factories import evaluations, late_stages
from tests.factories.postings import TITLE, second_posting

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(posting: Posting) -> Posting:
    return second_posting(posting)


def file_of(posting: Posting, candidate: int = 1) -> Application:
    return Application.objects.get(posting=posting, candidate=cast.candidate(candidate))


def test_the_home_page_lists_both_and_each_has_its_own_deadline(posting: Posting, other: Posting) -> None:
    shown = cast.Client().get("/").content.decode()
    assert (posting.title in shown, TITLE in shown) == (True, True)
    for one, another in ((posting, other), (other, posting)):
        hour = cast.Client().get(reverse("postings:hour", args=[one.slug])).json()
        assert hour["closes_at"] == one.closes_at.isoformat() != another.closes_at.isoformat()


def test_closing_and_reminding_one_leaves_the_other_open(posting: Posting, other: Posting) -> None:
    for one in (posting, other):
        factory.draft(one, cast.candidate(1))
    factory.submitted(posting, cast.candidate(2))
    clock.move_to(posting.closes_at - timedelta(hours=2), by="test", stopped=True)
    reminders.remind_drafts()
    assert {n.campaign for n in Notice.objects.filter(kind="draft_reminder")} == {posting.slug}
    clock.move_to(posting.closes_at, by="test", stopped=True)
    tasks.close_due_intakes()
    assert (file_of(posting).state, file_of(other).state) == (State.LAPSED, State.DRAFT)
    assert set(Posting.objects.filter(closed_at=None)) == {other}
    browser = cast.signed_in(cast.candidate(1))
    factory.fill(file_of(other))
    assert browser.post(reverse("applications:review", args=[other.slug])).status_code == 302
    assert file_of(other).state == State.SUBMITTED
    both = browser.get(reverse("applications:mine")).content.decode()
    assert all(reverse("applications:overview", args=[one.slug]) in both for one in (posting, other))


def test_extending_and_cancelling_one_tells_nobody_of_the_other(posting: Posting, other: Posting) -> None:
    factory.draft(posting, cast.candidate(1))
    factory.draft(other, cast.candidate(2))
    later = other.closes_at + timedelta(days=1)
    closing.extend_deadline(posting=other, closes_at=later, reason="Panne.", by=cast.hr())
    closing_page = reverse("admin:applications_application_cancel", args=[posting.slug])
    cast.signed_in(cast.hr()).post(closing_page, {"reason": "Supprimé.", "confirmed": "1"})
    told = Notice.objects.filter(kind__in=["deadline_extended", "posting_cancelled"])
    assert {(n.kind, n.recipient) for n in told} == {
        ("deadline_extended", cast.candidate(2)),
        ("posting_cancelled", cast.candidate(1)),
    }
    posting.refresh_from_db()
    assert posting.closes_at != later
    assert file_of(other, 2).state == State.DRAFT
    assert not Posting.objects.get(pk=other.pk).cancelled_at


def test_hr_sees_both_and_its_lists_and_links_keep_them_apart(posting: Posting, other: Posting) -> None:
    for one in (posting, other):
        file = factory.submitted(one, cast.candidate(1))
        Objection.objects.create(application=file, grounds="…", lodged_at=clock.now())
        _asked(file)
    factory.submitted(other, cast.candidate(2))
    browser = cast.signed_in(cast.hr())
    desk = browser.get("/rh/")
    by_posting = {campaign.posting: campaign for campaign in desk.context["desk"]}
    assert {one: campaign.submitted for one, campaign in by_posting.items()} == {posting: 1, other: 2}
    for one, campaign in by_posting.items():
        for task in campaign.tasks:
            if not task.url.startswith("/rh/"):
                continue
            found = browser.get(task.url).context["cl"].result_list
            assert {getattr(row, "application", row).posting for row in found} == {one}, task
    for one, count in ((posting, 1), (other, 2)):
        files = reverse("admin:applications_application_changelist")
        assert len(browser.get(f"{files}?posting__id__exact={one.pk}").context["cl"].result_list) == count
        notices = browser.get(f"{reverse('admin:notices_notice_changelist')}?campaign={one.slug}").context["cl"]
        assert {notice.campaign for notice in notices.result_list} == {one.slug}
    file = file_of(posting)
    shown = browser.get(reverse("admin:applications_application_change", args=[file.pk]))
    assert shown.context["next_waiting"] is None  # the other campaign's isn't next


def _asked(file: Application) -> None:
    now = clock.now()
    requirement = file.posting.requirements.get(code="diplomes")
    due_at = now + timedelta(days=5)
    PieceRequest.objects.create(
        application=file,
        requirement=requirement,
        message="x",
        by=cast.hr(),
        asked_at=now,
        due_at=due_at,
        answered_at=now,
    )


def test_a_juror_of_one_has_nothing_of_the_other(posting: Posting, other: Posting) -> None:
    """And a whole campaign, to its letters, moves nothing in the other."""
    factory.submitted(other, cast.candidate(1))
    factory.draft(other, cast.candidate(3))
    before = _states(other)
    session = late_stages.deliberated(2).posting
    assert session == posting
    only = cast.juror(3)
    PanelMember.objects.filter(panel__posting=posting, user=only).get()
    others = [
        MemberSeat(user=seat.user if seat.user != only else cast.juror(6), chair=seat.chair, outsider=seat.outsider)
        for seat in evaluations.seats()
    ]
    panels.compose(posting=other, members=others, by=cast.hr())
    browser = cast.signed_in(only)
    assert TITLE not in browser.get(reverse("evaluations:jury")).content.decode()
    for name in ("agenda", "sitting", "minutes"):
        assert browser.get(reverse(f"evaluations:{name}", args=[other.slug])).status_code == 404
    late_stages.decisions.decide(posting=posting, choices=late_stages.in_jury_order(posting), by=cast.authority())
    outbox.approve_all(campaign=posting.slug, kind="decision", by=cast.hr())
    assert outbox.release_due() == 2
    assert {n.campaign for n in Notice.objects.filter(kind="decision")} == {posting.slug}
    assert _states(other) == before
    follow = cast.signed_in(cast.candidate(1)).get(reverse("applications:follow", args=[other.slug])).content.decode()
    assert "La décision est prise" not in follow
    assert "Contester" not in follow
    assert cast.signed_in(cast.authority()).get(reverse("evaluations:decide", args=[other.slug])).status_code == 404


def _states(posting: Posting) -> list[tuple[str, str]]:
    return sorted(Application.objects.filter(posting=posting).values_list("dossier_code", "state"))


def test_urns_and_the_rehearsals_clock_keep_apart(posting: Posting, other: Posting) -> None:
    EqualityAnswer.objects.create(posting=other, gender="woman")
    assert EqualityAnswer.objects.filter(posting=posting).count() == 0
    assert pace.brink() == posting.closes_at - pace.BRINK  # the next one ahead, not the last
    clock.move_to(posting.closes_at, by="test", stopped=True)
    assert pace.brink() == other.closes_at - pace.BRINK
