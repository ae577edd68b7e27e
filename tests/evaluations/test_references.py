"""Referees' links, their answers, and HR's verifications."""

import hashlib
import logging
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from applications import intake
from applications.models import Application, Referee
from evaluations import references
from evaluations.models import ReferenceRequest, ReferenceVerification
from journal import clock
from journal.models import Entry
from notices.models import Notice
from tests import cast
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db


@pytest.fixture
def application() -> Application:
    """A shortlisted file whose referees were not asked yet."""
    return late_stages.shortlisted(evaluations.skills_closed(1))[0]


def asked(application: Application) -> tuple[Referee, str]:
    """The first referee, and the path of their page."""
    references.ask(application=application, by=cast.hr())
    referee = application.referees.all()[0]
    return referee, late_stages.link_of(Notice.objects.get(key=f"reference:{referee.pk}:1"))


def filled(application: Application, **changes: str) -> dict[str, str]:
    criteria = application.posting.criteria.filter(stage="interview")
    levels = {f"criterion_{criterion.code}": "solid" for criterion in criteria}
    answers = {
        "act": "answer",
        "relationship": "yes",
        "nature": "manager",
        "since": "2015",
        "until": "",
        "recommend": "yes",
        "remarks": "Sérieux.",
    }
    return {**answers, **levels, **changes}


def test_ask_refuses_anyone_but_hr(application: Application) -> None:
    for person in (cast.juror(), application.candidate, cast.authority()):
        with pytest.raises(PermissionDenied):
            references.ask(application=application, by=person)
    assert ReferenceRequest.objects.count() == 0


def test_ask_sends_each_referee_a_link_that_is_kept_only_as_a_hash(application: Application) -> None:
    referee, path = asked(application)
    token = path.rstrip("/").rpartition("/")[2]
    request = ReferenceRequest.objects.get(referee=referee)
    assert request.token_sha256 == hashlib.sha256(token.encode()).hexdigest()
    assert request.expires_at == clock.now() + timedelta(days=application.posting.reference_days)
    assert Notice.objects.filter(kind="reference_request").count() == application.referees.count()
    assert not Entry.objects.filter(body__contains=token).exists()
    assert references.ask(application=application, by=cast.hr()) == []


def test_the_referee_answers_once_without_an_account(application: Application) -> None:
    referee, path = asked(application)
    client = Client(enforce_csrf_checks=True)
    page = client.get(path)
    assert page.status_code == 200
    assert application.full_name in page.content.decode()
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in page.headers["Cache-Control"]
    assert client.post(path, filled(application)).headers["Location"] == reverse("evaluations:reference_done")
    assert client.post(path, filled(application, recommend="no")).status_code == 410
    request = ReferenceRequest.objects.get(referee=referee)
    assert (request.state, request.answers["recommend"], request.answers["since"]) == ("answered", "yes", 2015)
    entry = Entry.objects.get(kind="reference.answered")
    assert "Sérieux" not in entry.body


