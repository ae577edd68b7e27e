"""After the decision: a renunciation, recorded once, and the next of the complementary list called."""

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from applications.models import Application
from evaluations import decisions, own_words, successions
from evaluations.models import Decision, Renunciation, Ruling, Succession
from journal import clock
from journal.models import Entry
from notices.models import Notice
from notices.outbox import release_due
from postings.models import Posting
from tests import cast
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


def told(count: int = 3) -> Posting:
    """Decided, and every letter out."""
    posting = late_stages.decided(count).posting
    decisions.approve_letters(posting=posting, by=cast.hr())
    clock.move_to(clock.now() + timedelta(minutes=posting.hold_minutes), by="test", stopped=True)
    release_due()
    return posting


def of(posting: Posting, outcome: str, rank: int | None = None) -> Application:
    decision = Decision.objects.get(ruling__posting=posting, outcome=outcome, rank=rank)
    return Application.objects.select_related("posting", "candidate").get(pk=decision.application_id)


def renounced(application: Application) -> Renunciation:
    return successions.record_renunciation(application=application, reason="", by=application.candidate)


def states(posting: Posting) -> list[str]:
    files = Application.objects.filter(posting=posting, decision__isnull=False)
    return list(files.order_by("ranked__rank").values_list("state", flat=True))


def test_the_one_retained_renounces_and_the_next_is_called_with_letters() -> None:
    posting = told()
    first, second = of(posting, "retained"), of(posting, "reserve", 1)
    renounced(first)
    row = successions.call_next(posting=posting, by=cast.authority())
    assert (row.renounced, row.called, row.rank) == (first, second, 1)
    assert states(posting) == ["renounced", "retained", "reserve"]
    assert {
        n.kind: n.recipient for n in Notice.objects.filter(kind__in=["renunciation_recorded", "called_from_reserve"])
    } == {
        "renunciation_recorded": first.candidate,
        "called_from_reserve": second.candidate,
    }
    assert Decision.objects.get(application=first).outcome == "retained"  # as it was taken
    assert Entry.objects.get(kind="application.renounced").facts["own"] is True
    assert Entry.objects.get(kind="application.called").subject == second.subject
    renounced(second)
    third = successions.call_next(posting=posting, by=cast.authority()).called
    assert third == of(posting, "reserve", 2)
    renounced(third)
    with pytest.raises(successions.NobodyToCall, match="Personne ne reste"):
        successions.call_next(posting=posting, by=cast.authority())
    with pytest.raises(IntegrityError), transaction.atomic():
        Succession.objects.update(rank=9)


def test_who_left_the_list_is_passed_over() -> None:
    posting = told()
    renounced(of(posting, "reserve", 1))
    with pytest.raises(successions.NobodyToCall, match="pas vacant"):
        successions.call_next(posting=posting, by=cast.authority())
    renounced(of(posting, "retained"))
    assert successions.call_next(posting=posting, by=cast.authority()).rank == 2


def test_nobody_is_called_once_the_list_is_over() -> None:
    posting = told()
    renounced(of(posting, "retained"))
    end = successions.reserve_ends_at(Ruling.objects.select_related("posting").get())
    clock.move_to(end, by="test", stopped=True)
    with pytest.raises(successions.NobodyToCall, match="plus valable"):
        successions.call_next(posting=posting, by=cast.authority())
    clock.move_to(end - timedelta(seconds=1), by="test", stopped=True)
    assert successions.call_next(posting=posting, by=cast.authority()).rank == 1


