"""Contact details and accommodation after submission: corrected, asked, answered; two tabs lose nothing."""

from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from applications import drafts, intake
from applications.exchanges import accommodation, contact
from applications.models import Accommodation, Application, ContactCorrection
from journal.models import Entry
from notices import outbox
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory
from tests.factories import late_stages

pytestmark = pytest.mark.django_db
NEW = {"phone": "+212 611 111 111", "address": "3, rue des Cèdres", "city": "Fès"}
NEEDS = "Un accès sans escalier, et une interprète en langue des signes."


@pytest.fixture
def file(posting: Posting) -> Application:
    return factory.submitted(posting, cast.candidate(1))


@pytest.fixture
def browser(file: Application) -> Client:
    return cast.signed_in(file.candidate)


def address(name: str) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG])


def seen_on(page: HttpResponse) -> str:
    return page.context["form"]["seen"].value()  # type: ignore[attr-defined,no-any-return]


def hr_page(file: Application) -> str:
    return reverse("admin:applications_accommodation_change", args=[file.accommodation.pk])


def letter_released(posting: Posting) -> None:
    """Every decision letter of the campaign approved and out."""
    for notice in Notice.objects.filter(kind="decision"):
        outbox.approve(notice=notice, by=cast.hr())
    assert outbox.release_due() > 0


def asked(file: Application, needs: str = NEEDS) -> Accommodation:
    return accommodation.ask(application=file, needs=needs, by=file.candidate, seen="")


def test_contact_details_are_corrected_and_both_are_kept(file: Application, browser: Client) -> None:
    before, manifest = contact.contact_of(file), file.manifest
    page = browser.get(address("contact"))
    assert browser.post(address("contact"), {**NEW, "seen": seen_on(page)}).status_code == 302
    file.refresh_from_db()
    kept = ContactCorrection.objects.get()
    assert (contact.contact_of(file), file.manifest) == (NEW, manifest)
    assert (kept.previous, kept.current) == (before, NEW)
    entry = Entry.objects.get(kind="contact.corrected")
    assert (entry.subject, entry.facts) == (file.subject, {})
    hr = cast.signed_in(cast.hr()).get(reverse("admin:applications_application_change", args=[file.pk]))
    assert NEW["address"] in hr.content.decode()
    assert before["address"] in hr.content.decode()


def test_the_same_correction_twice_is_one(file: Application, browser: Client) -> None:
    seen = seen_on(browser.get(address("contact")))
    for _press in range(2):
        assert browser.post(address("contact"), {**NEW, "seen": seen}).status_code == 302
    assert ContactCorrection.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"phone": ""}, {"city": "  "}, {"phone": "9" * 31}, {"address": "a\x00b"}])
def test_a_wrong_correction_keeps_what_was_typed(file: Application, browser: Client, wrong: dict[str, str]) -> None:
    seen = seen_on(browser.get(address("contact")))
    page = browser.post(address("contact"), {**NEW, "address": "12, rue du Typé", **wrong, "seen": seen})
    assert (page.status_code, ContactCorrection.objects.count()) == (422, 0)
    if "address" not in wrong:
        assert "12, rue du Typé" in page.content.decode()
    assert "Erreur" in page.content.decode().split("</title>")[0]


def test_a_second_tab_is_shown_what_changed_and_loses_nothing(file: Application, browser: Client) -> None:
    seen = seen_on(browser.get(address("contact")))
    browser.post(address("contact"), {**NEW, "seen": seen})
    page = browser.post(address("contact"), {**NEW, "city": "Oujda", "seen": seen})
    assert page.status_code == 409
    assert [words for words in ("Fès", "Oujda", "ont changé entre-temps") if words not in page.content.decode()] == []
    file.refresh_from_db()
    assert file.city == "Fès"
    assert browser.post(address("contact"), {**NEW, "city": "Oujda", "seen": seen_on(page)}).status_code == 302
    file.refresh_from_db()
    assert file.city == "Oujda"


def test_nothing_is_corrected_after_withdrawal_and_the_words_are_shown(file: Application, browser: Client) -> None:
    intake.withdraw(application=file, by=file.candidate)
    page = browser.post(address("contact"), {**NEW, "seen": ""})
    assert (page.status_code, ContactCorrection.objects.count()) == (409, 0)
    assert NEW["address"] in page.content.decode()


def test_a_draft_corrects_its_details_in_its_own_step(posting: Posting) -> None:
    draft = factory.complete_draft(posting, cast.candidate(2))
    page = cast.signed_in(draft.candidate).post(address("contact"), {**NEW, "seen": ""})
    assert page.status_code == 302
    assert ContactCorrection.objects.count() == 0


def test_contact_details_stay_as_they_are_once_the_letter_is_out() -> None:
    posting = late_stages.decided(2).posting
    file = posting.applications.get(candidate=cast.candidate(1))
    browser = cast.signed_in(file.candidate)
    assert browser.get(address("contact")).status_code == 200
    letter_released(posting)
    assert browser.get(address("contact")).status_code == 409
    assert browser.post(address("contact"), {**NEW, "seen": ""}).status_code == 409
    assert browser.post(address("accommodation"), {"needs": NEEDS, "seen": ""}).status_code == 409


