"""HR's word to one referee, its conclusion on a file, and what the jury reads of it, and when."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications.models import Application
from evaluations import concluding, deliberation, panels, references
from evaluations.models import ReferenceRequest, ReferencesConclusion
from evaluations.reference_reminders import remind_referees
from journal.models import Entry
from notices.models import Notice
from postings import reading
from postings.checks import problems
from postings.loader import DATA
from postings.models import Posting
from tests import cast
from tests.factories import applications, evaluations, late_stages

pytestmark = pytest.mark.django_db
SUMMARY = "Deux anciens responsables joints ; parcours exact."


def with_rule(monkeypatch: pytest.MonkeyPatch, shown: str) -> None:
    """The real posting, with another rule before it is published."""
    publish = applications.lifecycle.publish

    def changed(*, posting: Posting, by: User | None) -> Posting:
        Posting.objects.filter(pk=posting.pk, published_at=None).update(references_shown_to_jury=shown)
        return publish(posting=posting, by=by)

    monkeypatch.setattr(applications.lifecycle, "publish", changed)


def concluded(posting: Posting) -> Application:
    """Every file verified and concluded on; the first."""
    late_stages.confirmed(posting)
    for file in posting.applications.all():
        concluding.conclude(application=file, outcome="reserves", summary=SUMMARY, by=cast.hr())
    return posting.applications.earliest("pk")


def page(file: Application, person: User) -> tuple[int, str]:
    address = reverse("evaluations:reference_summary", args=[file.dossier_code])
    response = cast.signed_in(person).get(address)
    return response.status_code, response.content.decode()


def opened(posting: Posting) -> None:
    deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))


def test_the_jury_reads_the_summary_once_the_deliberation_opens_and_nothing_that_a_referee_wrote() -> None:
    posting = late_stages.asked(late_stages.heard(1))
    referee = posting.applications.get().referees.earliest("pk")
    said = {"recommend": "no", "remarks": "Un collègue orageux."}
    token = late_stages.link_of(Notice.objects.get(key=f"reference:{referee.pk}:1")).rstrip("/").rpartition("/")[2]
    references.answer(token=token, answers=said)
    file = concluded(posting)
    table = reverse("evaluations:deliberation", args=[posting.slug])
    chair = cast.signed_in(cast.juror(1))
    assert [page(file, cast.juror(n))[0] for n in (1, 2)] == [404, 404]
    assert SUMMARY not in chair.get(table).content.decode()
    opened(posting)
    for status, text in (
        page(file, cast.juror(2)),
        page(file, cast.juror(1)),
        (200, chair.get(table).content.decode()),
    ):
        assert status == 200
        assert SUMMARY in text
        for raw in (referee.name, referee.email, referee.organisation, "orageux", "Joint au téléphone."):
            assert raw not in text
    assert page(file, cast.juror(7))[0] == 404
    assert page(file, cast.hr())[0] == 403


def test_a_posting_may_show_the_jury_nothing_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    with_rule(monkeypatch, "never")
    file = concluded(late_stages.heard(1))
    opened(file.posting)
    assert page(file, cast.juror(1))[0] == 404
    table = reverse("evaluations:deliberation", args=[file.posting.slug])
    assert SUMMARY not in cast.signed_in(cast.juror(1)).get(table).content.decode()


def test_a_posting_may_show_it_from_the_interview_to_who_declared(monkeypatch: pytest.MonkeyPatch) -> None:
    with_rule(monkeypatch, "interview")
    posting = late_stages.scheduled(1)
    file = concluded(posting)
    newcomer = late_stages.newcomer(posting)
    sheet = reverse("evaluations:sheet", args=[file.dossier_code, "interview"])
    assert page(file, newcomer.member.user)[0] == 404
    evaluations.declared(newcomer)
    assert page(file, newcomer.member.user)[0] == 200
    link = reverse("evaluations:reference_summary", args=[file.dossier_code])
    assert link in cast.signed_in(newcomer.member.user).get(sheet).content.decode()


def test_a_conflict_bars_from_the_summary_and_from_its_place_at_the_table() -> None:
    posting = late_stages.scheduled(2)
    barred = late_stages.newcomer(posting)
    panels.declare(application=barred.application, conflict=True, reason="Un parent.", by=barred.member.user)
    concluded(posting)
    late_stages.clock.move_to(posting.interviews.last().ends_at, by="test", stopped=True)  # type: ignore[union-attr]
    evaluations.interviewed(posting)
    opened(posting)
    other = posting.applications.exclude(pk=barred.application_id).get()
    assert [page(file, barred.member.user)[0] for file in (barred.application, other)] == [404, 200]


@pytest.mark.parametrize("changes", [{"outcome": "good"}, {"summary": "  "}])
def test_conclude_refuses_what_is_wrong(changes: dict[str, str]) -> None:
    file = late_stages.shortlisted(late_stages.confirmed(evaluations.skills_closed(1)))[0]
    values: dict[str, Any] = {"outcome": "confirmed", "summary": SUMMARY, **changes}
    with pytest.raises(ValidationError) as refusal:
        concluding.conclude(application=file, by=cast.hr(), **values)
    assert list(refusal.value.message_dict) == list(changes)


def test_conclude_wants_every_reference_verified_and_hr() -> None:
    file = late_stages.shortlisted(evaluations.skills_closed(1))[0]
    with pytest.raises(ValidationError):
        concluding.conclude(application=file, outcome="confirmed", summary=SUMMARY, by=cast.hr())
    for person in (cast.juror(1), cast.auditor(), file.candidate):
        with pytest.raises(PermissionDenied):
            concluding.conclude(application=file, outcome="confirmed", summary=SUMMARY, by=person)
    assert ReferencesConclusion.objects.count() == 0


def test_hr_concludes_on_its_page_and_a_conclusion_is_never_rewritten() -> None:
    file = late_stages.shortlisted(late_stages.confirmed(evaluations.skills_closed(1)))[0]
    client, slug = cast.signed_in(cast.hr()), file.posting.slug
    address = reverse("evaluations:conclude_references", args=[slug, file.dossier_code])
    refused = client.post(address, {"outcome": "", "summary": SUMMARY})
    assert refused.status_code == 422
    assert SUMMARY in refused.content.decode()
    for outcome in ("confirmed", "reserves"):
        assert client.post(address, {"outcome": outcome, "summary": SUMMARY}).status_code == 302
    assert "confirmées avec réserves" in client.get(reverse("evaluations:references", args=[slug])).content.decode()
    assert [c.outcome for c in ReferencesConclusion.objects.all()] == ["confirmed", "reserves"]
    entries = Entry.objects.filter(kind="references.concluded").order_by("id")
    assert [entry.facts for entry in entries] == [{"outcome": "confirmed"}, {"outcome": "reserves"}]
    for write in (
        lambda: ReferencesConclusion.objects.update(outcome="confirmed"),
        ReferencesConclusion.objects.all().delete,
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_hr_reads_the_message_with_its_own_word_before_it_leaves() -> None:
    file = late_stages.shortlisted(evaluations.skills_closed(1))[0]
    referee = file.referees.earliest("pk")
    client = cast.signed_in(cast.hr())
    address = reverse("evaluations:ask_reference", args=[file.posting.slug, referee.pk])
    word = "Nous nous sommes <croisés> à Rabat."
    assert referee.name in client.get(address).content.decode()
    assert client.post(address, {"words": "x" * 601, "step": "send"}).status_code == 422
    read = client.post(address, {"words": word, "step": "preview"}).content.decode()
    assert read.count("Nous nous sommes &lt;croisés&gt; à Rabat.") == 2  # in the message, and kept for the sending
    assert not ReferenceRequest.objects.exists()
    assert client.post(address, {"words": word, "step": "send"}).status_code == 302
    notice = Notice.objects.get(kind="reference_request")
    assert (notice.address, notice.context["words"]) == (referee.email, word)
    assert ReferenceRequest.objects.get().words == word
    assert not Entry.objects.filter(body__contains="croisés").exists()


def test_an_overdue_request_stands_first_on_the_list_and_can_be_sent_again() -> None:
    file = late_stages.shortlisted(late_stages.asked(evaluations.skills_closed(1)))[0]
    listing = reverse("evaluations:references", args=[file.posting.slug])
    client = cast.signed_in(cast.hr())
    assert "sans réponse dans le délai" not in client.get(listing).content.decode()
    late_stages.clock.move_to(ReferenceRequest.objects.first().expires_at, by="test", stopped=True)  # type: ignore[union-attr]
    assert "2 demandes sont restées sans réponse dans le délai" in client.get(listing).content.decode()
    referee = file.referees.earliest("pk")
    client.post(
        reverse("evaluations:ask_reference", args=[file.posting.slug, referee.pk]), {"words": "", "step": "send"}
    )
    assert "Une demande est restée sans réponse" in client.get(listing).content.decode()
    assert remind_referees() == 0


def test_what_was_typed_comes_back_when_the_link_is_over_and_when_declining_goes_wrong() -> None:
    file = late_stages.shortlisted(late_stages.asked(evaluations.skills_closed(1)))[0]
    referee = file.referees.earliest("pk")
    path = late_stages.link_of(Notice.objects.get(key=f"reference:{referee.pk}:1"))
    wrong = Client().post(path, {"act": "decline", "reason": "x" * 501, "remarks": "Déjà écrit.", "since": "2011"})
    assert wrong.status_code == 422
    for kept in ("x" * 501, "Déjà écrit.", 'value="2011"'):
        assert kept in wrong.content.decode()
    late_stages.clock.move_to(referee.request.expires_at, by="test", stopped=True)
    late = Client().post(path, {"act": "answer", "remarks": "Une seconde trop tard."})
    assert late.status_code == 410
    assert "Une seconde trop tard." in late.content.decode()


def test_a_network_that_hammers_links_is_slowed_without_a_trace_of_them(
    settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"reference_link": "2/m/ip"}
    path = reverse("evaluations:reference", args=["z" * 43])
    with caplog.at_level("DEBUG"):
        assert [Client().get(path).status_code for _ in range(3)] == [404, 404, 429]
    assert "z" * 43 not in caplog.text


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        ("reference_reminder_days", [6, 3]),
        ("reference_reminder_days", [3, 10]),
        ("reference_reminder_days", [0, 3]),
        ("reference_reminder_days", ["3"]),
        ("references_shown_to_jury", "always"),
    ],
)
def test_a_posting_with_a_wrong_rule_is_not_loaded(rule: str, value: object) -> None:
    source = reading.read(DATA / "secretaire-general")
    assert problems(source) == []
    source.tables["rules"][rule] = value
    assert len(problems(source)) == 1
