"""Two pages open on one draft: neither overwrites the other's words unseen, and both keep what doesn't conflict."""

import json
from typing import Any

import pytest
from django.test import Client

from applications.models import Application
from journal import clock
from tests import cast
from tests.applications.tabs import Tab, address
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Application:
    return factory.fill(factory.draft(factory.open_posting(), cast.candidate()), documents_too=False)


@pytest.fixture
def client(draft: Application) -> Client:
    return cast.signed_in(draft.candidate)


def fresh(draft: Application) -> Application:
    return Application.objects.get(pk=draft.pk)


def test_other_fields_of_two_tabs_are_both_kept(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("identity")), Tab(client, address("identity"))
    assert one.type(city="Fès").press().status_code == 302
    assert two.type(phone="+212 611 111 111").press().status_code == 302
    assert (fresh(draft).city, fresh(draft).phone) == ("Fès", "+212 611 111 111")


def test_same_field_of_two_tabs_is_shown_in_both_versions(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("identity")), Tab(client, address("identity"))
    one.type(city="Fès").press()
    at = clock.now().astimezone(clock.zone())
    answer = two.type(city="Tanger", phone="+212 611 111 111").press()
    assert answer.status_code == 409
    words = answer.content.decode()
    assert f"Ce champ a été modifié ailleurs, au plus tard à {at.hour}\xa0h\xa0{at.minute:02}" in words
    assert 'value="Tanger"' in words
    assert "<p>Fès</p>" in words
    # What doesn't conflict is saved; what does stays as it was stored.
    assert (fresh(draft).city, fresh(draft).phone) == ("Fès", "+212 611 111 111")


@pytest.mark.parametrize(("verb", "left"), [("mine", "Tanger"), ("theirs", "Fès")])
def test_version_is_chosen_by_a_button(draft: Application, client: Client, verb: str, left: str) -> None:
    one, two = Tab(client, address("identity")), Tab(client, address("identity"))
    one.type(city="Fès").press()
    two.type(city="Tanger").press()
    (choice,) = [value for name, value in two.form.buttons if name == "choice" and value.startswith(verb)]
    assert two.press("choice", choice).status_code == 302
    assert fresh(draft).city == left


def test_choice_of_a_version_that_changed_again_is_asked_again(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("identity")), Tab(client, address("identity"))
    one.type(city="Fès").press()
    two.type(city="Tanger").press()
    (mine,) = [value for name, value in two.form.buttons if name == "choice" and value.startswith("mine")]
    Tab(client, address("identity")).type(city="Oujda").press()
    assert two.press("choice", mine).status_code == 409
    assert fresh(draft).city == "Oujda"


def test_conflict_pressed_away_without_choosing_is_shown_again(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("identity")), Tab(client, address("identity"))
    one.type(city="Fès").press()
    for _time in range(3):
        assert two.type(city="Tanger").press().status_code == 409
    assert fresh(draft).city == "Fès"


def test_version_is_chosen_while_something_else_is_wrong(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("identity")), Tab(client, address("identity"))
    one.type(city="Fès", nationality="espagnole").press()
    two.type(city="Tanger").press()
    (theirs,) = [value for name, value in two.form.buttons if name == "choice" and value.startswith("theirs")]
    assert two.type(birth_date="le 3 mai").press("choice", theirs).status_code == 422
    assert (two.fields["city"], two.fields["nationality"], two.fields["birth_date"]) == ("Fès", "espagnole", "le 3 mai")
    assert two.type(birth_date="1980-05-03").press().status_code == 302
    assert (fresh(draft).city, fresh(draft).nationality) == ("Fès", "espagnole")


def test_same_words_in_two_tabs_are_no_conflict(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("identity")), Tab(client, address("identity"))
    one.type(city="Fès").press()
    assert two.type(city=" Fès ").press().status_code == 302


