"""The incident register: written by HR, read by the auditor, never rewritten, its words' hash in the journal."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from applications import closing, incidents
from applications.models import Incident
from journal import clock
from journal.append import canonical, salted
from journal.models import Entry
from postings.models import Posting
from tests import cast
from tests.factories.postings import second_posting

pytestmark = pytest.mark.django_db
WORDS = {"what": "Le site ne répondait plus.", "affected": "Qui déposait alors.", "done": "Redémarré ; report décidé."}
FORM = {"began_at_0": "2025-10-29", "began_at_1": "09:10", "ended_at_0": "2025-10-29", "ended_at_1": "09:40"}


def recorded(posting: Posting) -> Incident:
    return incidents.record(posting=posting, began_at=clock.now() - timedelta(hours=1), by=cast.hr(), **WORDS)


def test_hr_records_an_incident_linked_to_its_extension(posting: Posting) -> None:
    closes_at = posting.closes_at + timedelta(days=1)
    extension = closing.extend_deadline(posting=posting, closes_at=closes_at, reason="Panne.", by=cast.hr())
    page = reverse("admin:applications_incident_record", args=[posting.slug])
    officer = cast.signed_in(cast.hr())
    assert officer.post(page, {**FORM, **WORDS, "done": ""}).status_code == 422
    answer = officer.post(page, {**FORM, **WORDS, "extension": extension.pk}, follow=True)
    row = Incident.objects.get()
    assert (answer.status_code, row.extension, row.ended_at - row.began_at) == (200, extension, timedelta(minutes=30))
    entry = Entry.objects.get(kind="incident.recorded")
    assert entry.facts == {"sha256": salted(canonical(incidents.facts_of(row)), row.salt.bytes), "corrects": None}
    assert "répondait" not in entry.body
    shown = cast.signed_in(cast.auditor()).get(reverse("admin:applications_incident_change", args=[row.pk]))
    assert (WORDS["what"] in shown.content.decode(), "Corriger par" in shown.content.decode()) == (True, False)


def test_a_correction_stands_beside_what_it_corrects(posting: Posting) -> None:
    first = recorded(posting)
    page = reverse("admin:applications_incident_correct", args=[first.pk])
    officer = cast.signed_in(cast.hr())
    shown = officer.get(page).content.decode()
    assert (WORDS["what"] in shown, 'value="2025-10-29"' in shown, 'value="09:00"' in shown) == (True, True, True)
    changed = {**WORDS, "affected": "Personne."}
    assert officer.post(page, {**FORM, **changed}).status_code == 302
    (told,) = incidents.incidents(posting)
    assert (told.row.affected, told.before, told.row.entry.facts["corrects"]) == (
        "Personne.",
        [first],
        incidents._entry_hash(first),
    )
    assert officer.post(page, {**FORM, **changed, "done": "Autre."}).status_code == 422  # corrected already
    for write in (lambda: Incident.objects.update(what="x"), lambda: Incident.objects.filter(corrects=first).delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    assert Incident.objects.count() == 2


def test_the_same_incident_twice_is_once(posting: Posting) -> None:
    assert recorded(posting) == recorded(posting)
    assert Entry.objects.filter(kind="incident.recorded").count() == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"began_at_0": "2025-10-30"}, "à venir"),
        ({"ended_at_1": "08:00"}, "La fin suit"),
        ({"ended_at_0": "2025-10-31"}, "La fin suit"),
    ],
)
def test_an_incident_has_begun_and_ends_after(posting: Posting, changes: dict[str, str], field: str) -> None:
    page = reverse("admin:applications_incident_record", args=[posting.slug])
    answer = cast.signed_in(cast.hr()).post(page, {**FORM, **WORDS, **changes})
    assert (answer.status_code, field in answer.content.decode()) == (422, True)


def test_who_records_and_of_which_posting(posting: Posting) -> None:
    for person in (cast.candidate(), cast.juror(1), cast.authority(), cast.auditor(), cast.administrator()):
        with pytest.raises(PermissionDenied):
            incidents.record(posting=posting, began_at=clock.now(), by=person, **WORDS)
    recorded(posting)
    other = second_posting(posting)
    assert incidents.incidents(other) == []