def test_a_wrong_answer_loses_nothing_and_leaves_no_token_in_the_log(
    application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    _referee, path = asked(application)
    with caplog.at_level(logging.DEBUG):
        page = Client().post(path, filled(application, since="2020", until="2010", remarks="À retenir."))
    assert page.status_code == 422
    assert "À retenir." in page.content.decode()
    assert path.rstrip("/").rpartition("/")[2] not in caplog.text
    assert ReferenceRequest.objects.filter(state="answered").count() == 0


def test_the_link_expires_at_its_instant(application: Application) -> None:
    referee, path = asked(application)
    expires_at = referee.request.expires_at
    clock.move_to(expires_at - timedelta(milliseconds=1), by="test", stopped=True)
    assert Client().get(path).status_code == 200
    clock.move_to(expires_at, by="test", stopped=True)
    assert Client().get(path).status_code == 410
    assert Client().post(path, filled(application)).status_code == 410


def test_a_guessed_link_is_not_found() -> None:
    assert Client().get(reverse("evaluations:reference", args=["x" * 43])).status_code == 404


@pytest.mark.parametrize(("act", "not_the_person"), [("decline", False), ("not_me", True)])
def test_the_referee_may_decline(application: Application, act: str, not_the_person: bool) -> None:
    referee, path = asked(application)
    assert Client().post(path, {"act": act, "reason": "Je n'ai pas le temps."}).status_code == 302
    request = ReferenceRequest.objects.get(referee=referee)
    assert request.state == "declined"
    assert request.answers == {"declined": "Je n'ai pas le temps.", "not_the_person": not_the_person}


def test_asking_again_closes_the_old_link(application: Application) -> None:
    referee, old = asked(application)
    references.ask_one(referee=referee, by=cast.hr())
    new = late_stages.link_of(Notice.objects.get(key=f"reference:{referee.pk}:2"))
    assert Client().get(old).status_code == 404
    assert Client().post(new, filled(application)).status_code == 302
    with pytest.raises(ValidationError):
        references.ask_one(referee=referee, by=cast.hr())


def test_the_link_closes_when_the_candidate_withdraws(application: Application) -> None:
    _referee, path = asked(application)
    intake.withdraw(application=application, by=application.candidate)
    assert Client().get(path).status_code == 410


@pytest.mark.parametrize("changes", [{"method": "rumour"}, {"outcome": "maybe"}, {"note": "  "}])
def test_verify_refuses_what_is_wrong(application: Application, changes: dict[str, str]) -> None:
    values: dict[str, Any] = {"method": "phone", "outcome": "confirmed", "note": "Joint.", **changes}
    with pytest.raises(ValidationError) as refusal:
        references.verify(referee=application.referees.all()[0], by=cast.hr(), **values)
    assert list(refusal.value.message_dict) == list(changes)


def test_a_second_verification_stands_beside_the_first(application: Application) -> None:
    referee = application.referees.all()[0]
    for outcome in ("unreachable", "confirmed"):
        references.verify(referee=referee, method="phone", outcome=outcome, note="Appelé.", by=cast.hr())
    assert [v.outcome for v in ReferenceVerification.objects.filter(referee=referee)] == ["unreachable", "confirmed"]
    assert Entry.objects.filter(kind="reference.verified").count() == 2


def test_hr_is_warned_of_addresses_that_prove_nothing(application: Application) -> None:
    referee = application.referees.all()[0]
    found = {}
    for address in ("x@gmail.com", application.candidate.email, "x@tribunal.example"):
        referee.email = address
        found[address] = len(references.warnings(referee, application))
    assert list(found.values()) == [1, 2, 0]


def test_hr_asks_reads_and_verifies_on_its_pages(application: Application) -> None:
    client, slug = cast.signed_in(cast.hr()), application.posting.slug
    listing = reverse("evaluations:references", args=[slug])
    client.post(reverse("evaluations:ask_references", args=[slug, application.dossier_code]))
    assert ReferenceRequest.objects.count() == application.referees.count()
    client.post(reverse("evaluations:ask_all_references", args=[slug]))
    assert {request.times_asked for request in ReferenceRequest.objects.all()} == {1}
    referee = application.referees.all()[0]
    Client().post(late_stages.link_of(Notice.objects.get(key=f"reference:{referee.pk}:1")), filled(application))
    page = reverse("evaluations:verify_reference", args=[slug, referee.pk])
    assert "Sérieux." in client.get(page).content.decode()
    assert client.post(page, {"method": "phone", "outcome": "confirmed", "note": ""}).status_code == 422
    assert client.post(page, {"method": "phone", "outcome": "confirmed", "note": "Joint."}).status_code == 302
    assert client.get(listing).status_code == 200
    assert ReferenceVerification.objects.get().by == cast.hr()


@pytest.mark.parametrize("person", [cast.candidate, cast.juror, cast.authority, cast.auditor, cast.administrator])
def test_only_hr_enters_the_references(application: Application, person: Any) -> None:
    client = cast.signed_in(person())
    page = reverse("evaluations:verify_reference", args=[application.posting.slug, application.referees.all()[0].pk])
    assert client.get(reverse("evaluations:references", args=[application.posting.slug])).status_code == 403
    assert client.get(page).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_are_one() -> None:
    application = late_stages.shortlisted(evaluations.skills_closed(1))[0]
    _referee, path = asked(application)
    token = path.rstrip("/").rpartition("/")[2]
    outcomes: list[str] = []
    together = threading.Barrier(2)

    def press(word: str) -> None:
        together.wait()
        try:
            references.answer(token=token, answers={"remarks": word})
            outcomes.append("kept")
        except references.LinkIsOver:
            outcomes.append("over")
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=(word,)) for word in ("un", "deux")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["kept", "over"]
    assert Entry.objects.filter(kind="reference.answered").count() == 1
