"""The second factor of a demonstration account: one reads it in the banner, in a rehearsal and nowhere else."""

import re

import pytest
from django.conf import LazySettings
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts import second_factor
from postings.models import Posting
from rehearsal import codes
from rehearsal.cast import AUTHORITY, CANDIDATES, JURORS, OFFICE, Part, enter
from tests import cast

pytestmark = pytest.mark.django_db
SHOWN = re.compile(r'data-demo-code="(\d{6})"')


@pytest.mark.parametrize("part", [*JURORS[:1], *OFFICE], ids=lambda part: part.name)
def test_one_click_plays_a_part_with_both_factors(part: Part, posting: Posting) -> None:
    page = Client().post("/repetition/role/", {"part": part.name}, follow=True)
    assert (page.status_code, "/second-facteur/" in page.redirect_chain[-1][0]) == (200, False)


@pytest.mark.parametrize("part", [JURORS[0], AUTHORITY], ids=lambda part: part.name)
def test_one_signs_in_by_the_code_in_the_banner_again_and_again(part: Part, posting: Posting) -> None:
    seen = []
    for _time in range(2):
        client = Client()
        client.force_login(enter(part), backend=cast.BACKEND)
        page = client.get("/compte/", follow=True)
        shown = SHOWN.search(page.content.decode())
        assert shown is not None
        seen.append(shown[1])
        inside = client.post("/compte/second-facteur/", {"code": shown[1], "next": "/compte/"}, follow=True)
        assert (inside.status_code, inside.redirect_chain[-1][0].startswith("/evaluation/")) == (200, True)
    assert seen[0] != seen[1]


def test_a_third_code_within_the_minute_says_how_long_to_wait(posting: Posting) -> None:
    user = enter(JURORS[0])
    for _time in range(2):
        shown = codes.current(user)
        assert shown is not None
        assert second_factor.verify(user=user, code=shown.code)
    third = codes.current(user)
    assert third is not None
    assert 0 < third.wait <= 30


def test_nobody_else_is_shown_a_code(posting: Posting) -> None:
    for user in (enter(CANDIDATES[0]), cast.hr(), cast.juror(), cast.candidate()):
        assert codes.current(user) is None


def test_outside_a_rehearsal_there_is_no_such_code(posting: Posting, settings: LazySettings) -> None:
    user = enter(JURORS[0])
    settings.PMP_REHEARSAL = False
    assert codes.current(user) is None
    with pytest.raises(PermissionDenied):
        codes.equip(user)
