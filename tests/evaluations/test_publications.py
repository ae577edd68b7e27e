"""Public lists: prepared by one, confirmed by another, shown at their time and never before the letters."""

import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from applications.models import Application
from applications.states import State
from evaluations import decisions, interviews, publications, successions
from evaluations.models import Publication
from journal import clock
from journal.models import Entry
from notices import outbox
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.factories import evaluations, late_stages, lists

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def address(name: str, posting: Posting, stage: str = "results", **more: Any) -> str:
    return reverse(f"lists:{name}", kwargs={"slug": posting.slug, "stage": stage} | more)


def status(posting: Posting, stage: str = "results", name: str = "list") -> int:
    return Client().get(address(name, posting, stage)).status_code


def page(posting: Posting, stage: str = "results") -> str:
    return Client().get(address("list", posting, stage)).content.decode()


def codes(posting: Posting, state: str) -> list[str]:
    files = Application.objects.filter(posting=posting, state=state).order_by("dossier_code")
    return list(files.values_list("dossier_code", flat=True))


def go(moment: Any) -> None:
    clock.move_to(moment, by="test", stopped=True)


@pytest.fixture
def decided() -> Posting:
    """The authority has decided; no letter has left."""
    return late_stages.decided(4).posting


@pytest.fixture
def convened() -> Posting:
    """Two files, both shortlisted and invited: the list of those convened waits for nobody's letter."""
    posting = late_stages.scheduled(2)
    go(clock.now())
    return posting


def told(posting: Posting) -> None:
    """Every decision letter is out."""
    decisions.approve_letters(posting=posting, by=cast.hr())
    go(clock.now() + timedelta(minutes=posting.hold_minutes))
    outbox.release_due()


def test_a_list_shows_at_its_time_to_the_second(convened: Posting) -> None:
    at = clock.now() + timedelta(days=1)
    lists.confirmed(convened, "interview", at=at)
    go(at - SECOND)
    assert {status(convened, "interview", name=name) for name in ("list", "text", "pdf")} == {404}
    go(at)
    assert {status(convened, "interview", name=name) for name in ("list", "text", "pdf")} == {200}
    go(at + timedelta(days=convened.publication_days) - SECOND)
    assert codes(convened, State.SHORTLISTED)[0] in page(convened, "interview")
    go(at + timedelta(days=convened.publication_days))
    assert (
        status(convened, "interview"),
        status(convened, "interview", name="text"),
        status(convened, "interview", name="pdf"),
    ) == (200, 404, 404)
    assert codes(convened, State.SHORTLISTED)[0] not in page(convened, "interview")
    assert "Elle n’est plus en ligne" in page(convened, "interview")


def test_no_list_shows_before_every_letter_is_out(decided: Posting) -> None:
    lists.confirmed(decided, "results", at=clock.now())
    go(clock.now() + timedelta(days=2))
    assert status(decided) == 404
    decisions.approve_letters(posting=decided, by=cast.hr())
    go(clock.now() + timedelta(minutes=decided.hold_minutes) - SECOND)
    outbox.release_due()
    assert status(decided) == 404
    go(clock.now() + SECOND)
    outbox.release_due()
    assert status(decided) == 200


def test_a_recalled_letter_keeps_the_list_waiting(decided: Posting) -> None:
    lists.confirmed(decided, "results", at=clock.now())
    application = Application.objects.filter(posting=decided).order_by("pk")[0]
    decisions.approve_letters(posting=decided, by=cast.hr())
    held = Notice.objects.get(kind="decision", recipient=application.candidate)
    outbox.recall(notice=held, by=cast.hr(), reason="Une coquille.")
    go(clock.now() + timedelta(minutes=decided.hold_minutes))
    outbox.release_due()
    assert status(decided) == 404
    outbox.approve(notice=held, by=cast.hr())
    outbox.release_due()
    assert status(decided) == 200


