"""The admin's first page says what waits, to those whose work it is."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from evaluations import arrangements
from journal import clock
from notices.models import Notice, NoticeState
from postings.models import Posting
from tests import cast
from tests.factories import applications as files
from tests.factories import evaluations, exercises, late_stages

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


def test_the_desk_says_what_the_written_exercise_waits_for() -> None:
    client, posting = cast.signed_in(cast.hr()), files.open_posting()
    exercises.prepared(posting, terms=exercises.terms(days=7))
    assert _tasks(client) == ["1 épreuve écrite à sceller"]
    exercises.exercises.seal_subject(posting=posting, by=cast.hr())
    assert _tasks(client) == []
    evaluations.admitted(posting, 2)
    assert _tasks(client) == ["2 candidats à convoquer à l’épreuve écrite"]
    exercises.exercises.invite_all(posting=posting, by=cast.hr())
    assert _tasks(client) == []
    arrangements.set_on_paper(sitting=exercises.of(posting), place="Salle 2", by=cast.hr())
    clock.move_by(timedelta(days=8), by="test")
    assert _tasks(client) == ["1 copie sur papier à transcrire"]


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
    with django_assert_num_queries(22):
        client.get(reverse("admin:index"))
    for n in (1, 2, 3):
        files.submitted(posting, cast.candidate(n))
    files.close(posting)
    with django_assert_num_queries(22):
        client.get(reverse("admin:index"))
