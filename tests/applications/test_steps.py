"""Filling in a draft: what is kept, what is refused, and that nothing typed is lost."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from applications.completeness import missing
from applications.models import Application
from tests import cast
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft() -> Application:
    return factory.draft(factory.open_posting(), cast.candidate())


@pytest.fixture
def client(draft: Application) -> Client:
    return cast.signed_in(draft.candidate)


def address(step: str) -> str:
    return reverse(f"applications:{step}", args=[factory.SLUG])


def rows(prefix: str, *given: dict[str, str]) -> dict[str, str]:
    data = {f"{prefix}-TOTAL_FORMS": str(len(given)), f"{prefix}-INITIAL_FORMS": "0"}
    return data | {f"{prefix}-{n}-{key}": value for n, row in enumerate(given) for key, value in row.items()}


def test_identity_may_be_saved_in_part(draft: Application, client: Client) -> None:
    page = client.post(address("identity"), {"family_name": "Bennis", "save": "1"})
    assert (page.status_code, page["Location"]) == (302, address("identity"))
    draft.refresh_from_db()
    assert (draft.family_name, draft.given_names, draft.state) == ("Bennis", "", "draft")


def test_save_and_continue_goes_to_the_next_step(client: Client) -> None:
    page = client.post(address("identity"), {"family_name": "Bennis", "continue": "1"})
    assert page["Location"] == address("career")


def test_wrong_identity_comes_back_as_typed(draft: Application, client: Client) -> None:
    typed = {"family_name": "Bennis", "birth_date": "le 3 mai", "address": "12, rue <des> Orangers"}
    page = client.post(address("identity"), typed)
    assert page.status_code == 422
    words = page.content.decode()
    for value in ("Bennis", "le 3 mai", "12, rue &lt;des&gt; Orangers", 'href="#id_birth_date"'):
        assert value in words
    draft.refresh_from_db()
    assert draft.family_name == ""


def test_career_keeps_the_posts_that_say_something(draft: Application, client: Client) -> None:
    post = {"title": "Cheffe de division", "employer": "Ministère", "started": "2019-02-01"}
    data = {"years_of_experience": "12", "highest_degree": "Master", **rows("postes", post, {}, {"title": "Juriste"})}
    assert client.post(address("career"), data).status_code == 302
    assert list(draft.career.values_list("title", "started")) == [
        ("Cheffe de division", date(2019, 2, 1)),
        ("Juriste", None),
    ]
    draft.refresh_from_db()
    assert [item.label for item in missing(draft) if item.step == "career"] == [
        "Fonction, employeur et date de début de chaque poste"
    ]


@pytest.mark.parametrize(
    ("button", "left"),
    [
        ({"add": "1"}, ["A", "B", "C", ""]),
        ({"remove": "0"}, ["B", "C"]),
        ({"remove": "9"}, ["A", "B", "C"]),
    ],
)
def test_career_rows_are_added_and_removed_without_losing_the_others(
    draft: Application, client: Client, button: dict[str, str], left: list[str]
) -> None:
    data = rows("postes", {"title": "A"}, {"title": "B", "started": "pas une date"}, {"title": "C"})
    page = client.post(address("career"), {"highest_degree": "Doctorat", **data, **button})
    assert page.status_code == 422
    assert [form["title"].value() or "" for form in page.context["formset"]] == left
    assert page.context["form"]["highest_degree"].value() == "Doctorat"
    # What is right is saved at once; the date that isn't stays on the page.
    assert list(draft.career.values_list("title", "started")) == [(title, None) for title in left if title]
    assert "pas une date" in page.content.decode()


def test_removing_the_row_that_was_wrong_saves_the_rest(draft: Application, client: Client) -> None:
    data = rows("postes", {"title": "A"}, {"title": "B", "started": "pas une date"}, {"title": "C"})
    page = client.post(address("career"), {**data, "remove": "1"})
    assert (page.status_code, page["Location"]) == (302, address("career"))
    assert list(draft.career.values_list("title", flat=True)) == ["A", "C"]


def test_row_is_added_at_the_end_and_reached(draft: Application, client: Client) -> None:
    page = client.post(address("career"), {**rows("postes", {"title": "A"}), "add": "1"})
    assert page.status_code == 302
    assert page["Location"].endswith("#id_postes-1-title")
    again = client.get(page["Location"])
    assert [form["title"].value() or "" for form in again.context["formset"]] == ["A", ""]


def test_post_that_ends_before_it_starts_is_refused_under_its_field(client: Client) -> None:
    post = {"title": "Juriste", "started": "2020-01-01", "ended": "2019-01-01"}
    page = client.post(address("career"), rows("postes", post))
    assert page.status_code == 422
    assert "La fin précède le début" in page.content.decode()
    assert "Juriste" in page.content.decode()


@pytest.mark.parametrize("count", ["", "abc", "-1", "999999", "31"])
def test_forged_row_count_is_no_server_error(client: Client, count: str) -> None:
    for button in ({}, {"add": "1"}, {"remove": "0"}):
        data = {"postes-TOTAL_FORMS": count, "postes-INITIAL_FORMS": "0", **button}
        assert client.post(address("career"), data).status_code in (200, 302, 422)


def _referees(draft: Application, *changes: dict[str, Any]) -> dict[str, str]:
    return rows("referents", *[factory.referee(n, draft.candidate) | change for n, change in enumerate(changes, 1)])


def test_referees_are_kept(draft: Application, client: Client) -> None:
    assert client.post(address("referees"), _referees(draft, {}, {})).status_code == 302
    assert draft.referees.count() == 2


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [
        ({"email": "a@exemple.example"}, {"email": "A@exemple.example"}, "déjà celle d’un autre référent"),
        ({"email": "Candidat1@exemple.example"}, {}, "non la vôtre"),
        ({"email": "pas une adresse"}, {}, "adresse"),
    ],
)
def test_referee_address_is_refused_and_all_comes_back(
    draft: Application, client: Client, first: dict[str, str], second: dict[str, str], words: str
) -> None:
    page = client.post(address("referees"), _referees(draft, first, second))
    assert page.status_code == 422
    assert words in page.content.decode()
    assert "Référent 2" in page.content.decode()
    assert draft.referees.count() == 0


def test_answer_is_counted_as_the_browser_counts_it(draft: Application, client: Client) -> None:
    question = draft.posting.questions.first()
    assert question is not None
    longest = ("x" * 99 + "\r\n") * (question.max_characters // 100)
    assert client.post(address("answers"), {question.code: longest}).status_code == 302
    assert draft.answers.get(question=question).text == longest.strip().replace("\r\n", "\n")


def test_too_long_an_answer_comes_back_whole(draft: Application, client: Client) -> None:
    question = draft.posting.questions.first()
    assert question is not None
    typed = "y" * (question.max_characters + 1)
    page = client.post(address("answers"), {question.code: typed})
    assert page.status_code == 422
    assert typed in page.content.decode()
    assert draft.answers.count() == 0


def test_declaration_may_be_taken_back(draft: Application, client: Client) -> None:
    client.post(address("declaration"), {"sworn": "on", "consented": "on"})
    draft.refresh_from_db()
    assert (draft.sworn, draft.consented) == (True, True)
    client.post(address("declaration"), {})
    draft.refresh_from_db()
    assert (draft.sworn, draft.consented) == (False, False)


def test_filled_draft_lacks_nothing(draft: Application, client: Client) -> None:
    factory.fill(draft)
    assert missing(draft) == []
    assert "Votre dossier est complet, mais il n’est pas déposé" in client.get(address("overview")).content.decode()


def test_nul_character_is_no_server_error(client: Client) -> None:
    assert client.post(address("identity"), {"family_name": "Ben\x00nis"}).status_code == 422
    assert client.post(address("documents"), {"requirement": "cv\x00", "file": factory.upload()}).status_code == 422
