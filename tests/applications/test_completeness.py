"""What a draft lacks: named, counted, and linked to the very field."""

import re

import pytest
from django.urls import reverse

from applications import drafts
from applications.completeness import Step, missing
from applications.models import Application
from tests import cast
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


def address(name: str) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG])


def page(application: Application, name: str) -> str:
    return cast.signed_in(application.candidate).get(address(name)).content.decode()


def links(words: str) -> list[str]:
    """The addresses within a step that the page leads to."""
    return re.findall(r'href="(/candidature/[^"]+#[^"]+)"', words)


@pytest.fixture
def draft() -> Application:
    return factory.draft(factory.open_posting(), cast.candidate())


@pytest.mark.parametrize("step", Step)
def test_everything_lacking_is_linked_to_a_field_of_its_page(draft: Application, step: Step) -> None:
    anchors = [item.anchor for item in missing(draft) if item.step == step]
    words = page(draft, step)
    assert anchors
    assert [anchor for anchor in anchors if f'id="{anchor}"' not in words] == []


def test_overview_and_review_lead_to_every_field_in_the_order_of_the_steps(draft: Application) -> None:
    expected = [f"{address(item.step)}#{item.anchor}" for item in missing(draft)]
    assert expected[0] == "/candidature/secretaire-general/identite/#id_family_name"
    assert links(page(draft, "overview")) == expected
    assert links(page(draft, "review")) == expected


def test_half_filled_referee_is_linked_to_what_it_lacks(draft: Application) -> None:
    by = draft.candidate
    half = {**factory.referee(2, by), "relationship": ""}
    drafts.save_referees(application=draft, referees=[factory.referee(1, by), half], by=by)
    assert [item.anchor for item in missing(draft) if item.step == Step.REFEREES] == ["id_referents-1-relationship"]


def test_one_referee_too_few_is_linked_to_an_empty_row(draft: Application) -> None:
    by = draft.candidate
    drafts.save_referees(application=draft, referees=[factory.referee(1, by)], by=by)
    (item,) = [item for item in missing(draft) if item.step == Step.REFEREES]
    assert item.anchor == "id_referents-1-name"
    assert 'id="id_referents-1-name"' in page(draft, "referees")


def test_half_filled_post_is_linked_to_what_it_lacks(draft: Application) -> None:
    posts = [{"title": "Juge", "employer": "Tribunal", "started": None, "ended": None, "duties": ""}]
    drafts.save_career(application=draft, values={}, posts=posts, by=draft.candidate)
    anchors = [item.anchor for item in missing(draft) if item.step == Step.CAREER]
    assert anchors == ["id_years_of_experience", "id_highest_degree", "id_postes-0-started"]


def test_no_experience_at_all_is_an_answer(draft: Application) -> None:
    values = {"years_of_experience": 0, "highest_degree": "Doctorat"}
    drafts.save_career(application=draft, values=values, posts=[], by=draft.candidate)
    draft.refresh_from_db()
    assert [item.anchor for item in missing(draft) if item.step == Step.CAREER] == ["id_postes-0-title"]


def test_progress_is_told_in_words_and_as_a_measure(draft: Application) -> None:
    assert "Aucune étape complète sur 6" in page(draft, "overview")
    factory.fill(draft, documents_too=False)
    words = page(draft, "overview")
    assert "5 étapes sur 6 complètes" in words
    assert '<progress value="5" max="6"' in words
    factory.attach_all(draft)
    words = page(draft, "overview")
    assert "6 étapes sur 6 complètes" in words
    assert "Votre dossier est complet, mais il n’est pas déposé." in words
    assert links(words) == []
