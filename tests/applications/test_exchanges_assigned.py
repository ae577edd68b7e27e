"""A recourse given to an officer who didn't take the disputed act; answered in time by the posting's own period, or overdue."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import Role, User
from applications.exchanges import objections
from applications.models import Application, Objection
from journal import clock
from journal.models import Entry
from notices import letters
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.factories import applications as factory
from tests.factories.postings import second_posting

pytestmark = pytest.mark.django_db


def officer(n: int = 2) -> User:
    return cast.account(f"rh{n}@pmp.example", f"Agent {n}", Role.HR)


@pytest.fixture
def objection(posting: Posting) -> Objection:
    """Against a refusal that the first officer signed."""
    file = factory.submitted(posting, cast.candidate())
    factory.close(posting)
    file.refresh_from_db()
    factory.found_inadmissible(file, ground="identity", reason="La pièce est au nom d’une autre.")
    return Objection.objects.create(application=file, grounds="C’est mon nom d’épouse.", lodged_at=clock.now())


def test_hr_gives_it_to_an_officer_who_then_answers_alone(objection: Objection) -> None:
    page = reverse("admin:applications_objection_assign", args=[objection.pk])
    officer(2), officer(3)
    browser = cast.signed_in(cast.hr())
    offered = browser.get(page).context["form"].fields["officer"].queryset
    assert [user.full_name for user in offered] == ["Agent 2", "Agent 3"]  # not who signed the refusal
    assert browser.post(page, {"officer": cast.hr().pk}).status_code == 422
    for _press in range(2):
        assert browser.post(page, {"officer": officer(2).pk}).status_code == 302
    entry = Entry.objects.get(kind="objection.assigned")
    assert entry.facts == {"officer": officer(2).actor}
    answer = {"outcome": "upheld", "answer": "Votre nom d’épouse est établi.", "confirmed": "1"}
    change = reverse("admin:applications_objection_change", args=[objection.pk])
    refused = cast.signed_in(officer(3)).post(change, answer)
    assert (refused.status_code, "confié à une autre personne" in refused.content.decode()) == (422, True)
    assert cast.signed_in(officer(2)).post(change, answer).status_code == 302
    notice = Notice.objects.get(kind="objection_answered")
    assert letters.render(notice).startswith(b"%PDF")
    assert notice.context["reasons"] == answer["answer"]
    with pytest.raises(ValidationError, match="déjà reçu"):
        objections.assign(objection=objection, officer=officer(3), by=cast.hr())


def test_the_list_says_who_answers(objection: Objection) -> None:
    objections.assign(objection=objection, officer=officer(2), by=cast.hr())
    objections.assign(objection=objection, officer=officer(3), by=officer(2))
    shown = cast.signed_in(cast.auditor()).get(reverse("admin:applications_objection_changelist")).content.decode()
    assert ("Agent 3" in shown, "Agent 2" in shown) == (True, False)


def test_who_gives_it_and_to_whom(objection: Objection) -> None:
    for person in (cast.candidate(), cast.juror(1), cast.authority(), cast.auditor(), cast.administrator()):
        with pytest.raises(PermissionDenied):
            objections.assign(objection=objection, officer=officer(2), by=person)
        with pytest.raises(ValidationError):
            objections.assign(objection=objection, officer=person, by=cast.hr())
    with pytest.raises(ValidationError, match="irrecevable"):
        objections.assign(objection=objection, officer=cast.hr(), by=officer(2))


def test_overdue_by_the_postings_own_period(posting: Posting, objection: Objection) -> None:
    last = objection.lodged_at + timedelta(days=posting.objection_answer_days)
    clock.move_to(last, by="test", stopped=True)
    assert objections.overdue(posting) == []
    clock.move_to(last + timedelta(days=1), by="test", stopped=True)
    assert objections.overdue(posting) == [objection]
    assert "délai dépassé" in cast.signed_in(cast.hr()).get("/rh/").content.decode()


def test_each_posting_has_its_own(posting: Posting) -> None:
    """Of two campaigns, one's overdue recourse is not the other's."""
    other = second_posting(posting)
    file = factory.submitted(posting, cast.candidate())
    Objection.objects.create(application=file, grounds="…", lodged_at=clock.now() - timedelta(days=90))
    assert (len(objections.overdue(posting)), objections.overdue(other)) == (1, [])
    assert Application.objects.get().posting == posting
