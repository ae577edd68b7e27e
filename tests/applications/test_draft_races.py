"""Saves of one draft that arrive at the same instant, with real threads and real connections."""

import json

import pytest

from applications.models import Application
from tests import cast
from tests.applications.tabs import Tab, address
from tests.applications.test_races import together
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db(transaction=True)

TABS = 5


@pytest.fixture
def draft() -> Application:
    return factory.draft(factory.open_posting(), cast.candidate())


def opened(draft: Application, step: str) -> list[Tab]:
    return [Tab(cast.signed_in(draft.candidate), address(step)) for _tab in range(TABS)]


def test_one_field_typed_in_five_tabs_is_one_tabs_and_conflicts_in_the_others(draft: Application) -> None:
    tabs = opened(draft, "identity")
    for n, tab in enumerate(tabs):
        tab.type(city=f"Ville {n}")
    answers = together([lambda tab=tab: tab.autosave("city") for tab in tabs])  # type: ignore[misc]
    assert sorted(answer.status_code for answer in answers) == [200, *[422] * (TABS - 1)]  # type: ignore[attr-defined]
    (winner,) = [n for n, answer in enumerate(answers) if answer.status_code == 200]  # type: ignore[attr-defined]
    draft.refresh_from_db()
    assert draft.city == f"Ville {winner}"


def test_another_field_typed_in_each_of_five_tabs_is_kept_from_each(draft: Application) -> None:
    names = ("city", "phone", "nationality", "family_name", "given_names")
    tabs = opened(draft, "identity")
    for name, tab in zip(names, tabs, strict=True):
        tab.type(**{name: f"De {name}"})
    answers = together([lambda tab=tab: tab.press() for tab in tabs])  # type: ignore[misc]
    assert [answer.status_code for answer in answers] == [302] * TABS  # type: ignore[attr-defined]
    draft.refresh_from_db()
    assert [getattr(draft, name) for name in names] == [f"De {name}" for name in names]


def test_new_post_sent_five_times_at_once_is_one(draft: Application) -> None:
    tabs = opened(draft, "career")  # an empty row has the same key in each
    for tab in tabs:
        tab.type(**{"postes-0-title": "Juriste"})
    together([lambda tab=tab: tab.autosave() for tab in tabs])  # type: ignore[misc]
    assert list(draft.career.values_list("title", flat=True)) == ["Juriste"]
    seen = json.loads(Tab(tabs[0].client, address("career")).fields["seen"])
    assert len(seen) == 1