def test_a_need_is_told_to_hr_and_answered_without_a_word_in_the_mail(file: Application, browser: Client) -> None:
    assert browser.post(address("accommodation"), {"needs": NEEDS, "seen": ""}).status_code == 302
    hr = cast.signed_in(cast.hr())
    assert "1 aménagement à répondre" in hr.get(reverse("admin:index")).content.decode()
    page = hr.get(hr_page(file))
    assert NEEDS in page.content.decode()
    answer = {"answer": "Une salle au rez-de-chaussée et une interprète vous attendront.", "seen": seen_on(page)}
    for _press in range(2):
        assert hr.post(hr_page(file), answer).status_code == 302
    notice = Notice.objects.get(kind="accommodation_answered")
    assert set(notice.context) == {"post", "dossier", "name"}
    assert answer["answer"] in browser.get(address("accommodation")).content.decode()
    kinds = Entry.objects.filter(kind__startswith="accommodation.").order_by("pk")
    assert [(e.kind, e.facts) for e in kinds] == [("accommodation.asked", {}), ("accommodation.answered", {})]
    assert "aménagement à répondre" not in hr.get(reverse("admin:index")).content.decode()


def test_the_file_page_of_hr_says_that_there_is_a_need_and_not_which(file: Application) -> None:
    asked(file)
    for reader in (cast.hr(), cast.auditor()):
        page = cast.signed_in(reader).get(reverse("admin:applications_application_change", args=[file.pk]))
        assert "Demande d’aménagement" in page.content.decode()
        assert NEEDS not in page.content.decode()


@pytest.mark.parametrize(
    "who", [cast.auditor, cast.administrator, cast.juror, cast.authority, lambda: cast.candidate(1)]
)
def test_what_is_needed_is_read_by_hr_alone(file: Application, who: Any) -> None:
    asked(file)
    client = cast.signed_in(who())
    listing = reverse("admin:applications_accommodation_changelist")
    for where in (hr_page(file), listing):
        page = client.get(where)
        assert page.status_code in (302, 403, 404)
        assert NEEDS not in page.content.decode()
    assert client.post(hr_page(file), {"answer": "Non.", "seen": ""}).status_code in (302, 403, 404)
    file.accommodation.refresh_from_db()
    assert file.accommodation.answered_at is None


def test_a_need_is_changed_until_it_is_answered_and_hr_answers_what_it_read(
    file: Application, browser: Client, at: MoveClock
) -> None:
    asked(file)
    hr = cast.signed_in(cast.hr())
    read = seen_on(hr.get(hr_page(file)))
    at("2025-10-29 11:00")
    mine = browser.get(address("accommodation"))
    browser.post(address("accommodation"), {"needs": "Une pause de dix minutes.", "seen": seen_on(mine)})
    page = hr.post(hr_page(file), {"answer": "Une rampe sera posée.", "seen": read})
    words = page.content.decode()
    assert page.status_code == 409
    assert ("Une rampe sera posée." in words, "Une pause de dix minutes." in words) == (True, True)
    hr.post(hr_page(file), {"answer": "Accordé.", "seen": seen_on(page)})
    late = browser.post(address("accommodation"), {"needs": "Et un fauteuil.", "seen": seen_on(mine)})
    assert late.status_code == 409
    assert "Et un fauteuil." in late.content.decode()
    file.accommodation.refresh_from_db()
    assert (file.accommodation.needs, file.accommodation.answer) == ("Une pause de dix minutes.", "Accordé.")
    other = hr.post(hr_page(file), {"answer": "Refusé.", "seen": seen_on(page)})
    assert other.status_code == 409
    assert "Refusé." in other.content.decode()


def test_two_tabs_do_not_overwrite_a_need_unseen(file: Application, browser: Client) -> None:
    asked(file)
    page = browser.post(address("accommodation"), {"needs": "Tout autre chose.", "seen": ""})
    assert page.status_code == 409
    assert [words for words in (NEEDS, "Tout autre chose.") if words not in page.content.decode()] == []


def test_a_draft_may_say_what_it_needs_and_hr_reads_no_name(posting: Posting, at: MoveClock) -> None:
    draft = factory.draft(posting, cast.candidate(2))
    drafts.save_identity(application=draft, values=factory.identity(draft.candidate), by=draft.candidate)
    browser = cast.signed_in(draft.candidate)
    assert browser.post(address("accommodation"), {"needs": NEEDS, "seen": ""}).status_code == 302
    page = cast.signed_in(cast.hr()).get(hr_page(draft)).content.decode()
    assert NEEDS in page
    assert [name for name in ("El Ouafi", draft.candidate.email) if name in page] == []
    at("2025-10-30 16:30")
    assert browser.post(address("accommodation"), {"needs": "Autre.", "seen": ""}).status_code == 409
    factory.close(posting)
    assert browser.get(address("accommodation")).status_code == 200  # what was asked may be read again


@pytest.mark.parametrize("name", ["contact", "accommodation", "objection"])
def test_pages_of_another_are_not_found(file: Application, name: str) -> None:
    for stranger in (cast.candidate(2), cast.hr(), cast.juror(1)):
        assert cast.signed_in(stranger).get(address(name)).status_code == 404
        assert cast.signed_in(stranger).post(address(name), {}).status_code == 404
