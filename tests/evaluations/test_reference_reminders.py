"""Reminders to referees: each in its day, once, with a link that opens, and never after an answer."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from applications import intake
from applications.models import Application, Referee
from evaluations import deliberation, references
from evaluations.models import ReferenceReminder, ReferenceRequest
from evaluations.tasks import remind_referees
from journal import clock
from journal.models import Entry
from notices import delivery
from notices.models import Notice, NoticeState
from tests import cast
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def referee() -> Referee:
    """The first referee of a shortlisted file, asked; the other has declined."""
    application = late_stages.shortlisted(evaluations.skills_closed(1))[0]
    references.ask(application=application, by=cast.hr())
    first, second = application.referees.order_by("pk")
    Client().post(link(second, 1), {"act": "decline", "reason": ""})
    return first


def link(referee: Referee, time: int, *, days: int = 0) -> str:
    key = f"reference:{referee.pk}:{time}" + (f":reminder:{days}" if days else "")
    return late_stages.link_of(Notice.objects.get(key=key))


def sweep(referee: Referee, *days: float) -> list[int]:
    """The days told, after a sweep at each of ``days`` from the (last) request."""
    asked_at = ReferenceRequest.objects.get(referee=referee).asked_at
    for day in days:
        clock.move_to(asked_at + timedelta(days=day), by="test", stopped=True)
        remind_referees()
    return list(ReferenceReminder.objects.filter(request__referee=referee).values_list("days", flat=True))


def reminders() -> list[Notice]:
    return list(Notice.objects.filter(kind="reference_reminder").order_by("pk"))


def test_each_day_of_the_posting_is_told_once_at_its_instant(referee: Referee) -> None:
    assert sweep(referee, 3 - 1e-6) == []
    assert sweep(referee, 3, 3, 4.5) == [3]
    assert sweep(referee, 6 - 1e-6) == [3]
    assert sweep(referee, 6, 6, 9.9, 10, 11) == [3, 6]
    assert [notice.address for notice in reminders()] == [referee.email] * 2
    assert [entry.facts["days"] for entry in Entry.objects.filter(kind="reference.reminded")] == [3, 6]


def test_a_worker_that_was_away_sends_the_latest_only_and_leaves_a_day_between(referee: Referee) -> None:
    assert sweep(referee, 5.5, 6.4) == [3]
    assert sweep(referee, 6.5) == [3, 6]
    references.ask_one(referee=referee, by=cast.hr())
    assert sweep(referee, 8, 9) == [3, 6, 6]


def test_both_links_open_the_form_until_the_same_instant_and_one_answer_closes_both(referee: Referee) -> None:
    sweep(referee, 3)
    links = [link(referee, 1), link(referee, 1, days=3)]
    assert len(set(links)) == 2
    assert [Client().get(path).status_code for path in links] == [200, 200]
    clock.move_to(referee.request.expires_at, by="test", stopped=True)
    assert [Client().get(path).status_code for path in links] == [410, 410]
    clock.move_to(referee.request.expires_at - timedelta(seconds=1), by="test", stopped=True)
    assert Client().post(links[1], {"act": "not_me"}).status_code == 302
    assert [Client().get(path).status_code for path in links] == [410, 410]
    assert sweep(referee, 6) == [3]


def test_a_new_request_closes_the_links_of_the_old_and_has_reminders_of_its_own(referee: Referee) -> None:
    sweep(referee, 3)
    old = [link(referee, 1), link(referee, 1, days=3)]
    references.ask_one(referee=referee, by=cast.hr())
    assert [Client().get(path).status_code for path in old] == [404, 404]
    assert sweep(referee, 2.9) == [3]
    assert sweep(referee, 3) == [3, 3]
    assert Client().get(link(referee, 2, days=3)).status_code == 200


def test_the_link_of_a_reminder_is_kept_only_as_a_hash(referee: Referee) -> None:
    sweep(referee, 3)
    token = link(referee, 1, days=3).rstrip("/").rpartition("/")[2]
    delivery.deliver_due()
    assert reminders()[0].context == {}
    assert not Entry.objects.filter(body__contains=token).exists()
    assert not ReferenceReminder.objects.filter(token_sha256__contains=token).exists()


@pytest.mark.parametrize("how", ["decline", "phone"])
def test_a_reminder_that_has_not_left_is_called_off(referee: Referee, how: str) -> None:
    sweep(referee, 3)
    if how == "decline":
        Client().post(link(referee, 1), {"act": "decline", "reason": "Trop tard."})
    else:
        references.verify(referee=referee, method="phone", outcome="confirmed", note="Joint.", by=cast.hr())
    assert [notice.state for notice in reminders()] == [NoticeState.RECALLED]
    assert sweep(referee, 6) == [3]


def test_who_could_not_be_reached_is_still_reminded(referee: Referee) -> None:
    references.verify(referee=referee, method="phone", outcome="unreachable", note="Sans réponse.", by=cast.hr())
    assert sweep(referee, 3) == [3]


def test_nobody_is_reminded_of_a_file_that_is_withdrawn(referee: Referee) -> None:
    intake.withdraw(application=referee.application, by=referee.application.candidate)
    assert sweep(referee, 3) == []


def test_nobody_is_reminded_once_the_jury_has_deliberated() -> None:
    posting = late_stages.confirmed(late_stages.heard(1))
    referee = Referee.objects.filter(application__in=posting.applications.all()).earliest("pk")
    references.ask_one(referee=referee, by=cast.hr())
    references.verify(referee=referee, method="phone", outcome="unreachable", note="Sans réponse.", by=cast.hr())
    deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    words = late_stages.appreciations(posting)
    deliberation.close(posting=posting, outcome="Débattu.", appreciations=words, by=cast.juror(1))
    assert sweep(referee, 3) == []


def test_a_sweep_with_nothing_due_asks_the_same_whatever_the_number() -> None:
    files = late_stages.shortlisted(evaluations.skills_closed(3))

    def cost(asked: list[Application]) -> int:
        for application in asked:
            references.ask(application=application, by=cast.hr())
        with CaptureQueriesContext(connection) as queries:
            remind_referees()
        return len(queries)

    assert cost(files[:1]) == cost(files[1:])


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_remind_once() -> None:
    application = late_stages.shortlisted(evaluations.skills_closed(1))[0]
    references.ask(application=application, by=cast.hr())
    clock.move_to(clock.now() + timedelta(days=3), by="test", stopped=True)
    together = threading.Barrier(2)

    def run() -> None:
        try:
            together.wait()
            remind_referees()
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ReferenceReminder.objects.count() == len(reminders()) == application.referees.count()