def test_who_may_renounce_and_call_and_when() -> None:
    posting = late_stages.decided(3).posting
    first = of(posting, "retained")
    with pytest.raises(PermissionDenied):  # whose letter is not out yet
        renounced(first)
    with pytest.raises(ValidationError):
        successions.record_renunciation(application=first, reason="Par lettre.", by=cast.hr())
    for notice in Notice.objects.filter(kind="decision"):
        decisions.outbox.approve(notice=notice, by=cast.hr())
    release_due()
    for person in (cast.juror(1), cast.authority(), cast.auditor(), of(posting, "reserve", 1).candidate):
        with pytest.raises(PermissionDenied):
            successions.record_renunciation(application=first, reason="Par lettre.", by=person)
    with pytest.raises(ValidationError):
        successions.record_renunciation(application=first, reason=" ", by=cast.hr())
    successions.record_renunciation(application=first, reason="Par lettre du 3 décembre.", by=cast.hr())
    with pytest.raises(successions.AlreadyRenounced):
        renounced(first)
    assert not Entry.objects.filter(body__contains="lettre du 3").exists()
    for person in (cast.hr(), cast.juror(1), first.candidate):
        with pytest.raises(PermissionDenied):
            successions.call_next(posting=posting, by=person)


def test_the_database_keeps_one_retained_at_most() -> None:
    posting = told(2)
    second = of(posting, "reserve", 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        successions.move(
            second, successions.State.RETAINED, kind="application.called", at=clock.now(), by=cast.authority(), facts={}
        )


def test_the_pages_of_a_renunciation_and_of_a_call() -> None:
    posting = told()
    first, second = of(posting, "retained"), of(posting, "reserve", 1)
    slug = posting.slug
    own = reverse("evaluations:renounce", args=[slug])
    overview = reverse("applications:overview", args=[slug])
    candidate = cast.signed_in(first.candidate)
    assert own in candidate.get(overview).content.decode()
    assert "Renoncer définitivement au poste" in candidate.get(own).content.decode()
    assert candidate.post(own, {"reason": "Un autre poste."}).status_code == 302
    assert candidate.post(own, {"reason": "Un autre poste."}).status_code == 409
    assert "Vous avez renoncé" in candidate.get(overview).content.decode()
    follow = candidate.get(reverse("applications:follow", args=[slug])).content.decode()
    assert "Vous avez renoncé ; une lettre vous l’a confirmé" in follow.replace("\u00a0", " ").replace("\u202f", " ")
    page = reverse("evaluations:succession", args=[slug])
    call = reverse("evaluations:call_next", args=[slug])
    officer, authority = cast.signed_in(cast.hr()), cast.signed_in(cast.authority())
    assert "Un autre poste." in officer.get(page).content.decode()
    shown = authority.get(page).content.decode()
    assert (call in shown, "Un autre poste." in shown) == (True, False)
    assert authority.post(call).status_code == 302
    assert authority.post(call).status_code == 409
    called = cast.signed_in(second.candidate)
    assert "Retenue" in called.get(overview).content.decode()
    by_hr = reverse("evaluations:renunciation", args=[slug, second.dossier_code])
    assert officer.post(by_hr, {"reason": ""}).status_code == 422
    assert officer.post(by_hr, {"reason": "Par téléphone."}).status_code == 302
    assert states(posting) == ["renounced", "renounced", "reserve"]


@pytest.mark.django_db(transaction=True)
def test_a_renunciation_and_a_call_pressed_twice_at_once_are_one_each() -> None:
    posting = told()
    first, authority = of(posting, "retained"), cast.authority()

    def twice(act: object) -> list[str]:
        together, outcomes = threading.Barrier(2), []

        def press() -> None:
            together.wait()
            try:
                act()  # type: ignore[operator]
                outcomes.append("done")
            except (successions.AlreadyRenounced, successions.NobodyToCall):
                outcomes.append("refused")
            finally:
                connection.close()

        threads = [threading.Thread(target=press) for _n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(outcomes)

    assert twice(lambda: renounced(first)) == ["done", "refused"]
    assert twice(lambda: successions.call_next(posting=posting, by=authority)) == ["done", "refused"]
    assert states(posting) == ["renounced", "retained", "reserve"]


def test_the_copy_of_ones_data_has_the_words_of_a_renunciation() -> None:
    posting = told(2)
    first = of(posting, "retained")
    successions.record_renunciation(application=first, reason="Un autre poste.", by=first.candidate)
    assert own_words.of_file(first)["renonciation"] | {"le": None} == {
        "le": None,
        "motif": "Un autre poste.",
        "par_vous_meme": True,
    }
    assert "renonciation" not in own_words.of_file(of(posting, "reserve", 1))
