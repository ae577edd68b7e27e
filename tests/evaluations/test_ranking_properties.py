"""What must hold of the way from marks to ranks, whatever the marks: tried on many invented juries."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from evaluations.assignment import draw
from evaluations.ranking import Entry, eliminating, final_total, mean, rank, weighted_total

WEIGHTS = {"a": Decimal("0.25"), "b": Decimal("0.75")}
#: A coarse scale, so that ties happen.
marks = st.integers(0, 40).map(lambda halves: Decimal(halves) / 2) | st.sampled_from([Decimal(10), Decimal(12)])
sheet = st.fixed_dictionaries(dict.fromkeys(WEIGHTS, marks))
stage = st.lists(sheet, min_size=1, max_size=4)
file = st.fixed_dictionaries({"skills": stage, "interview": stage})
files = st.dictionaries(st.sampled_from([f"{c}AAA-AAAA" for c in "ABCDEFGH"]), file, min_size=1, max_size=7)
Stage = list[dict[str, Decimal]]


def entry(code: str, stages: Mapping[str, Stage]) -> Entry:
    """The file's totals, made from its sheets as the acts make them."""
    skills, interview = (mean(weighted_total(s, WEIGHTS) for s in stages[name]) for name in ("skills", "interview"))
    weights = {"skills_weight": Decimal("0.4"), "interview_weight": Decimal("0.6")}
    return Entry(code, skills, interview, final_total(skills, interview, **weights))


def order(found: Mapping[str, Mapping[str, Stage]], seed: str = "graine") -> dict[str, int]:
    return {p.entry.code: p.rank for p in rank((entry(c, f) for c, f in found.items()), seed=seed)}


@given(files, st.randoms())
def test_the_order_of_files_and_of_sheets_never_matters(found: dict[str, dict[str, Stage]], random: object) -> None:
    codes = list(found)
    random.shuffle(codes)  # type: ignore[attr-defined]
    mixed = {c: {name: sheets[::-1] for name, sheets in found[c].items()} for c in codes}
    assert order(mixed) == order(found)


@given(files, st.data())
def test_raising_one_mark_never_lowers_the_file(found: dict[str, dict[str, Stage]], data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(sorted(found)))
    name = data.draw(st.sampled_from(["skills", "interview"]))
    place = data.draw(st.integers(0, len(found[code][name]) - 1))
    criterion = data.draw(st.sampled_from(sorted(WEIGHTS)))
    sheets = [dict(s) for s in found[code][name]]
    sheets[place][criterion] = min(Decimal(20), sheets[place][criterion] + data.draw(marks))
    better = {**found, code: {**found[code], name: sheets}}
    assert order(better)[code] <= order(found)[code]


@given(files, st.data())
def test_who_is_absent_or_withdraws_changes_nothing_among_the_others(
    found: dict[str, dict[str, Stage]], data: st.DataObject
) -> None:
    gone = data.draw(st.sets(st.sampled_from(sorted(found))))
    before = order(found)
    after = order({code: f for code, f in found.items() if code not in gone})
    assert sorted(after, key=after.__getitem__) == sorted(after, key=before.__getitem__)
    assert sorted(after.values()) == list(range(1, len(after) + 1))


@given(files, st.text(max_size=5))
def test_ties_are_told_by_the_rule_and_lots_can_be_drawn_again(found: dict[str, dict[str, Stage]], seed: str) -> None:
    places = rank([entry(c, f) for c, f in found.items()], seed=seed)
    assert places == rank([entry(c, f) for c, f in reversed(found.items())], seed=seed)
    for one, other in combinations(places, 2):
        first, second = one.entry, other.entry
        assert (first.total, first.interview, first.skills) >= (second.total, second.interview, second.skills)
        if (first.total, first.interview, first.skills) == (second.total, second.interview, second.skills):
            assert (one.tie_broken_by, other.tie_broken_by) == ("lots", "lots")
    counted = Counter(p.entry.total for p in places)
    assert [p.entry.code for p in places if (p.tie_broken_by == "") != (counted[p.entry.total] == 1)] == []


@given(stage, marks, st.data())
def test_a_mean_at_the_bar_passes_and_one_strictly_below_eliminates(
    sheets: Stage, bar: Decimal, data: st.DataObject
) -> None:
    total = sum(s["a"] for s in sheets)
    assert eliminating(sheets, {"a": bar}) == (["a"] if total < bar * len(sheets) else [])
    raised = [{**s, "a": min(Decimal(20), s["a"] + data.draw(marks))} for s in sheets]
    assert set(eliminating(raised, {"a": bar})) <= set(eliminating(sheets, {"a": bar}))
    assert eliminating([], {"a": bar}) == eliminating(sheets, {}) == []


def test_an_elimination_is_compared_before_any_rounding() -> None:
    thirds = [{"a": Decimal(5)}, {"a": Decimal(5)}, {"a": Decimal("4.5")}]  # 4,8333…
    assert eliminating(thirds, {"a": Decimal(5)}) == ["a"]
    assert eliminating([{"a": Decimal("4.5")}, {"a": Decimal("5.5")}], {"a": Decimal(5)}) == []


@given(stage, sheet)
def test_a_member_who_is_not_there_weighs_nothing(sheets: Stage, other: dict[str, Decimal]) -> None:
    """The mean of those who marked is the same whether one more was due and excused, or never due."""
    alone = entry("A", {"skills": sheets, "interview": sheets})
    assert replace(alone, code="A") == entry("A", {"skills": list(sheets), "interview": sheets})
    level = [*sheets, {code: mean(s[code] for s in sheets) for code in WEIGHTS}]
    assert abs(entry("A", {"skills": level, "interview": sheets}).skills - alone.skills) <= Decimal("0.0001")


codes = st.sets(st.integers(0, 9999).map(lambda n: f"{n:04}-AAAA"), min_size=1, max_size=60)


@settings(max_examples=150)
@given(st.text(max_size=8), codes, st.integers(1, 4), st.integers(0, 4), st.randoms())
def test_loads_differ_by_one_at_most_and_no_pair_has_all(
    seed: str, files: set[str], markers: int, more: int, random: object
) -> None:
    members = [f"user:{n}" for n in range(markers + more)]
    drawn = draw(seed, files, members, markers)
    shuffled = list(members)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert drawn == draw(seed, sorted(files, reverse=True), shuffled, markers)
    assert {len(set(found)) for found in drawn.values()} == {markers}
    load = Counter(dict.fromkeys(members, 0))
    load.update(member for found in drawn.values() for member in found)
    assert max(load.values()) - min(load.values()) <= 1
    if more and len(files) > 1:
        assert len({tuple(found) for found in drawn.values()}) > 1
