"""The letters of a person, and HR's desk."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from notices import outbox
from notices.models import Notice, NoticeState
from tests import cast
from tests.cast import signed_in
from tests.factories.notices import owed

pytestmark = pytest.mark.django_db
LIST = "/rh/notices/notice/"


def address(notice: Notice) -> str:
    return reverse("notices:letter", args=[notice.public_id])


def do(notice: Notice, act: str, **data: object) -> int:
    answer = signed_in(cast.hr()).post(f"{LIST}{notice.pk}/acte/", {"act": act, **data})
    return answer.status_code


def test_a_candidate_reads_their_letter_once_released() -> None:
    notice, browser = owed("decision"), signed_in(cast.candidate(1))
    assert browser.get(address(notice)).status_code == 404
    outbox.approve(notice=notice, by=cast.hr())
    outbox.release_due()
    answer = browser.get(address(notice))
    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("application/pdf", "private, no-store")
    assert (answer["X-Content-Type-Options"], answer["Content-Disposition"]) == (
        "nosniff",
        'inline; filename="decision-K7Q2-M9XD.pdf"',
    )


@pytest.mark.parametrize("who", [lambda: cast.candidate(2), cast.juror, cast.hr, cast.authority])
def test_a_letter_does_not_exist_for_others(who: Callable[[], cast.User]) -> None:
    assert signed_in(who()).get(address(owed("receipt"))).status_code == 404


def test_a_visitor_is_asked_to_sign_in(client) -> None:  # type: ignore[no-untyped-def]
    path = address(owed("receipt"))
    assert client.get(path)["Location"] == f"/connexion/?next={path}"


def test_hr_previews_the_letter_that_will_leave() -> None:
    notice = owed("decision")
    preview = signed_in(cast.hr()).get(f"{LIST}{notice.pk}/courrier/")
    notice.refresh_from_db()
    assert (preview.status_code, notice.state, notice.letter is not None) == (200, NoticeState.PREPARED, True)


def test_hr_approves_recalls_and_approves_again() -> None:
    notice = owed("decision")
    seen = []
    for act, data in (("approve", {"minutes": 60}), ("recall", {"reason": "Relire"}), ("approve", {"minutes": 0})):
        assert do(notice, act, **data) == 302
        notice.refresh_from_db()
        seen.append(notice.state)
    assert seen == [NoticeState.APPROVED, NoticeState.RECALLED, NoticeState.APPROVED]


def test_a_recall_without_a_reason_is_asked_for_one() -> None:
    notice = owed("decision")
    assert do(notice, "recall", reason="") == 422
    notice.refresh_from_db()
    assert notice.state == NoticeState.PREPARED


def test_an_act_that_came_too_late_is_said_and_changes_nothing() -> None:
    notice = owed("withdrawn")
    answer = signed_in(cast.hr()).post(f"{LIST}{notice.pk}/acte/", {"act": "recall", "reason": "x"}, follow=True)
    notice.refresh_from_db()
    assert "Cet acte n’est plus possible" in answer.content.decode()
    assert notice.state == NoticeState.RELEASED


def test_hr_approves_many_after_a_summary() -> None:
    chosen = [owed("decision", key=f"d:{n}", to=cast.candidate(n + 1)).pk for n in range(3)]
    browser = signed_in(cast.hr())
    summary = browser.post(LIST, {"action": "approve_selected", "_selected_action": chosen})
    assert (summary.status_code, Notice.objects.filter(state=NoticeState.PREPARED).count()) == (200, 3)
    done = browser.post(
        LIST, {"action": "approve_selected", "_selected_action": chosen, "confirmed": "1", "minutes": "30"}
    )
    assert (done.status_code, Notice.objects.filter(state=NoticeState.APPROVED).count()) == (302, 3)
    assert Notice.objects.values("release_at").distinct().count() == 1


def test_the_auditor_reads_and_may_not_act() -> None:
    notice, browser = owed("decision"), signed_in(cast.auditor())
    assert (browser.get(LIST).status_code, browser.get(f"{LIST}{notice.pk}/change/").status_code) == (200, 200)
    assert browser.post(f"{LIST}{notice.pk}/acte/", {"act": "approve", "minutes": 0}).status_code == 403
    browser.post(
        LIST, {"action": "approve_selected", "_selected_action": [notice.pk], "confirmed": "1", "minutes": "0"}
    )
    notice.refresh_from_db()
    assert notice.state == NoticeState.PREPARED


def test_a_secret_is_not_shown_on_the_desk() -> None:
    notice = owed("signin_code")
    page = signed_in(cast.hr()).get(f"{LIST}{notice.pk}/change/")
    assert (page.status_code, "482913" in page.content.decode()) == (200, False)


def test_a_query_tells_nothing_of_a_secret() -> None:
    owed("signin_code")
    listed = signed_in(cast.hr()).get(f"{reverse('admin:notices_notice_changelist')}?context__code__startswith=4")
    assert listed.status_code == 400