def test_who_is_not_convened_learns_it_from_their_letter_first() -> None:
    weakest = cast.candidate(1)
    posting = evaluations.skills_closed(
        3, lambda sheet, place: evaluations.good(sheet, place) - 8 * _is(sheet, weakest)
    )
    assert len(codes(posting, State.NOT_SHORTLISTED)) == 1
    late_stages.slots(posting, 3)
    interviews.schedule_all(posting=posting, by=cast.hr())
    lists.confirmed(posting, "interview", at=clock.now() + SECOND)
    go(clock.now() + timedelta(days=1))
    assert status(posting, "interview") == 404


def _is(sheet: Any, user: Any) -> int:
    return int(sheet.application.candidate_id == user.pk)


def test_where_nobody_was_turned_down_the_invitations_are_enough() -> None:
    posting = late_stages.scheduled(3)
    at = clock.now() + timedelta(hours=1)
    lists.confirmed(posting, "interview", at=at)
    go(at)
    shown = page(posting, "interview")
    order = [shown.index(code) for code in codes(posting, State.SHORTLISTED)]
    assert order == sorted(order)


def test_results_list_the_retained_and_the_reserve_by_merit(decided: Posting) -> None:
    told(decided)
    lists.confirmed(decided, "results", at=clock.now())
    reserve = decided.ruling.decisions.filter(outcome="reserve").order_by("rank")
    lines = [f"retained\t{codes(decided, State.RETAINED)[0]}"]
    lines += [f"reserve\t{row.rank}\t{row.application.dossier_code}" for row in reserve]
    text = Client().get(address("text", decided)).content.decode()
    assert text == "\n".join([decided.slug, "results", "1", *lines]) + "\n"
    assert all(code not in text + page(decided) for code in codes(decided, State.NOT_RETAINED))
    names = Application.objects.filter(posting=decided).values_list("family_name", flat=True)
    assert all(name not in page(decided) for name in names)


def test_the_journal_has_the_hash_that_anyone_recomputes(convened: Posting) -> None:
    lists.confirmed(convened, "interview", at=clock.now())
    digest = hashlib.sha256(Client().get(address("text", convened, "interview")).content).hexdigest()
    entries = Entry.objects.filter(kind__in=["publication.prepared", "publication.confirmed"])
    assert [entry.facts["sha256"] for entry in entries] == [digest, digest]
    assert digest in page(convened, "interview")


def test_one_prepares_and_another_confirms(convened: Posting) -> None:
    publication = lists.prepared(convened, "interview")
    with pytest.raises(publications.ListRefused):
        publications.confirm_list(publication=publication, by=cast.hr())
    with pytest.raises(IntegrityError), transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(confirmed_by=cast.hr(), confirmed_at=clock.now())
    for other in (cast.juror(1), cast.authority(), cast.auditor(), cast.administrator(), cast.candidate(1)):
        with pytest.raises(PermissionDenied):
            publications.confirm_list(publication=publication, by=other)
    publications.confirm_list(publication=publication, by=cast.officer())


def test_through_the_pages_of_two_officers(convened: Posting) -> None:
    first, second = cast.signed_in(cast.hr()), cast.signed_in(cast.officer())
    desk = reverse("evaluations:publications", args=[convened.slug])
    at = clock.zone()
    tomorrow = (clock.now() + timedelta(days=1)).astimezone(at)
    past = first.post(desk, {"stage": "interview", "day": "2025-10-01", "hour": "10:00"})
    assert (past.status_code, "Cette heure est passée" in past.content.decode()) == (422, True)
    sent = first.post(desk, {"stage": "interview", "day": f"{tomorrow:%Y-%m-%d}", "hour": f"{tomorrow:%H:%M}"})
    assert sent.status_code == 302
    publication = Publication.objects.get()
    confirm = reverse("evaluations:confirm_list", args=[convened.slug, publication.pk])
    assert first.post(confirm).status_code == 409
    assert cast.signed_in(cast.auditor()).post(confirm).status_code == 403
    assert second.post(confirm).status_code == 302
    go(tomorrow)
    assert status(convened, "interview") == 200


