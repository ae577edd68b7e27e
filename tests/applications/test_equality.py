"""The questions on equality leave no way back to who answered, in the pages or in the database."""

import random
import threading
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.http import Http404
from django.test import Client

from applications import equality
from applications.models import Application, EqualityAnswer, EqualityOffer
from journal import clock
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db
ASK, READ = f"/candidature/{factory.SLUG}/egalite/", f"/candidature/{factory.SLUG}/egalite/resultats/"
ANSWERS = {"gender": "woman", "age_band": "45_54", "disability": "no", "setting": "city"}


def close_urn(posting: Posting) -> None:
    clock.move_to(posting.closes_at + equality.OPEN_FOR, by="test", stopped=True)


def fill(posting: Posting, **counts: int) -> None:
    """An urn with so many slips for each gender."""
    EqualityAnswer.objects.bulk_create(
        EqualityAnswer(posting=posting, gender="" if gender == "none" else gender)
        for gender, count in counts.items()
        for _n in range(count)
    )


def test_an_answer_is_kept_without_anything_of_the_person(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    browser, entries = cast.signed_in(file.candidate), Entry.objects.count()
    assert browser.get(ASK).status_code == 200
    answer = browser.post(ASK, ANSWERS, follow=True)
    assert "ne vous sera plus proposé" in answer.content.decode()
    (slip,) = EqualityAnswer.objects.values()
    names = {field.name for field in EqualityAnswer._meta.get_fields()}
    assert names == {"id", "posting", *ANSWERS}
    assert {name: slip[name] for name in ANSWERS} == ANSWERS
    assert (Entry.objects.count(), EqualityOffer.objects.get().application_id) == (entries, file.pk)


def test_declining_looks_like_answering_and_leaves_no_slip(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    browser = cast.signed_in(file.candidate)
    answer = browser.post(ASK, {"decline": "1", "gender": "man"}, follow=True)
    assert "ne vous sera plus proposé" in answer.content.decode()
    assert (EqualityAnswer.objects.count(), EqualityOffer.objects.count()) == (0, 1)


def test_the_questions_are_put_once(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    browser = cast.signed_in(file.candidate)
    browser.post(ASK, ANSWERS)
    assert [browser.get(ASK).status_code, browser.post(ASK, ANSWERS).status_code] == [302, 302]
    with pytest.raises(equality.AlreadySettled):
        equality.settle(application=file, answers=ANSWERS, by=file.candidate)
    assert EqualityAnswer.objects.count() == 1


def test_empty_answers_and_unknown_ones(posting: Posting) -> None:
    file = factory.submitted(posting, cast.candidate())
    assert cast.signed_in(file.candidate).post(ASK, {"gender": "king"}).status_code == 422
    with pytest.raises(ValidationError):
        equality.settle(application=file, answers={"setting": "Rabat"}, by=file.candidate)
    assert (EqualityAnswer.objects.count(), EqualityOffer.objects.count()) == (0, 0)
    cast.signed_in(file.candidate).post(ASK, dict.fromkeys(ANSWERS, ""))
    assert (EqualityAnswer.objects.count(), EqualityOffer.objects.count()) == (0, 1)


def test_only_after_submission_and_within_time(posting: Posting) -> None:
    draft = factory.complete_draft(posting, cast.candidate(1))
    file = factory.submitted(posting, cast.candidate(2))
    with pytest.raises(ValidationError):
        equality.settle(application=draft, answers=ANSWERS, by=draft.candidate)
    with pytest.raises(Http404):
        equality.settle(application=file, answers=ANSWERS, by=draft.candidate)
    close_urn(posting)
    with pytest.raises(ValidationError):
        equality.settle(application=file, answers=ANSWERS, by=file.candidate)
    assert EqualityAnswer.objects.count() == 0


def test_a_slip_changes_its_name_and_its_place(posting: Posting) -> None:
    files = [factory.submitted(posting, cast.candidate(n)) for n in (1, 2, 3)]
    seen: list[set[Any]] = []
    for file in files:
        equality.settle(application=file, answers=ANSWERS, by=file.candidate)
        seen.append(set(EqualityAnswer.objects.values_list("pk", flat=True)))
    assert [len(names) for names in seen] == [1, 2, 3]
    assert (seen[0] & seen[1], seen[1] & seen[2]) == (set(), set())


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the mark of a row's transaction is PostgreSQL's")
@pytest.mark.django_db(transaction=True)
def test_no_slip_carries_the_mark_of_one_candidates_transaction(posting: Posting) -> None:
    files = [factory.submitted(posting, cast.candidate(n)) for n in (1, 2, 3, 4)]
    for number, file in enumerate(files):
        answers = ANSWERS if number < 3 else {}  # the last declines
        equality.settle(application=file, answers=answers, by=file.candidate)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(DISTINCT xmin::text) FROM applications_equalityanswer")
        assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_slips_put_in_at_once_are_all_there(posting: Posting) -> None:
    files = [factory.submitted(posting, cast.candidate(n)) for n in range(1, 5)]
    start = threading.Barrier(4)

    def work(file: Application) -> None:
        start.wait()
        equality.settle(application=file, answers=ANSWERS, by=file.candidate)
        connection.close()

    threads = [threading.Thread(target=work, args=(file,)) for file in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (EqualityAnswer.objects.count(), EqualityOffer.objects.count()) == (4, 4)


def test_only_the_auditor_reads_the_counts(posting: Posting) -> None:
    people = (cast.hr, cast.juror, cast.authority, cast.administrator, cast.candidate)
    assert {cast.signed_in(who()).get(READ).status_code for who in people} == {403}
    assert Client().get(READ).status_code == 302
    assert cast.signed_in(cast.auditor()).get(READ).status_code == 200
    for who in (cast.hr, cast.juror, cast.auditor):
        assert cast.signed_in(who()).get(ASK).status_code == 404


def test_counts_are_read_only_once_the_urn_is_closed(posting: Posting) -> None:
    fill(posting, woman=9, man=12)
    EqualityAnswer.objects.update(disability="no")
    browser = cast.signed_in(cast.auditor())
    assert "Les totaux ne se lisent qu’ensuite" in browser.get(READ).content.decode()
    clock.move_to(posting.closes_at + equality.OPEN_FOR - timedelta(seconds=1), by="test", stopped=True)
    assert equality.results(posting) == (None, [])
    close_urn(posting)
    total, tables = equality.results(posting)
    assert (total, [(line.label, line.count) for line in tables[0].lines]) == (
        21,
        [("Femme", 9), ("Homme", 12)],
    )
    page = browser.get(READ).content.decode()
    assert ("21 réponses" in page, "masqué" in page, ">9<" in page) == (True, True, True)


def test_who_did_not_answer_may_be_few_too(posting: Posting) -> None:
    fill(posting, woman=9, man=12, none=1)
    close_urn(posting)
    _total, tables = equality.results(posting)
    assert [line.count for line in tables[0].lines] == [None, 12, None]


def test_a_small_urn_tells_nothing(posting: Posting) -> None:
    fill(posting, woman=2, man=2)
    close_urn(posting)
    assert equality.results(posting) == (None, [])
    assert "aucun total n’est montré" in cast.signed_in(cast.auditor()).get(READ).content.decode()


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ((9, 12, 7), (9, 12, 7)),
        ((9, 12, 3), (None, 12, None)),
        ((4, 4, 30), (None, None, 30)),
        ((0, 2, 30), (None, None, None)),
        ((0, 5, 30), (None, None, 30)),
        ((0, 0, 8), (None, None, None)),
        ((5, 5, 5), (5, 5, 5)),
    ],
)
def test_few_are_hidden_and_so_is_what_would_tell_them(counts: tuple[int, ...], shown: tuple[int | None, ...]) -> None:
    assert tuple(equality.hide_few(dict(zip("abc", counts, strict=True))).values()) == shown


def _possible(total: int, shown: list[int | None]) -> list[set[int]]:
    """What each hidden count may be, for who knows the total and reads the rest."""
    hidden = [place for place, count in enumerate(shown) if count is None]
    left = total - sum(count for count in shown if count is not None)
    found: list[set[int]] = [set() for _ in hidden]
    for guess in product(range(left + 1), repeat=len(hidden)):
        if sum(guess) == left:
            for place, value in enumerate(guess):
                found[place].add(value)
    return found


def test_no_hidden_count_can_be_worked_out() -> None:
    chance = random.Random(9)  # noqa: S311 - the same tables each time
    for _round in range(200):
        counts = {name: chance.choice((0, 1, 2, 3, 4, 5, 6, 9)) for name in "abcd"}
        if sum(counts.values()) < equality.LEAST:
            continue
        shown = list(equality.hide_few(counts).values())
        assert all(count is None or count >= equality.LEAST for count in shown)
        assert all(len(values) > equality.LEAST for values in _possible(sum(counts.values()), shown)), counts
