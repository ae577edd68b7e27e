"""Error pages: kind, whole, and standing without a context."""

import pytest
from django.template.loader import render_to_string
from django.test import Client


@pytest.mark.parametrize("name", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_page_needs_no_context(name: str) -> None:
    page = render_to_string(name)

    assert page.count("<h1>") == 1
    assert "Besoin d’aide" in page


@pytest.mark.django_db
def test_unknown_address_is_told_kindly_with_the_contact(client: Client) -> None:
    response = client.get("/nulle-part/")

    assert response.status_code == 404
    assert "Cette page n’existe pas" in response.content.decode()
    assert "mailto:recrutement@pmp.example" in response.content.decode()


@pytest.mark.django_db
def test_unverified_post_is_told_kindly() -> None:
    response = Client(enforce_csrf_checks=True).post("/connexion/", {"email": "x@example.org"})

    assert response.status_code == 403
    assert "Votre demande n’a pas été prise en compte" in response.content.decode()
