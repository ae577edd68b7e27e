"""What people suffer from systems like this one, each complaint lived again: here it ends otherwise.

The complaints are public ones, filed against the systems named beside each test.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage

import pytest
from django.test import Client
from django.urls import reverse

from applications import closing, intake
from applications.models import Application
from applications.states import State
from journal import clock
from journal.models import Entry
from notices import delivery
from postings.models import Posting
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db
Mailbox = Callable[[], list[EmailMessage]]


def address(name: str) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG])


def words(client: Client, name: str) -> str:
    """The page's text, with plain spaces."""
    text = re.sub(r"<[^>]+>", " ", client.get(address(name)).content.decode())
    return " ".join(text.split())


def state(application: Application) -> str:
    return Application.objects.get(pk=application.pk).state


@pytest.mark.parametrize("moment", ["2025-10-30 16:30:00", "2025-10-30 16:30:00.000001", "2025-10-31 09:00"])
@pytest.mark.parametrize("closed", [False, True], ids=["worker dead", "worker alive"])
def test_draft_can_not_be_submitted_after_closing(posting: Posting, at: MoveClock, moment: str, closed: bool) -> None:
    """gc-digital-talent #5285; TalentCloud #411, #418, #458."""
    draft = factory.complete_draft(posting, cast.candidate())
    at(moment)
    if closed:
        closing.close_due_intakes()
    answer = cast.signed_in(draft.candidate).post(address("review"))
    assert answer.status_code == 409
    assert state(draft) == (State.LAPSED if closed else State.DRAFT)


def test_what_happened_in_the_last_seconds_can_be_proved(posting: Posting, at: MoveClock) -> None:
    """gc-digital-talent #11441: saved fourteen seconds before closing, sworn to be submitted, and nobody could say."""
    draft = factory.complete_draft(posting, cast.candidate())
    client = cast.signed_in(draft.candidate)
    client.post(address("identity"), {**factory.identity(draft.candidate), "city": ""})
    at("2025-10-30 16:29:40")
    client.post(address("review"))
    at("2025-10-30 16:29:46")
    client.post(address("identity"), {**factory.identity(draft.candidate), "city": "Salé"})
    at("2025-10-30 16:30:02.5")
    client.post(address("review"))
    closing.close_due_intakes()

    told = list(Entry.objects.filter(subject=draft.subject).order_by("pk").values_list("kind", flat=True))
    assert told == [
        "application.started",
        "application.refused_incomplete",
        "application.refused_late",
        "application.lapsed",
    ]
    refused = Entry.objects.get(subject=draft.subject, kind="application.refused_late")
    assert refused.at.astimezone(clock.zone()).strftime("%H:%M:%S.%f") == "16:30:02.500000"
    page = cast.signed_in(cast.hr()).get(reverse("admin:applications_application_change", args=[draft.pk]))
    shown = re.sub(r"[\u00a0\u202f]", " ", page.content.decode())
    assert "16 h 30 min 02,500 s" in shown
    assert "Dernier enregistrement : jeudi 30 octobre 2025 à 16 h 29 min 46,000 s" in shown
    assert draft.candidate.email not in shown


@pytest.mark.parametrize("step", ["overview", "identity", "career", "documents", "referees", "answers", "declaration"])
def test_saved_draft_is_never_taken_for_a_submitted_file(posting: Posting, step: str) -> None:
    """demarche.numerique.gouv.fr #1363 and #4807."""
    draft = factory.complete_draft(posting, cast.candidate())
    client = cast.signed_in(draft.candidate)
    assert "Brouillon — non déposée" in words(client, step)
    assert "Déposée le" not in words(client, step)


def test_deadline_is_told_in_the_institution_s_zone(posting: Posting) -> None:
    """gc-digital-talent #8770: in the reader's own zone it read as another day. With a browser: test_deadline.py."""
    text = Client().get("/", follow=True).content.decode()
    assert "2025-10-30T16:30:00+01:00" in text
    assert "heure de Casablanca" in text


def test_receipt_is_owed_before_the_page_answers(posting: Posting, mailbox: Mailbox) -> None:
    """gc-digital-talent #13138: no receipt after submitting."""
    draft = factory.complete_draft(posting, cast.candidate())
    client = cast.signed_in(draft.candidate)
    assert client.post(address("review")).url == address("receipt")  # type: ignore[attr-defined]
    assert draft.dossier_code in words(client, "receipt")
    delivery.deliver_due()
    (mail,) = mailbox()
    assert mail["To"] == draft.candidate.email
    assert [part.get_content_type() for part in mail.iter_attachments()] == ["application/pdf"]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [("2025-10-30 16:29:59.999999", State.SUBMITTED), ("2025-10-30 16:30:00", State.DRAFT)],
)
def test_no_grace_period_is_hidden(posting: Posting, at: MoveClock, moment: str, expected: State) -> None:
    """TalentCloud #2654; Submitty #500, #1985: the deadline is the one that is written, to the microsecond."""
    draft = factory.complete_draft(posting, cast.candidate())
    at(moment)
    cast.signed_in(draft.candidate).post(address("review"))
    assert state(draft) == expected


@pytest.mark.parametrize("moment", ["2025-10-30 00:00", "2025-10-30 12:00", "2025-10-30 16:29"])
def test_last_day_counts_until_its_hour(posting: Posting, at: MoveClock, moment: str) -> None:
    """demarche.numerique.gouv.fr #4808: the closing date acted at the day's start."""
    draft = factory.complete_draft(posting, cast.candidate())
    at(moment)
    closing.close_due_intakes()
    assert cast.signed_in(draft.candidate).post(address("review")).url == address("receipt")  # type: ignore[attr-defined]


def test_extension_says_why_it_can_not_be(posting: Posting, at: MoveClock) -> None:
    """demarche.numerique.gouv.fr #9542: a reopened procedure closed again at once, and nobody could see why."""
    intake.start(posting=posting, by=cast.candidate())
    factory.close(posting)
    later = (posting.closes_at + timedelta(days=1)).astimezone(clock.zone())
    page = cast.signed_in(cast.hr()).post(
        reverse("admin:applications_application_extend", args=[posting.slug]),
        {"closes_at_0": f"{later:%Y-%m-%d}", "closes_at_1": f"{later:%H:%M}", "reason": "Panne", "incident": "on"},
    )
    assert page.status_code == 422
    assert "clos" in page.content.decode()
    posting.refresh_from_db()
    assert posting.closed_at is not None
