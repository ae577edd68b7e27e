"""HR admits a file or refuses it, in the admin, and nothing can be typed over."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications import second_look
from applications.models import Application, RefusalProposal, Viewing
from applications.states import State
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.conftest import MoveClock
from tests.factories import applications as factory

pytestmark = pytest.mark.django_db


@pytest.fixture
def closed(posting: Posting, at: MoveClock) -> Application:
    """One submitted file of a posting whose intake is closed."""
    application = factory.submitted(posting, cast.candidate(1))
    factory.draft(posting, cast.candidate(2))
    at("2025-10-30 16:30:00")
    factory.closing.close_intake(posting=posting)
    return Application.objects.get(pk=application.pk)


def address(name: str, *arguments: object) -> str:
    return reverse(f"admin:applications_application_{name}", args=arguments)


def test_list_shows_state_and_completeness(closed: Application) -> None:
    page = cast.signed_in(cast.hr()).get(address("changelist"))
    assert page.status_code == 200
    assert closed.dossier_code in page.content.decode()
    assert "5 / 5" in page.content.decode()


@pytest.mark.parametrize("words", ["Bennis", "candidat1@exemple", "code"])
def test_list_is_searched_by_name_address_and_code(closed: Application, words: str) -> None:
    words = closed.dossier_code if words == "code" else words
    page = cast.signed_in(cast.hr()).get(address("changelist"), {"q": words})
    assert [row.dossier_code for row in page.context["cl"].result_list] == [closed.dossier_code]


def test_list_is_filtered_by_state(closed: Application) -> None:
    page = cast.signed_in(cast.hr()).get(address("changelist"), {"state__exact": "lapsed"})
    assert [row.state for row in page.context["cl"].result_list] == [State.LAPSED]


def test_list_hides_the_names_of_unsubmitted_files(closed: Application) -> None:
    client = cast.signed_in(cast.hr())
    assert "El Ouafi" not in client.get(address("changelist")).content.decode()
    lapsed = Application.objects.get(state=State.LAPSED)
    trace = client.get(address("change", lapsed.pk))
    assert "n’a jamais été déposé" in trace.content.decode()
    hidden = (lapsed.candidate.email, lapsed.candidate.full_name, "El Ouafi")
    assert [words for words in hidden if words in trace.content.decode()] == []


def test_file_page_shows_each_document_in_place_and_keeps_who_saw_it(closed: Application) -> None:
    client = cast.signed_in(cast.hr())
    page = client.get(address("change", closed.pk))
    document = closed.documents.first()
    assert document is not None
    viewer = address("document", closed.pk, document.public_id)
    assert f'src="{viewer}' in page.content.decode()
    answer = client.get(viewer)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert b"".join(answer.streaming_content).startswith(b"%PDF-")
    seen = list(Viewing.objects.order_by("pk").values_list("viewer", "shown", "document", "first"))
    assert seen == [(cast.hr().pk, "file", None, True), (cast.hr().pk, "document", document.public_id, False)]
    entry = Entry.objects.get(kind="file.viewed")
    assert (entry.subject, entry.actor) == (closed.subject, cast.hr().actor)


def test_document_of_another_file_is_not_found(closed: Application, posting: Posting) -> None:
    lapsed = Application.objects.get(state=State.LAPSED)
    document = closed.documents.first()
    assert document is not None
    client = cast.signed_in(cast.hr())
    assert client.get(address("document", lapsed.pk, document.public_id)).status_code == 404


def test_admit_moves_the_file_once(closed: Application) -> None:
    client = cast.signed_in(cast.hr())
    for _press in range(2):
        client.post(address("admit", closed.pk))
    closed.refresh_from_db()
    assert closed.state == State.ADMISSIBLE
    assert closed.screening.by == cast.hr()
    assert Entry.objects.filter(kind="application.admitted", subject=closed.subject).count() == 1


def test_a_refusal_takes_a_ground_a_reason_and_two_officers(closed: Application) -> None:
    client = cast.signed_in(cast.hr())
    page = client.post(address("refuse", closed.pk), {"ground": "incomplete", "reason": "  "})
    assert page.status_code == 422
    assert 'value="incomplete" selected' in page.content.decode()
    client.post(address("refuse", closed.pk), {"ground": "incomplete", "reason": "Le diplôme produit est illisible."})
    closed.refresh_from_db()
    assert closed.state == State.SUBMITTED
    proposal = RefusalProposal.objects.get()
    confirm = reverse("admin:applications_refusalproposal_confirm", args=[proposal.pk])
    alone = client.post(confirm)
    assert (alone.status_code, "Vous avez proposé ce refus" in alone.content.decode()) == (422, True)
    assert confirm not in client.get(address("change", closed.pk)).content.decode()
    second = cast.signed_in(cast.officer())
    assert confirm in second.get(address("change", closed.pk)).content.decode()
    assert second.post(confirm).status_code == 302
    closed.refresh_from_db()
    assert closed.state == State.INADMISSIBLE
    entry = Entry.objects.get(kind="application.found_inadmissible")
    told = {"from": "submitted", "to": "inadmissible", "ground": "incomplete", "proposed_by": cast.hr().actor}
    assert entry.facts == told


def test_a_refusal_is_sent_back_with_a_remark_and_its_words_kept(closed: Application) -> None:
    proposal = second_look.propose(application=closed, ground="other", reason="Sans rapport.", by=cast.hr())
    back = reverse("admin:applications_refusalproposal_send_back", args=[proposal.pk])
    second = cast.signed_in(cast.officer())
    assert second.post(back, {"renvoi-remark": " "}).status_code == 422
    assert second.post(back, {"renvoi-remark": "Relisez la page 3."}).status_code == 302
    page = cast.signed_in(cast.hr()).get(address("change", closed.pk)).content.decode()
    assert "Relisez la page 3." in page
    assert address("admit", closed.pk) in page


def test_a_screened_file_is_not_screened_again(closed: Application) -> None:
    client = cast.signed_in(cast.hr())
    client.post(address("admit", closed.pk))
    page = client.post(address("refuse", closed.pk), {"ground": "other", "reason": "Trop tard."})
    assert page.status_code == 422
    closed.refresh_from_db()
    assert closed.state == State.ADMISSIBLE


def test_the_examination_is_begun_again_from_the_page(closed: Application) -> None:
    client = cast.signed_in(cast.hr())
    client.post(address("admit", closed.pk))
    assert client.post(address("reopen", closed.pk), {"reouverture-reason": ""}).status_code == 422
    client.post(address("reopen", closed.pk), {"reouverture-reason": "Un doute sur le diplôme."})
    closed.refresh_from_db()
    assert closed.state == State.SUBMITTED
    assert "Un doute sur le diplôme." in client.get(address("change", closed.pk)).content.decode()


def test_the_checklist_comes_back_as_typed_when_a_remark_lacks(closed: Application) -> None:
    client = cast.signed_in(cast.hr())
    sent = {"piece-cv": "ok", "piece-diplomes": "doubtful", "piece-diplomes-remarque": " "}
    page = client.post(address("check", closed.pk), sent)
    assert page.status_code == 422
    assert "Dites en quelques mots ce qui manque ou fait douter." in page.content.decode()
    assert closed.checks.count() == 0
    sent["piece-diplomes-remarque"] = "Le sceau ne se lit pas."
    assert client.post(address("check", closed.pk), sent).status_code == 302
    assert set(closed.checks.values_list("verdict", flat=True)) == {"ok", "doubtful"}
    refused = client.post(address("admit", closed.pk), follow=True).content.decode()
    assert "levez-les avant d’admettre" in refused


def test_a_note_is_written_and_read_by_the_office_alone(closed: Application) -> None:
    client = cast.signed_in(cast.hr())
    assert client.post(address("note", closed.pk), {"note-text": " "}).status_code == 422
    client.post(address("note", closed.pk), {"note-text": "Appelé ce matin."})
    assert "Appelé ce matin." in client.get(address("change", closed.pk)).content.decode()
    assert "Appelé ce matin." in cast.signed_in(cast.auditor()).get(address("change", closed.pk)).content.decode()
    owner = cast.signed_in(closed.candidate)
    for name in ("overview", "follow"):
        pages = owner.get(reverse(f"applications:{name}", args=[closed.posting.slug]))
        assert "Appelé ce matin." not in pages.content.decode()


def test_the_history_speaks_in_plain_words_and_names(closed: Application) -> None:
    client = cast.signed_in(cast.hr())
    client.post(address("assign", closed.pk), {"officer": cast.officer().pk})
    client.post(address("refuse", closed.pk), {"ground": "identity", "reason": "Deux noms."})
    page = client.get(address("change", closed.pk)).content.decode().partition('id="historique"')[2]
    assert "Dossier confié à un agent</strong> : Jamal Touzani (Khadija Idrissi)" in page
    assert "Refus proposé, en attente d’un second regard</strong> : identité non établie" in page
    assert "Candidature déposée" in page


def test_screening_waits_for_the_closing(posting: Posting) -> None:
    application = factory.submitted(posting, cast.candidate(1))
    cast.signed_in(cast.hr()).post(address("admit", application.pk))
    application.refresh_from_db()
    assert application.state == State.SUBMITTED


def test_the_auditor_reads_and_changes_nothing(closed: Application) -> None:
    client = cast.signed_in(cast.auditor())
    page = client.get(address("change", closed.pk))
    assert page.status_code == 200
    assert address("admit", closed.pk) not in page.content.decode()
    assert client.post(address("admit", closed.pk)).status_code == 403
    closed.refresh_from_db()
    assert closed.state == State.SUBMITTED


def test_nothing_is_typed_over(closed: Application) -> None:
    client = cast.signed_in(cast.hr())
    typed = {"state": "retained", "submitted_at_0": "2020-01-01", "family_name": "Autre", "officer": cast.hr().pk}
    before = Application.objects.filter(pk=closed.pk).values().get()
    for name in ("change", "delete"):
        assert client.post(address(name, closed.pk), typed).status_code in (403, 405)
    assert client.post(address("add"), typed).status_code == 403
    client.post(address("changelist"), {**typed, "form-0-id": closed.pk, "form-0-state": "retained", "_save": "1"})
    assert Application.objects.filter(pk=closed.pk).values().get() == before


def test_extension_is_told_to_drafts(posting: Posting, at: MoveClock) -> None:
    factory.draft(posting, cast.candidate(2))
    client = cast.signed_in(cast.hr())
    page = client.post(
        address("extend", posting.slug), {"closes_at_0": "2025-10-29", "closes_at_1": "10:00", "reason": "x"}
    )
    assert page.status_code == 422
    values = {"closes_at_0": "2025-11-06", "closes_at_1": "16:30", "reason": "Panne constatée du portail."}
    assert client.post(address("extend", posting.slug), values).status_code == 302
    posting.refresh_from_db()
    assert posting.closes_at.isoformat() == "2025-11-06T15:30:00+00:00"
    assert cast.candidate(2).notices.filter(kind="deadline_extended").count() == 1


def test_list_and_file_page_cost_the_same_with_more_files(posting: Posting, at: MoveClock) -> None:
    first = factory.submitted(posting, cast.candidate(1))
    client = cast.signed_in(cast.hr())

    def queries() -> tuple[int, int]:
        counts = []
        for page in (address("changelist"), address("change", first.pk)):
            client.get(page)
            with CaptureQueriesContext(connection) as captured:
                client.get(page)
            counts.append(len(captured))
        return counts[0], counts[1]

    with_one = queries()
    for n in range(2, 8):
        factory.submitted(posting, cast.candidate(n))
    assert queries() == with_one


def test_no_draft_is_found_by_whose_it_is(posting: Posting) -> None:
    draft = factory.complete_draft(posting, cast.candidate(1))
    browser, listing = cast.signed_in(cast.hr()), address("changelist")
    for words in (draft.family_name, draft.candidate.email):
        assert browser.get(listing, {"q": words}).context["cl"].result_count == 0
    assert browser.get(listing, {"family_name__startswith": "B"}).status_code == 400
