"""The admin's first page says what waits, to those whose work it is."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from applications import erasure_requests, officers, second_look
from applications.exchanges import accommodation, pieces
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


def _crowded(posting: Posting) -> None:
    """A campaign in which something waits on every line of the screening."""
    found = [files.submitted(posting, cast.candidate(n)) for n in range(1, 7)]
    accommodation.ask(application=found[5], needs="Un accès sans escalier.", by=found[5].candidate, seen="")
    files.close(posting)
    hr, other = cast.hr(), cast.officer()
    officers.assign(application=found[0], officer=hr, by=hr)
    second_look.propose(application=found[1], ground="other", reason="Un.", by=hr)
    second_look.propose(application=found[2], ground="other", reason="Deux.", by=other)
    back = second_look.propose(application=found[3], ground="other", reason="Trois.", by=hr)
    second_look.send_back(proposal=back, remark="Relisez.", by=other)
    piece = posting.requirements.get(code="diplomes")
    pieces.ask(application=found[4], requirement=piece, message="Lisible.", days=1, by=hr)
    clock.move_by(timedelta(days=3), by="test")
    pieces.ask(application=found[5], requirement=piece, message="Lisible.", days=9, by=hr)
    erasure_requests.ask(application=found[0], message="", by=found[0].candidate)


def test_each_line_counts_what_its_link_lists(posting: Posting) -> None:
    _crowded(posting)
    client = cast.signed_in(cast.hr())
    page = client.get(reverse("admin:index")).content.decode().partition("Tous les registres")[0]
    lines = re.findall(r'<li><a href="(/rh/[^"]+)">(\d+) ([^<]+)</a></li>', page)
    listed = {
        words: client.get(unescape(address)).context["cl"].result_count
        for address, _n, words in lines
        if "?" in address
    }
    assert listed == {words: int(n) for address, n, words in lines if "?" in address}
    assert listed == {
        "dossiers à examiner": 6,
        "dossier à examiner vous est confié": 1,
        "refus attend votre second regard": 1,
        "refus proposé attend un second regard": 1,
        "refus vous est renvoyé": 1,
        "demande d’effacement à répondre": 1,
        "pièce demandée, attendue": 1,
        "pièce non reçue à temps": 1,
        "aménagement à répondre": 1,
    }


def test_the_desk_says_the_hour_of_record(posting: Posting) -> None:
    page = cast.signed_in(cast.hr()).get(reverse("admin:index")).content.decode().replace("\xa0", " ")
    assert "À l’horloge de référence :" in page
    assert "<strong>mercredi 29 octobre 2025 à 10 h 00</strong>" in page


def test_the_auditor_reads_the_desk_and_is_led_to_nothing_of_hrs(posting: Posting) -> None:
    page = cast.signed_in(cast.auditor()).get(reverse("admin:index")).content.decode()
    assert posting.title in page
    assert f'href="{reverse("evaluations:campaign", args=[posting.slug])}"' not in page


def test_an_administrator_sees_no_desk(posting: Posting) -> None:
    page = cast.signed_in(cast.administrator()).get(reverse("admin:index")).content.decode()
    assert "Ce qui vous attend" not in page


def test_the_desk_costs_the_same_however_many_files(
    posting: Posting, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = cast.signed_in(cast.hr())
    with django_assert_num_queries(28):
        client.get(reverse("admin:index"))
    for n in (1, 2, 3):
        files.submitted(posting, cast.candidate(n))
    files.close(posting)
    with django_assert_num_queries(28):
        client.get(reverse("admin:index"))