def test_autosave_answers_a_conflict_with_both_versions(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("identity")), Tab(client, address("identity"))
    assert one.type(city="Fès").autosave("city").status_code == 200
    answer = two.type(city="Tanger", phone="+212 611 111 111").autosave("city", "phone")
    assert answer.status_code == 422
    assert set(answer.json()["errors"]) == set(answer.json()["conflicts"]) == {"city"}
    assert "Fès" in answer.json()["conflicts"]["city"]
    assert set(answer.json()["seen"]) == {"phone"}
    assert (fresh(draft).city, fresh(draft).phone) == ("Fès", "+212 611 111 111")


def test_answer_that_was_lost_is_no_conflict_with_oneself(draft: Application, client: Client) -> None:
    tab = Tab(client, address("identity"))
    tab.type(city="Fè").autosave("city")  # received, but its answer never came back
    tab.type(city="Fès", unsure=json.dumps({"city": ["Fè"]}))
    assert tab.autosave("city").status_code == 200
    assert fresh(draft).city == "Fès"


def test_words_that_never_arrived_conflict_with_what_another_page_saved(draft: Application, client: Client) -> None:
    tab = Tab(client, address("identity")).type(city="Fès", unsure=json.dumps({"city": ["Fès"]}))
    Tab(client, address("identity")).type(city="Oujda").press()
    answer = tab.autosave("city")
    assert (answer.status_code, list(answer.json()["conflicts"])) == (422, ["city"])


@pytest.mark.parametrize("seen", ["", "nonsense", "[1]", '{"city": 3}', '{"city": ["\\ud800"]}'])
def test_forged_memory_of_a_page_overwrites_nothing(draft: Application, client: Client, seen: str) -> None:
    answer = Tab(client, address("identity")).type(city="Tanger", seen=seen, unsure="{").press()
    assert answer.status_code == 409
    assert fresh(draft).city == "Rabat"


def test_answers_of_two_tabs(draft: Application, client: Client) -> None:
    first, second = [question.code for question in draft.posting.questions.all()[:2]]
    one, two = Tab(client, address("answers")), Tab(client, address("answers"))
    one.type(**{first: "Un"}).press()
    assert two.type(**{second: "Deux"}).press().status_code == 302
    assert two.type(**{first: "Trois"}).press().status_code == 409
    kept = dict(draft.answers.values_list("question__code", "text"))
    assert (kept[first], kept[second]) == ("Un", "Deux")


def test_boxes_of_two_tabs_never_conflict(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("declaration")), Tab(client, address("declaration"))
    one.form.fields = [(name, value) for name, value in one.form.fields if name != "sworn"]
    assert one.press().status_code == 302
    assert two.press().status_code == 302
    assert (fresh(draft).sworn, fresh(draft).consented) == (False, True)


def _posts(draft: Application) -> list[tuple[Any, ...]]:
    return list(draft.career.order_by("pk").values_list("title", "employer"))


def _add(tab: Tab, **words: str) -> None:
    answer = tab.press("add")
    assert answer.status_code == 302
    tab.open(tab.client.get(answer["Location"]))
    last = int(tab.fields["postes-TOTAL_FORMS"]) - 1
    tab.type(**{f"postes-{last}-{name}": value for name, value in words.items()})


def test_posts_added_in_two_tabs_are_both_kept(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("career")), Tab(client, address("career"))
    _add(one, title="Juriste")
    _add(two, title="Avocate")
    assert (one.press().status_code, two.press().status_code) == (302, 302)
    assert [title for title, _employer in _posts(draft)] == ["Chef de division", "Juriste", "Avocate"]


def test_post_sent_twice_is_one(draft: Application, client: Client) -> None:
    tab = Tab(client, address("career"))
    _add(tab, title="Juriste")
    tab.autosave()
    assert tab.autosave().status_code == 200
    assert tab.press().status_code == 302
    assert len(_posts(draft)) == 2


