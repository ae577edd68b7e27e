"""Votes on the order of merit: who may open, vote and close, how they are counted, and what they move."""

import threading
from collections.abc import Sequence

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from applications.models import Application
from evaluations import debates, deliberation, minutes, votes
from evaluations.models import Ballot, Debate, Declaration, Deliberation, OrderVote, Slip
from evaluations.order import moved
from journal import clock
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


def last(posting: Posting) -> Application:
    """The file that the totals put last."""
    return deliberation.settled(posting)[-1].application


def opened(posting: Posting, *, to_rank: int = 1) -> OrderVote:
    return votes.open_vote(
        posting=posting, application=last(posting), to_rank=to_rank, motive="Une expérience rare.", by=cast.juror(1)
    )


def all_vote(vote: OrderVote, voices: Sequence[str]) -> OrderVote:
    for number, voice in enumerate(voices, 1):
        votes.cast(vote=vote, voice=voice, by=cast.juror(number))
    vote.refresh_from_db()
    return vote


def codes(posting: Posting) -> list[str]:
    return [standing.application.dossier_code for standing in deliberation.settled(posting)]


def close(posting: Posting) -> object:
    words = late_stages.appreciations(posting)
    return deliberation.close(posting=posting, outcome="Débattu.", appreciations=words, by=cast.juror(1))


def closed(posting: Posting) -> Deliberation:
    """The session as the database has it, closed."""
    close(posting)
    return Deliberation.objects.get(posting=posting)


@given(order=st.permutations(list("abcde")), moves=st.lists(st.tuples(st.sampled_from("abcdez"), st.integers(1, 5))))
def test_moves_keep_everyone_and_set_the_last_moved_where_it_was_voted(
    order: list[str], moves: list[tuple[str, int]]
) -> None:
    after = moved(order, moves)
    assert sorted(after) == sorted(order)
    if moves and moves[-1][0] in order:
        assert after.index(moves[-1][0]) == moves[-1][1] - 1


def test_an_accepted_vote_moves_the_file_and_the_order_by_total_stays_in_the_record() -> None:
    posting = late_stages.in_session(3)
    with pytest.raises(PermissionDenied):
        votes.open_vote(posting=posting, application=last(posting), to_rank=1, motive="Non.", by=cast.juror(2))
    vote = opened(posting)
    before = codes(posting)
    assert all_vote(vote, ["for", "for", "for", "against", "abstain"]).accepted is True
    assert vote.counts == {"for": 3, "against": 1, "abstain": 1}
    assert codes(posting) == [before[2], before[0], before[1]]
    session = closed(posting)
    rows = list(session.ranking.select_related("application"))
    assert [row.merit_rank for row in rows] == [3, 1, 2]
    assert [row.vote_id for row in rows] == [vote.pk, None, None]
    record = session.record
    assert record is not None
    assert [(place["rank"], place["merit_rank"], place["voted"]) for place in record["ranking"]] == [
        (1, 3, True), (2, 1, False), (3, 2, False),
    ]  # fmt: skip
    assert len(record["votes"][0]["ballots"]) == 5
    assert [entry.facts["counts"] for entry in Entry.objects.filter(kind="vote.closed")] == [vote.counts]
    assert (
        Entry.objects.get(kind="deliberation.closed").facts["seed"]
        == Entry.objects.get(kind="deliberation.opened").facts["seed"]
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderVote.objects.update(accepted=False)


@pytest.mark.parametrize(
    ("voices", "outcome"),
    [
        (["for", "against", "for", "against", "abstain"], (True, True)),
        (["against", "for", "for", "against", "abstain"], (False, True)),
        (["abstain", "for", "for", "against", "against"], (False, False)),
        (["abstain"] * 5, (False, False)),
        (["for", "abstain", "abstain", "abstain", "abstain"], (True, False)),
        (["for", "against", "against", "abstain", "abstain"], (False, False)),
    ],
)
def test_the_majority_of_the_votes_cast_decides_and_the_chairs_voice_on_a_tie(
    voices: list[str], outcome: tuple[bool, bool]
) -> None:
    vote = all_vote(opened(late_stages.in_session(2)), voices)
    assert (vote.accepted, vote.casting) == outcome


def test_a_secret_vote_keeps_who_voted_apart_from_what_was_voted_and_a_tie_rejects() -> None:
    posting = late_stages.in_session(2)
    vote = opened(posting)
    OrderVote.objects.update(secret=True)  # as the posting could have said
    all_vote(vote, ["for", "against", "for", "against", "abstain"])
    assert (vote.secret, vote.accepted, vote.casting) == (True, False, False)
    assert list(Ballot.objects.values_list("voice", flat=True)) == [""] * 5
    assert sorted(Slip.objects.values_list("voice", flat=True)) == ["abstain", "against", "against", "for", "for"]
    assert [set(entry.facts) for entry in Entry.objects.filter(kind="vote.cast")] == [{"vote"}] * 5
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT xmin::text) FROM evaluations_slip")
            assert cursor.fetchone() == (1,)  # written in one transaction, the last voter's
    record = closed(posting).record
    assert record is not None
    assert {voice for held in record["votes"] for _name, voice in held["ballots"]} == {""}


