"""Totals are exact, and the order of merit depends on nothing but marks and the public seed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluations.ranking import Entry, final_total, lot, mean, rank, rounded, spread, weighted_total

WEIGHTS = {"a": Decimal("0.25"), "b": Decimal("0.4"), "c": Decimal("0.35")}
marks = st.integers(0, 40).map(lambda halves: Decimal(halves) / 2)
totals = st.integers(0, 200_000).map(lambda n: Decimal(n) / 10_000)
# Few values, so that ties come often.
coarse = st.integers(0, 3).map(Decimal)


@st.composite
def entries(draw: st.DrawFn) -> list[Entry]:
    codes = draw(st.lists(st.text("ABCDEFGH", min_size=4, max_size=4), unique=True, max_size=12))
    return [Entry(code, draw(coarse), draw(coarse), draw(coarse)) for code in codes]


def test_weighted_total_is_exact() -> None:
    scores = {"a": Decimal("13.5"), "b": Decimal("7"), "c": Decimal("20")}
    assert weighted_total(scores, WEIGHTS) == Decimal("13.175")


def test_weighted_total_wants_every_mark() -> None:
    with pytest.raises(KeyError):
        weighted_total({"a": Decimal(10)}, WEIGHTS)


@given(st.fixed_dictionaries({"a": marks, "b": marks, "c": marks}))
def test_weighted_total_stays_between_lowest_and_highest_mark(scores: dict[str, Decimal]) -> None:
    assert min(scores.values()) <= weighted_total(scores, WEIGHTS) <= max(scores.values())


@given(st.fixed_dictionaries({"a": marks, "b": marks, "c": marks}), st.sampled_from("abc"))
def test_weighted_total_rises_with_any_mark(scores: dict[str, Decimal], code: str) -> None:
    better = {**scores, code: scores[code] + Decimal("0.5")}
    assert weighted_total(better, WEIGHTS) > weighted_total(scores, WEIGHTS)


@pytest.mark.parametrize(
    ("exact", "kept"),
    [("12.00005", "12.0000"), ("12.00015", "12.0002"), ("12.000050001", "12.0001"), ("12.3", "12.3000")],
)
def test_rounded_breaks_ties_to_even(exact: str, kept: str) -> None:
    assert str(rounded(Decimal(exact))) == kept


def test_mean_rounds_once() -> None:
    # Rounding each sheet first would give 12.0002 and 12.0000, whose mean is 12.0001.
    assert mean([Decimal("12.00015"), Decimal("12.00005")]) == Decimal("12.0001")
    assert mean([Decimal(10), Decimal(10), Decimal(11)]) == Decimal("10.3333")


def test_mean_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no sheet"):
        mean([])


@given(st.lists(totals, min_size=1, max_size=7), st.randoms())
def test_mean_ignores_order(values: list[Decimal], random: object) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert mean(shuffled) == mean(values)
    assert min(values) <= mean(values) <= max(values)


def test_spread_is_highest_minus_lowest() -> None:
    assert spread([Decimal("9.25"), Decimal("14"), Decimal("12")]) == Decimal("4.75")
    assert spread([Decimal(9)]) == spread([]) == Decimal(0)


def test_final_total_weighs_both_stages() -> None:
    total = final_total(
        Decimal("12.3333"), Decimal("15.1"), skills_weight=Decimal("0.4"), interview_weight=Decimal("0.6")
    )
    assert total == Decimal("13.9933")


@given(entries(), st.randoms())
def test_rank_ignores_the_order_of_entries(files: list[Entry], random: object) -> None:
    shuffled = list(files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled, seed="graine") == rank(files, seed="graine")


@given(entries())
def test_rank_places_everyone_once_by_total(files: list[Entry]) -> None:
    places = rank(files, seed="graine")
    assert [place.rank for place in places] == list(range(1, len(files) + 1))
    assert {place.entry for place in places} == set(files)
    assert [p.entry.total for p in places] == sorted((f.total for f in files), reverse=True)


@given(entries())
def test_rank_never_lowers_a_file_whose_total_rises(files: list[Entry]) -> None:
    for file in files:
        better = Entry(file.code, file.skills, file.interview, file.total + 1)
        before = {p.entry.code: p.rank for p in rank(files, seed="graine")}
        after = {p.entry.code: p.rank for p in rank([better if f is file else f for f in files], seed="graine")}
        assert after[file.code] <= before[file.code]


def test_rank_breaks_ties_by_interview_then_skills_then_lots() -> None:
    def entry(code: str, skills: int, interview: int, total: int = 12) -> Entry:
        return Entry(code, Decimal(skills), Decimal(interview), Decimal(total))

    files = [
        entry("AAAA", 10, 13),
        entry("BBBB", 11, 13),
        entry("CCCC", 9, 14),
        entry("DDDD", 11, 13),
        entry("EEEE", 1, 1, 5),
    ]
    drawn = sorted(["BBBB", "DDDD"], key=lambda code: lot("graine", code))
    places = [(p.entry.code, p.tie_broken_by) for p in rank(files, seed="graine")]
    assert places == [("CCCC", "interview"), (drawn[0], "lots"), (drawn[1], "lots"), ("AAAA", "skills"), ("EEEE", "")]


def test_lots_change_with_the_seed_and_nothing_else() -> None:
    assert lot("graine", "K7QF-2M9D") == lot("graine", "K7QF-2M9D")
    orders = {tuple(sorted(["AAAA", "BBBB", "CCCC"], key=lambda code: lot(str(seed), code))) for seed in range(40)}
    assert len(orders) == 6