def test_fields_of_one_post_changed_in_two_tabs_are_both_kept(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("career")), Tab(client, address("career"))
    one.type(**{"postes-0-title": "Directrice"}).autosave()
    assert two.type(**{"postes-0-employer": "Cour"}).autosave().status_code == 200
    assert _posts(draft) == [("Directrice", "Cour")]


def test_post_changed_in_two_tabs_is_a_conflict(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("career")), Tab(client, address("career"))
    one.type(**{"postes-0-title": "Directrice"}).autosave()
    answer = two.type(**{"postes-0-title": "Cheffe"}).press()
    assert answer.status_code == 409
    assert "<p>Directrice</p>" in answer.content.decode()
    (mine,) = [value for name, value in two.form.buttons if name == "choice" and value.startswith("mine")]
    assert two.press("choice", mine).status_code == 302
    assert _posts(draft) == [("Cheffe", "Ministère")]


def test_post_changed_elsewhere_is_not_removed(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("career")), Tab(client, address("career"))
    one.type(**{"postes-0-title": "Directrice"}).autosave()
    answer = two.press("remove", "0")
    assert answer.status_code == 422
    assert "n’a pas été retirée" in answer.content.decode()
    assert _posts(draft) == [("Directrice", "Ministère")]


def test_post_removed_elsewhere_stays_away_unless_it_was_changed_here(draft: Application, client: Client) -> None:
    one, two, three = (Tab(client, address("career")) for _n in range(3))
    assert one.press("remove", "0").status_code == 302
    two.type(highest_degree="Master").autosave()
    assert _posts(draft) == []
    assert three.type(**{"postes-0-title": "Directrice"}).autosave().status_code == 200
    assert _posts(draft) == [("Directrice", "Ministère")]


def test_dates_changed_in_two_tabs_never_end_before_they_start(draft: Application, client: Client) -> None:
    Tab(client, address("career")).type(**{"postes-0-ended": "2020-01-01"}).press()
    one, two = Tab(client, address("career")), Tab(client, address("career"))
    one.type(**{"postes-0-started": "2019-01-01"}).autosave()
    answer = two.type(**{"postes-0-ended": "2017-01-01"}).autosave()
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"postes-0-ended": ["La fin précède le début : vérifiez les deux dates."]}
    assert [str(day) for day in draft.career.values_list("started", "ended")[0]] == ["2019-01-01", "2020-01-01"]


def test_referees_of_two_tabs(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("referees")), Tab(client, address("referees"))
    one.type(**{"referents-0-title": "Présidente"}).autosave()
    assert two.type(**{"referents-1-title": "Doyen"}).autosave().status_code == 200
    assert list(draft.referees.values_list("title", flat=True)) == ["Présidente", "Doyen"]


def test_referees_of_two_tabs_never_share_an_address(draft: Application, client: Client) -> None:
    one, two = Tab(client, address("referees")), Tab(client, address("referees"))
    one.type(**{"referents-0-email": "x@exemple.example"}).autosave()
    answer = two.type(**{"referents-1-email": "x@exemple.example", "referents-1-title": "Doyen"}).autosave()
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["referents-1-email"]
    kept = list(draft.referees.values_list("email", "title"))
    assert kept[0][0] == "x@exemple.example"
    assert kept[1] == (f"referent2.{draft.candidate.pk}@exemple.example", "Doyen")


@pytest.mark.parametrize("rows", [1, 9])
def test_saving_costs_as_many_queries_with_one_post_and_with_nine(
    draft: Application, client: Client, rows: int, django_assert_num_queries: Any
) -> None:
    for n in range(rows - 1):
        tab = Tab(client, address("career"))
        _add(tab, title=f"Poste {n}")
        tab.press()
    tab = Tab(client, address("career"))
    tab.type(**{f"postes-{n}-title": f"Autre {n}" for n in range(rows)})
    with django_assert_num_queries(12):
        assert tab.autosave().status_code == 200