def test_a_correction_says_why_and_replaces(convened: Posting) -> None:
    lists.confirmed(convened, "interview", at=clock.now())
    with pytest.raises(ValidationError):
        lists.prepared(convened, "interview", at=clock.now())
    lists.confirmed(convened, "interview", at=clock.now(), reason="Un rang était inexact.")
    assert "Un rang était inexact." in page(convened, "interview")
    old = Client().get(address("version", convened, "interview", number=1)).content.decode()
    assert "remplacée" in old
    assert codes(convened, State.SHORTLISTED)[0] not in old


def test_a_withdrawn_list_says_so_and_shows_nobody(convened: Posting) -> None:
    publication = lists.confirmed(convened, "interview", at=clock.now())
    go(clock.now() + SECOND)
    with pytest.raises(ValidationError):
        publications.withdraw_list(publication=publication, reason=" ", by=cast.hr())
    publications.withdraw_list(publication=publication, reason="Une erreur matérielle.", by=cast.hr())
    assert "Une erreur matérielle." in page(convened, "interview")
    assert codes(convened, State.SHORTLISTED)[0] not in page(convened, "interview")
    assert status(convened, "interview", name="pdf") == 404


def test_a_list_given_up_before_its_time_was_never_there(convened: Posting) -> None:
    publication = lists.confirmed(convened, "interview", at=clock.now() + timedelta(days=1))
    publications.withdraw_list(publication=publication, reason="Reportée.", by=cast.hr())
    go(clock.now() + timedelta(days=2))
    assert status(convened, "interview") == 404


def test_a_record_that_changed_since_is_not_confirmed(decided: Posting) -> None:
    told(decided)
    publication = lists.prepared(decided, "results")
    retained = Application.objects.get(posting=decided, state=State.RETAINED)
    successions.record_renunciation(application=retained, reason="", by=retained.candidate)
    with pytest.raises(publications.ListRefused):
        publications.confirm_list(publication=publication, by=cast.officer())


def test_what_a_list_says_never_changes(convened: Posting) -> None:
    publication = lists.prepared(convened, "interview")
    for write in (
        lambda: publication.lines.update(place=9),
        lambda: publication.lines.all().delete(),
        lambda: Publication.objects.update(at=clock.now() + timedelta(days=9)),
        lambda: Publication.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_the_timeline_tells_of_a_list_once_it_shows(decided: Posting) -> None:
    browser = cast.signed_in(cast.candidate(1))
    follow = reverse("applications:follow", args=[decided.slug])
    lists.confirmed(decided, "results", at=clock.now())
    words = "Le résultat du recrutement a été publié sur le site"
    assert words not in browser.get(follow).content.decode()
    told(decided)
    assert words in browser.get(follow).content.decode()


def test_the_notice_leads_to_its_lists_once_one_shows(decided: Posting) -> None:
    link = reverse("lists:lists", args=[decided.slug])
    detail = reverse("postings:detail", args=[decided.slug])
    lists.confirmed(decided, "results", at=clock.now())
    assert link not in Client().get(detail).content.decode()
    told(decided)
    assert link in Client().get(detail).content.decode()
    assert address("list", decided) in Client().get(link).content.decode()


def test_robots_are_told() -> None:
    answer = Client().get("/robots.txt")
    assert (answer.status_code, answer.content.decode()) == (200, "User-agent: *\nDisallow: /\n")


def test_a_list_with_names_is_kept_from_search_engines(convened: Posting) -> None:
    lists.by_name(convened, "interview")
    answers = [Client().get(address(name, convened, "interview")) for name in ("list", "text", "pdf")]
    assert {answer["X-Robots-Tag"] for answer in answers} == {"noindex, noarchive"}
    shown = answers[0].content.decode()
    listed = Application.objects.filter(posting=convened, state=State.SHORTLISTED)[0]
    assert '<meta name="robots" content="noindex, noarchive">' in shown
    assert (listed.family_name.upper() in shown, listed.dossier_code in shown) == (True, False)


def test_a_list_by_code_may_be_found(convened: Posting) -> None:
    lists.confirmed(convened, "interview", at=clock.now())
    assert "X-Robots-Tag" not in Client().get(address("list", convened, "interview"))
