"""The page that says how the installation is, to the auditor and the administrator."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from journal import checkpoint, clock, heart
from journal.models import CheckResult
from pmp_recruit import watch
from pmp_recruit.condition import PROCESSES, TITLES
from pmp_recruit.invariants import INVARIANTS
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db
PAGE = "admin:condition"


def text(client: Client) -> str:
    answer = client.get(reverse(PAGE))
    assert answer.status_code == 200
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def test_every_check_and_process_has_its_words() -> None:
    assert set(TITLES) == {check.__name__ for check in INVARIANTS}
    assert set(PROCESSES) == {"worker", "mailer", "scheduler", "beat"}


def test_the_page_says_who_works_what_waits_and_what_was_checked(posting: Posting) -> None:
    factory.submitted(posting, cast.candidate(1))
    page = text(cast.signed_in(cast.administrator()))
    assert (page.count("muet"), page.count("pas encore fait")) == (4, len(INVARIANTS))
    heart.beat("mailer")
    checkpoint.seal()
    while watch.check_next():
        pass
    page = text(cast.signed_in(cast.administrator()))
    assert (page.count("muet"), page.count(">tient<"), page.count("pas encore fait")) == (3, len(INVARIANTS), 0)
    assert "0 inscriptions attendent leur scellement." in page or "0 inscription attend son scellement." in page
    assert "Notifications à l’état « libérée »" in page


def test_the_auditor_alone_reads_which_file_is_meant(posting: Posting) -> None:
    found = ["DOSSIER-1: accepted at or after the deadline"]
    CheckResult.objects.create(name="nothing_late_got_in", at=clock.real(), holds=False, count=1, found=found)
    auditor, administrator = text(cast.signed_in(cast.auditor())), text(cast.signed_in(cast.administrator()))
    for page in (auditor, administrator):
        assert "ne tient pas" in page
        assert "1 anomalie" in page
    assert ("DOSSIER-1" in auditor, "DOSSIER-1" in administrator) == (True, False)


def test_the_desk_leads_there_and_hr_is_not_led(posting: Posting) -> None:
    for user, led in ((cast.auditor(), True), (cast.administrator(), True), (cast.hr(), False)):
        page = cast.signed_in(user).get(reverse("admin:index")).content.decode()
        assert (reverse(PAGE) in page) is led
    assert cast.signed_in(cast.hr()).get(reverse(PAGE)).status_code == 403


def test_the_page_costs_the_same_whatever_it_tells(posting: Posting) -> None:
    client = cast.signed_in(cast.administrator())

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            text(client)
        return len(queries)

    text(client)
    before = cost()
    for n in (1, 2, 3):
        factory.submitted(posting, cast.candidate(n))
    for check in INVARIANTS:
        CheckResult.objects.create(name=check.__name__, at=clock.real(), holds=True)
    assert cost() == before
