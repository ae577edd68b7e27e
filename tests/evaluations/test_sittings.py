"""A candidate sits the exercise: what is before the deadline is kept, what isn't is refused, and nothing is overwritten unseen."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from django.urls import reverse

from applications import intake
from evaluations import endings, sittings
from evaluations.models import Exercise, Sitting
from evaluations.sittings import ChangedElsewhere, SittingOver
from journal import clock
from journal.append import salted
from journal.models import Entry
from notices.models import Notice
from tests import cast
from tests.factories import exercises as factory

pytestmark = pytest.mark.django_db
TICK = timedelta(milliseconds=1)


def at(moment: object) -> None:
    clock.move_to(moment, by="test", stopped=True)  # type: ignore[arg-type]


def address(name: str = "my_exercise") -> str:
    return reverse(f"evaluations:{name}", args=["secretaire-general"])


def save(client: Client, text: str, page: str) -> tuple[int, dict[str, object]]:
    answer = client.post(address("save_exercise"), {"text": text, "page": page}, headers={"x-autosave": "1"})
    return answer.status_code, answer.json()


def page_of(client: Client) -> str:
    found: str = client.get(address()).context["page"]
    return found


def test_nobody_begins_before_the_hour_nor_reads_the_subject() -> None:
    posting = factory.convened(2)
    at(posting.exercise.opens_at - TICK)
    client = cast.signed_in(cast.candidate(1))
    page = client.get(address()).content.decode()
    assert "Commencer" not in page.split("Le bouton")[0]
    with pytest.raises(ValidationError):
        sittings.begin(sitting=factory.of(posting), by=cast.candidate(1))
    client.post(address("begin_exercise"))
    assert factory.SUBJECT not in client.get(address()).content.decode()
    factory.open_now(posting)
    client.post(address("begin_exercise"))
    assert factory.SUBJECT in client.get(address()).content.decode()
    # The subject has opened; who hasn't begun still doesn't read it.
    assert factory.SUBJECT not in cast.signed_in(cast.candidate(2)).get(address()).content.decode()


def test_the_clock_runs_for_all_alike_or_from_ones_own_beginning() -> None:
    together = factory.open_now(factory.convened(1))
    opens_at = together.exercise.opens_at
    at(opens_at + timedelta(minutes=20))
    assert factory.writing(together).due_at == opens_at + timedelta(minutes=factory.MINUTES)


def test_in_a_window_the_length_is_whole_even_begun_at_its_last_moment() -> None:
    posting = factory.convened(2, window=True)
    closes_at = posting.exercise.closes_at
    at(closes_at - TICK)
    assert factory.writing(posting).due_at == closes_at - TICK + timedelta(minutes=factory.MINUTES)
    at(closes_at)
    with pytest.raises(SittingOver):
        sittings.begin(sitting=factory.of(posting, 2), by=cast.candidate(2))


def test_the_last_millisecond_counts_and_the_deadline_itself_is_too_late() -> None:
    posting = factory.open_now(factory.convened(1))
    sitting = factory.writing(posting)
    at(sitting.due_at - TICK)
    factory.write(sitting, "À temps.")
    at(sitting.due_at)
    with pytest.raises(SittingOver):
        factory.write(sitting, "Trop tard.")
    with pytest.raises(SittingOver):
        sittings.hand_in(sitting=sitting, seen="1", by=cast.candidate(1))
    assert factory.of(posting).text == "À temps."  # refused though no sweep has come yet
    assert endings.end_due() == 1
    ended = factory.of(posting)
    assert (ended.ending, ended.text, ended.ended_at) == ("time", "À temps.", sitting.due_at)
    assert endings.end_due() == 0


def test_a_late_save_is_answered_in_words_and_ends_the_sitting() -> None:
    posting = factory.open_now(factory.convened(1))
    factory.writing(posting, 1, "Voilà.")
    client = cast.signed_in(cast.candidate(1))
    page = page_of(client)
    at(factory.of(posting).due_at)
    status, answer = save(client, "Voilà, et encore.", page)
    assert (status, answer["message"]) == (409, "L’épreuve est terminée : ce qui était enregistré est rendu.")
    shown = client.get(address()).content.decode()
    assert "Le temps a pris fin" in shown
    assert "Voilà." in shown
    assert "et encore" not in shown


def test_who_never_began_is_absent_and_it_is_recorded() -> None:
    posting = factory.open_now(factory.convened(2))
    factory.handed_in(posting, 1)
    at(posting.exercise.opens_at + timedelta(minutes=factory.MINUTES))
    assert endings.end_due() == 1
    assert factory.of(posting, 2).ending == "absent"
    assert Entry.objects.filter(kind="sitting.missed", subject=factory.of(posting, 2).application.subject).count() == 1
    assert not Notice.objects.filter(kind="exercise_received", recipient=cast.candidate(2)).exists()
    assert "sans que vous l’ayez commencée" in cast.signed_in(cast.candidate(2)).get(address()).content.decode()


def test_one_page_saves_again_and_again_without_learning_anything() -> None:
    """An answer may be lost: the page that wrote last may always write anew."""
    posting = factory.open_now(factory.convened(1))
    factory.writing(posting)
    client = cast.signed_in(cast.candidate(1))
    page = page_of(client)
    for words in ("Un", "Un deux", "Un deux", "Un deux trois"):
        assert save(client, words, page)[0] == 200
    assert (factory.of(posting).text, factory.of(posting).version) == ("Un deux trois", 3)


def test_another_tab_overwrites_nothing_unseen() -> None:
    posting = factory.open_now(factory.convened(1))
    factory.writing(posting)
    client = cast.signed_in(cast.candidate(1))
    first, second = page_of(client), page_of(client)
    assert save(client, "Du premier.", first)[0] == 200
    status, answer = save(client, "Du second.", second)
    assert status == 409
    assert "dans un autre onglet" in str(answer["message"])
    assert factory.of(posting).text == "Du premier."
    # Opened again, the second shows the first's words, and goes on; then it's the first that is behind.
    assert save(client, "Du premier, puis du second.", page_of(client))[0] == 200
    assert save(client, "Du premier seul.", first)[0] == 409
    # Without JavaScript: both texts on the page, and the button replaces knowingly.
    shown = client.post(address(), {"text": "Du premier seul.", "page": first})
    assert shown.status_code == 409
    assert "Du premier, puis du second." in shown.content.decode()
    assert shown.context["text"] == "Du premier seul."
    assert client.post(address(), {"text": "Du premier seul.", "page": shown.context["page"]}).status_code == 302
    assert factory.of(posting).text == "Du premier seul."


def test_handing_in_is_deliberate_and_shows_what_breaks_the_anonymity() -> None:
    posting = factory.open_now(factory.convened(1))
    factory.writing(posting)
    client = cast.signed_in(cast.candidate(1))
    answer = client.post(address(), {"text": "Signé : S a l m a BENNIS", "page": page_of(client), "hand_in": "1"})
    assert answer["Location"] == address("hand_in")
    page = client.get(address("hand_in"))
    words = page.content.decode()
    assert "Rendre malgré tout" in words
    assert "« BENNIS »" in words
    assert factory.of(posting).ended_at is None
    factory.write(factory.of(posting), "Corrigé ailleurs.")
    assert client.post(address("hand_in"), {"seen": "1"}).status_code == 409
    assert "Rendre malgré tout" not in client.get(address("hand_in")).content.decode()
    assert client.post(address("hand_in"), {"seen": "2"}).status_code == 302
    assert (factory.of(posting).ending, factory.of(posting).signs) == ("handed_in", 0)
    assert client.post(address("hand_in"), {"seen": "2"})["Location"] == address()
    assert client.post(address(), {"text": "Encore", "page": "x"}).status_code == 409


def test_each_save_tells_the_signs_without_refusing_the_text() -> None:
    posting = factory.open_now(factory.convened(1))
    factory.writing(posting)
    client = cast.signed_in(cast.candidate(1))
    status, answer = save(client, "Écrire à candidat1@exemple.example", page_of(client))
    assert (status, answer["errors"]) == (200, {})
    assert answer["signs"] == ["votre adresse électronique : « candidat1@exemple.example »"]


def test_the_register_holds_a_salted_hash_and_the_candidate_the_plain_one() -> None:
    posting = factory.open_now(factory.convened(1))
    sitting = factory.handed_in(posting, 1, "Ma copie.")
    entry = Entry.objects.get(kind="sitting.handed_in")
    digest = endings.digest(sitting)
    assert entry.facts == {"composition": salted(digest, bytes.fromhex(sitting.salt))}
    receipt = Notice.objects.get(kind="exercise_received")
    assert (receipt.context["sha256"], receipt.context["words"]) == (digest, 2)
    assert digest in cast.signed_in(cast.candidate(1)).get(address()).content.decode()


def test_a_composition_that_is_in_never_changes() -> None:
    posting = factory.open_now(factory.convened(1))
    factory.handed_in(posting)
    for change in ({"text": "Autre"}, {"ending": "time"}, {"ended_at": clock.now() + TICK}, {"salt": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sitting.objects.update(**change)


def test_only_the_candidate_sits_it() -> None:
    posting = factory.open_now(factory.convened(1))
    sitting = factory.of(posting)
    for by in (cast.candidate(2), cast.hr(), cast.juror(1)):
        with pytest.raises(Http404):
            sittings.begin(sitting=sitting, by=by)
        with pytest.raises(Http404):
            sittings.save(sitting=sitting, text="x", page="0.a", by=by)
        with pytest.raises(Http404):
            sittings.hand_in(sitting=sitting, seen="0", by=by)


def test_who_withdrew_sits_nothing_and_nobody_waits_for_them() -> None:
    posting = factory.open_now(factory.convened(2))
    factory.writing(posting, 1, "Début.")
    intake.withdraw(application=factory.of(posting).application, by=cast.candidate(1))
    with pytest.raises(ValidationError):
        factory.write(factory.of(posting), "Suite.")
    assert list(Sitting.objects.awaited()) == [factory.of(posting, 2)]
    assert "retiré votre candidature" in cast.signed_in(cast.candidate(1)).get(address()).content.decode()


def test_nothing_is_saved_before_the_beginning_nor_beyond_measure() -> None:
    posting = factory.open_now(factory.convened(1))
    sitting = factory.of(posting)
    for act in (
        lambda: sittings.save(sitting=sitting, text="x", page="0.a", by=cast.candidate(1)),
        lambda: sittings.hand_in(sitting=sitting, seen="0", by=cast.candidate(1)),
    ):
        with pytest.raises(ValidationError):
            act()
    factory.writing(posting)
    client = cast.signed_in(cast.candidate(1))
    status, answer = save(client, "x" * 60_001, page_of(client))
    assert (status, answer["errors"]) == (422, {"text": ["Une composition compte 60000 caractères au plus."]})
    assert client.post(address(), {"text": "y" * 60_001, "page": page_of(client)}).status_code == 422
    with pytest.raises(ChangedElsewhere):
        sittings.save(sitting=sitting, text="x", page="", by=cast.candidate(1))


def test_line_ends_are_made_one_and_what_no_database_holds_is_left_out() -> None:
    posting = factory.open_now(factory.convened(1))
    factory.writing(posting)
    client = cast.signed_in(cast.candidate(1))
    assert save(client, "Un\r\ndeux\rtrois\x00", page_of(client))[0] == 200
    assert factory.of(posting).text == "Un\ndeux\ntrois"


def test_the_hour_is_told_to_whoever_asks(client: Client) -> None:
    answer = client.get(reverse("evaluations:exercise_hour", args=[1_700_000_000_123]))
    assert answer.json()["closes_at"] == "2023-11-14T22:13:20.123Z"
    assert client.get("/evaluation/heure/99999999999999999999/").status_code == 404


@pytest.mark.parametrize("window", [False, True])
def test_the_sweep_opens_the_subject_at_its_hour(window: bool) -> None:
    factory.open_now(factory.convened(1, window=window))
    assert endings.end_due() == 0
    assert Exercise.objects.get().opened_at == clock.now()