def test_who_is_in_conflict_on_the_file_neither_votes_nor_discusses_it() -> None:
    posting = late_stages.in_session(2)
    file, members = last(posting), late_stages.members(posting)
    Declaration.objects.filter(application=file, member=members[0]).delete()
    Declaration.objects.create(application=file, member=members[0], conflict=True, reason="Un proche.", at=clock.now())
    with pytest.raises(PermissionDenied):
        opened(posting)
    with pytest.raises(PermissionDenied):
        debates.save(application=file, words="Je parle quand même.", by=cast.juror(1))
    vote = votes.open_vote(posting=posting, application=file, to_rank=1, motive="Le parcours.", by=cast.juror(2))
    with pytest.raises(PermissionDenied):
        votes.cast(vote=vote, voice="for", by=cast.juror(1))
    page = cast.signed_in(cast.juror(1)).get(reverse("evaluations:sitting", args=[posting.slug])).content.decode()
    assert "Vous êtes récusé·e sur ce dossier" in page
    for number in (2, 3, 4, 5):
        votes.cast(vote=vote, voice="for", by=cast.juror(number))
    vote.refresh_from_db()
    assert vote.accepted is True
    debates.save(application=file, words="Un parcours rare.", by=cast.juror(2))
    record = closed(posting).record
    assert record is not None
    said = {debate["dossier"]: debate for debate in record["debates"]}
    assert said[file.dossier_code]["recused"] == [cast.juror(1).full_name]
    assert said[file.dossier_code]["words"] == "Un parcours rare."


def test_a_vote_that_will_not_do_is_refused() -> None:
    posting = late_stages.in_session(2)
    file = last(posting)
    for to_rank, motive, field in ((1, " ", "motive"), (2, "Bien.", "to_rank"), (3, "Bien.", "to_rank")):
        with pytest.raises(ValidationError) as refusal:
            votes.open_vote(posting=posting, application=file, to_rank=to_rank, motive=motive, by=cast.juror(1))
        assert list(refusal.value.message_dict) == [field]
    vote = opened(posting)
    with pytest.raises(ValidationError):
        opened(posting)
    with pytest.raises(ValidationError):
        votes.close_vote(vote=vote, by=cast.juror(1))
    with pytest.raises(ValidationError, match="vote est ouvert"):
        close(posting)
    for number in (1, 2, 3):
        votes.cast(vote=vote, voice="for", by=cast.juror(number))
    assert votes.close_vote(vote=vote, by=cast.juror(1)).accepted is True
    assert votes.close_vote(vote=vote, by=cast.juror(1)).accepted is True
    with pytest.raises(votes.VoteOver):
        votes.cast(vote=vote, voice="for", by=cast.juror(4))
    assert Entry.objects.filter(kind="vote.closed").count() == 1


def test_the_first_word_stands_when_someone_votes_twice() -> None:
    posting = late_stages.in_session(2)
    vote = opened(posting)
    votes.cast(vote=vote, voice="for", by=cast.juror(1))
    votes.cast(vote=vote, voice="against", by=cast.juror(1))
    assert list(Ballot.objects.values_list("voice", flat=True)) == ["for"]
    assert Entry.objects.filter(kind="vote.cast").count() == 1


def test_the_session_is_lived_on_the_members_pages() -> None:
    posting = late_stages.in_session(2)
    file, chair = last(posting), cast.signed_in(cast.juror(1))
    code, slug = file.dossier_code, posting.slug
    page, json = reverse("evaluations:sitting", args=[slug]), {"HTTP_ACCEPT": "application/json"}
    saved = chair.post(reverse("evaluations:debate", args=[slug, code]), {"words": "Une voix claire."}, **json)  # type: ignore[arg-type]
    assert (saved.status_code, saved.json()["errors"], Debate.objects.get().words) == (200, {}, "Une voix claire.")
    opening = reverse("evaluations:open_vote", args=[slug, code])
    bad = chair.post(opening, {"to_rank": 1, "motive": ""})
    assert (bad.status_code, OrderVote.objects.count()) == (422, 0)
    assert chair.post(opening, {"to_rank": 1, "motive": "Une expérience rare."}).status_code == 302
    vote = OrderVote.objects.get()
    casting = reverse("evaluations:cast_vote", args=[slug, vote.pk])
    assert chair.post(casting, {}).status_code == 422
    for number in (1, 2, 3, 4, 5):
        member = cast.signed_in(cast.juror(number))
        assert "Vote ouvert" in member.get(page).content.decode()
        assert member.post(casting, {"voice": "for"}).status_code == 302
    assert "adoptée" in chair.get(page).content.decode()
    assert cast.signed_in(cast.juror(2)).post(opening, {"to_rank": 1, "motive": "Non."}).status_code == 404
    session = closed(posting)
    late = chair.post(reverse("evaluations:debate", args=[slug, code]), {"words": "Trop tard."}, **json)  # type: ignore[arg-type]
    assert (late.status_code, Debate.objects.get().words) == (409, "Une voix claire.")
    assert minutes.read(session).startswith(b"%PDF-")


@pytest.mark.django_db(transaction=True)
def test_a_voice_that_races_the_closing_is_counted_or_refused_never_half() -> None:
    posting = late_stages.in_session(2)
    vote = opened(posting)
    for number in (1, 2, 3):
        votes.cast(vote=vote, voice="for", by=cast.juror(number))
    people, together, outcomes = (cast.juror(1), cast.juror(4)), threading.Barrier(2), []

    def run(act: str) -> None:
        together.wait()
        try:
            if act == "close":
                votes.close_vote(vote=vote, by=people[0])
            else:
                votes.cast(vote=vote, voice="against", by=people[1])
                outcomes.append("counted")
        except votes.VoteOver:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in ("close", "cast")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    vote.refresh_from_db()
    assert vote.counts is not None
    assert (outcomes, vote.counts["against"]) in ((["counted"], 1), (["refused"], 0))
    assert Entry.objects.filter(kind="vote.closed").count() == 1
