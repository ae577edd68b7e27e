"""What pages weigh over the wire, as the product serves them: everything that they ask for counted."""

import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.factories import applications as factory

#: Bytes. The first page, everything with it; then each page alone, since what it shares with the first is kept.
FIRST, NEXT = 100_000, 20_000
STEPS = ("overview", "identity", "career", "documents", "referees", "answers", "declaration", "review")

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(settings: LazySettings) -> Client:
    """A browser of the product as it is installed: static files as ``script/setup`` collected and compressed them."""
    root = settings.BASE_DIR / "var" / "static"
    assert (root / "staticfiles.json").is_file(), "script/setup collects the static files"
    settings.STATIC_ROOT = str(root)
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = False
    backend = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": backend}}
    return Client(headers={"Accept-Encoding": "gzip, deflate, br"})


def _sent(answer: Any) -> int:
    assert answer.status_code == 200
    return len(b"".join(answer)) if answer.streaming else len(answer.content)


def _asked_for(browser: Client, address: str) -> set[str]:
    plain: Any = browser.get(address, headers={"Accept-Encoding": "identity"})
    return set(re.findall(r'(?:href|src)="(/static/[^"]+)"', plain.content.decode()))


def test_first_page_is_light(served: Client, posting: object) -> None:
    address = reverse("postings:detail", args=[factory.SLUG])
    names = _asked_for(served, address)
    weights = {name: _sent(served.get(name)) for name in names} | {address: _sent(served.get(address))}
    assert any("css/tokens" in name for name in names)
    assert {name: weight for name, weight in weights.items() if weight > FIRST / 2} == {}
    assert sum(weights.values()) < FIRST


def test_each_step_is_light(served: Client) -> None:
    draft = factory.complete_draft(factory.open_posting(), cast.candidate())
    served.force_login(draft.candidate, backend=cast.BACKEND)
    weights = {step: _sent(served.get(reverse(f"applications:{step}", args=[factory.SLUG]))) for step in STEPS}
    assert {step: weight for step, weight in weights.items() if weight > NEXT} == {}


def test_page_is_compressed_and_a_document_is_not(served: Client) -> None:
    application = factory.submitted(factory.open_posting(), cast.candidate())
    served.force_login(application.candidate, backend=cast.BACKEND)
    page = served.get(reverse("applications:overview", args=[factory.SLUG]))
    document: Any = served.get(reverse("applications:document", args=[application.documents.all()[0].public_id]))
    document.close()
    assert (page["Content-Encoding"], "Accept-Encoding" in page["Vary"]) == ("gzip", True)
    assert document.get("Content-Encoding") is None
