"""Postings in the admin are read, never typed over."""

from collections.abc import Callable

import pytest
from django.urls import reverse

from accounts.models import User
from postings.models import Posting
from tests import cast

pytestmark = pytest.mark.django_db
LIST = "admin:postings_posting_changelist"
FILE = "admin:postings_posting_change"


@pytest.mark.parametrize("who", [cast.hr, cast.auditor, cast.administrator])
def test_staff_reads_a_posting(posting: Posting, who: Callable[[], User]) -> None:
    client = cast.signed_in(who())
    assert "Secrétaire Général du P.M.P" in client.get(reverse(LIST)).content.decode()
    page = client.get(reverse(FILE, args=[posting.pk])).content.decode()
    assert "Maîtrise du droit public" in page
    assert 'name="_save"' not in page


@pytest.mark.parametrize("who", [cast.hr, cast.administrator])
def test_nobody_changes_a_posting(posting: Posting, who: Callable[[], User]) -> None:
    client = cast.signed_in(who())
    codes = [
        client.post(reverse(FILE, args=[posting.pk]), {"title": "Autre"}).status_code,
        client.get(reverse("admin:postings_posting_add")).status_code,
        client.post(reverse("admin:postings_posting_delete", args=[posting.pk]), {"post": "yes"}).status_code,
    ]
    assert codes == [403, 403, 403]
    posting.refresh_from_db()
    assert posting.title == "Secrétaire Général du P.M.P"


@pytest.mark.parametrize("who", [cast.candidate, cast.juror, cast.authority])
def test_others_read_no_posting_in_the_admin(posting: Posting, who: Callable[[], User]) -> None:
    assert cast.signed_in(who()).get(reverse(LIST)).status_code != 200
