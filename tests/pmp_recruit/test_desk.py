"""The admin's first page says what waits, to those whose work it is."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from notices.models import Notice, NoticeState
from postings.models import Posting
from tests import cast
from tests.factories import applications as files
from tests.factories import late_stages

pytestmark = pytest.mark.django_db


def _tasks(client: Client) -> list[str]:
    """What the page says waits, in words."""
    page = client.get(reverse("admin:index")).content.decode()
    return re.findall(r"(\d+ [^<>]+)</a></li>", page.partition("Tous les registres")[0])


def test_the_desk_counts_files_to_screen_once_intake_is_closed(posting: Posting) -> None:
    for n in (1, 2):
        files.submitted(posting, cast.candidate(n))
    client = cast.signed_in(cast.hr())
    assert _tasks(client) == []
    files.close(posting)
    assert _tasks(client) == ["2 dossiers à examiner"]


def test_the_desk_says_the_next_deadline(posting: Posting) -> None:
    page = cast.signed_in(cast.hr()).get(reverse("admin:index")).content.decode().replace("\xa0", " ")
    assert "jeudi 30 octobre 2025 à 16 h 30</strong><br>clôture des candidatures" in page


def test_the_desk_counts_letters_and_troubles() -> None:
    late_stages.decided(2)
    client = cast.signed_in(cast.hr())
    assert _tasks(client) == ["2 lettres à approuver"]
    receipt = Notice.objects.filter(kind="receipt").order_by("pk")[0]
    Notice.objects.filter(pk=receipt.pk).update(state=NoticeState.FAILED)
    assert _tasks(client) == ["2 lettres à approuver", "1 envoi échoué"]


def test_the_auditor_reads_the_desk_and_is_led_to_nothing_of_hrs(posting: Posting) -> None:
    page = cast.signed_in(cast.auditor()).get(reverse("admin:index")).content.decode()
    assert posting.title in page
    assert reverse("evaluations:campaign", args=[posting.slug]) not in page


def test_an_administrator_sees_no_desk(posting: Posting) -> None:
    page = cast.signed_in(cast.administrator()).get(reverse("admin:index")).content.decode()
    assert "Ce qui vous attend" not in page


def test_the_desk_costs_the_same_however_many_files(
    posting: Posting, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.signed_in(cast.hr())
    with django_assert_num_queries(20):
        client.get(reverse("admin:index"))
    for n in (1, 2, 3):
        files.submitted(posting, cast.candidate(n))
    files.close(posting)
    with django_assert_num_queries(20):
        client.get(reverse("admin:index"))
