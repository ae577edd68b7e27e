"""HR's pages of the letters: words written and looked at, letters approved by another person, for an instant."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from evaluations import letter_preview
from journal import clock
from notices import outbox
from notices.models import Letter, Notice, TextVersion
from postings.models import Posting
from tests import cast
from tests.factories import late_stages
from tests.pdfs import text_of_pdf

pytestmark = pytest.mark.django_db
WORDS = {"opening": "Bravo {nom}, « {poste} » est à vous.", "sequel": "À bientôt.\n\nSigné."}


def address(name: str, posting: Posting, *more: Any) -> str:
    return reverse(f"evaluations:{name}", args=[posting.slug, *more])


def officer() -> Client:
    return cast.signed_in(cast.hr())


def preparer() -> Client:
    return cast.signed_in(cast.other_hr())


def local(moment: Any) -> dict[str, str]:
    there = timezone.localtime(moment)
    return {"day": f"{there:%Y-%m-%d}", "hour": f"{there:%H:%M}"}


def test_who_prepared_the_decision_reads_why_another_approves() -> None:
    posting = late_stages.decided(2).posting
    page = preparer().get(address("approve_letters", posting))
    assert "une autre personne des ressources humaines" in page.content.decode()
    assert "Approuver les" not in page.content.decode()
    answer = preparer().post(address("approve_letters", posting))
    assert (answer.status_code, set(Notice.objects.filter(kind="decision").values_list("state", flat=True))) == (
        409,
        {"prepared"},
    )


def test_letters_are_approved_for_the_instant_that_was_chosen_and_the_page_reports() -> None:
    posting = late_stages.decided(2).posting
    when = clock.now() + timedelta(days=2)
    summary = officer().get(address("approve_letters", posting)).content.decode()
    assert ("Approuver les" in summary, cast.candidate(1).email in summary) == (True, True)
    assert officer().post(address("approve_letters", posting), local(when)).status_code == 302
    leaves = set(Notice.objects.filter(kind="decision").values_list("release_at", flat=True))
    assert leaves == {when.replace(second=0, microsecond=0)}
    report = officer().get(address("approve_letters", posting)).content.decode()
    assert ("Approuvées par Khadija Idrissi" in report, "Départ prévu" in report) == (True, True)
    clock.move_to(when, by="test", stopped=True)
    outbox.release_due()
    assert "toutes au même instant" in officer().get(address("approve_letters", posting)).content.decode()


@pytest.mark.parametrize(
    ("typed", "said"),
    [({"day": "2020-01-01", "hour": "10:00"}, "Vérifiez l"), ({"hour": "10:00"}, "Indiquez le jour et l’heure")],
)
def test_an_instant_that_cannot_be_comes_back(typed: dict[str, str], said: str) -> None:
    posting = late_stages.decided(2).posting
    answer = officer().post(address("approve_letters", posting), typed)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)


def test_an_instant_within_the_hold_is_refused_with_the_soonest() -> None:
    posting = late_stages.decided(2).posting
    answer = officer().post(address("approve_letters", posting), local(clock.now() + timedelta(minutes=5)))
    assert (answer.status_code, "elles partent au plus tôt le" in answer.content.decode()) == (422, True)
    assert not Notice.objects.filter(state="approved").exists()


def test_the_pages_cost_the_same_whatever_the_letters(django_assert_max_num_queries: Any) -> None:
    posting = late_stages.decided(4).posting
    browser = officer()
    with django_assert_max_num_queries(20):
        browser.get(address("approve_letters", posting))
    with django_assert_max_num_queries(20):
        browser.get(address("texts", posting))


def test_hr_writes_looks_and_chooses_before_the_letters_are_owed() -> None:
    posting = late_stages.heard(2)
    browser = preparer()
    kept = browser.post(address("text", posting, "decision.retained"), WORDS)
    assert kept.status_code == 302
    seen = browser.get(address("preview_text", posting, "decision.retained", 1))
    name = letter_preview.files(posting, "decision.retained")[0].full_name
    assert f"Bravo {name}," in seen.content.decode()
    letter = browser.get(address("preview_text_letter", posting, "decision.retained", 1))
    assert letter["Content-Type"] == "application/pdf"
    assert f"Bravo {name}," in text_of_pdf(letter.content)
    assert not Letter.objects.exists()
    assert browser.post(address("choose_text", posting, "decision.retained", 1)).status_code == 302
    assert "en vigueur" in browser.get(address("text", posting, "decision.retained")).content.decode()


def test_the_letters_bear_what_was_chosen_and_its_preview_is_the_letter() -> None:
    posting = late_stages.decided(2).posting
    browser = preparer()
    browser.post(address("text", posting, "decision.retained"), WORDS)
    browser.post(address("choose_text", posting, "decision.retained", 1))
    notice = Notice.objects.get(kind="decision", context__outcome="retained")
    assert notice.text_version == TextVersion.objects.get()
    file = letter_preview.files(posting, "decision.retained").get(dossier_code=notice.context["dossier"])
    previewed = browser.get(address("preview_text_letter", posting, "decision.retained", 1), {"file": file.pk})
    drawn = officer().get(reverse("admin:notices_notice_letter", args=[notice.pk]))
    assert text_of_pdf(previewed.content) == text_of_pdf(drawn.content)


def test_a_wrong_field_comes_back_named_with_all_that_was_typed() -> None:
    posting = late_stages.heard(2)
    typed = {"opening": "« {poste} » {age}", "sequel": "Suite <b>"}
    answer = officer().post(address("text", posting, "decision.retained"), typed)
    page = answer.content.decode()
    assert (answer.status_code, "{age} n’existe pas" in page, "Suite &lt;b&gt;" in page) == (422, True, True)


def test_what_does_not_exist_is_not_found() -> None:
    posting = late_stages.heard(2)
    browser = officer()
    missing = [
        browser.get(address("text", posting, "receipt")),
        browser.get(address("preview_text", posting, "decision.retained", 7)),
        browser.get(address("preview_text", posting, "decision.retained", 0), {"file": "999999999"}),
        browser.post(address("choose_text", posting, "decision.retained", 7)),
    ]
    assert [answer.status_code for answer in missing] == [404] * 4
