"""What tells who somebody is, is found however it is written."""

import pytest
from django.utils.text import slugify

from tests.blind import people
from tests.blind.matching import leaks, needles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("n", range(len(people.GIVEN)))
def test_each_name_is_found_as_an_address_writes_it(n: int) -> None:
    posting = people.campaign(len(people.GIVEN))
    file = posting.applications.order_by("pk")[n]
    for told in ("given name", "family name"):
        text = f"/?de={slugify(needles(file)[told])}"
        assert ("page", told) in leaks({"page": text}, posting), text
    assert leaks({"page": "/?de=personne"}, posting) == set()
