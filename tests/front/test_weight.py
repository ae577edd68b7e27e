"""The first page weighs under 100 kB over the wire, everything that it asks for counted."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

LIMIT = 100_000


def _compressed(content: bytes) -> int:
    return len(gzip.compress(content, 9))


def _asked_for(html: str) -> set[str]:
    return {name.split("?")[0] for name in re.findall(r'(?:href|src)="/static/([^"]+)"', html)}


@pytest.mark.django_db
def test_first_page_is_light(client: Client, posting: object) -> None:
    response = client.get("/", follow=True)
    names = _asked_for(response.content.decode())
    pictures = {"img/khatim.svg"}
    weights = {name: _compressed(Path(str(finders.find(name))).read_bytes()) for name in names | pictures}

    assert response.status_code == 200
    assert "css/tokens.css" in weights
    assert sum(weights.values()) + _compressed(response.content) < LIMIT
