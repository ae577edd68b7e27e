"""A substitute takes the seat of a member who can no longer sit: what stays, what passes on, what ends."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.urls import reverse

from accounts.models import User
from evaluations import deliberation, panels, replacing
from evaluations.erasure import erase_due
from evaluations.models import PanelMember, Replacement, ScoreSheet, Substitute
from evaluations.panels import MemberSeat
from evaluations.policy import presiding_member
from evaluations.record import compile_record
from journal import clock
from journal.models import Entry
from postings.models import Posting, Stage
from tests import cast
from tests.cast import signed_in
from tests.factories import applications, evaluations, late_stages

pytestmark = pytest.mark.django_db


def substitutes() -> list[MemberSeat]:
    """Two: the first may preside, the second comes from outside."""
    return [MemberSeat(cast.juror(6), chair=True), MemberSeat(cast.juror(7), outsider=True)]


@pytest.fixture(autouse=True)
def _with_substitutes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every jury of these tests is composed with its substitutes."""

    def composed(posting: Posting) -> Any:
        by = cast.hr()
        return panels.compose(posting=posting, members=evaluations.seats(), substitutes=substitutes(), by=by)

    monkeypatch.setattr(evaluations, "composed", composed)


def member(n: int) -> PanelMember:
    return PanelMember.everyone.select_related("panel__posting").get(user=cast.juror(n))


def replace(n: int, to: int, *, by: User | None = None, reason: str = "Démission") -> PanelMember:
    leaver = member(n)
    return replacing.replace_member(
        posting=leaver.panel.posting,
        member=leaver,
        substitute=Substitute.objects.get(user=cast.juror(to)),
        reason=reason,
        by=by or cast.hr(),
    )


def own(posting: Posting, n: int, stage: str = Stage.SKILLS) -> list[ScoreSheet]:
    return [sheet for sheet in evaluations.sheets(posting, stage) if sheet.member.user == cast.juror(n)]


def test_substitutes_are_frozen_and_journaled_in_their_order() -> None:
    panel = evaluations.composed(applications.open_posting())
    assert [(s.rank, s.user, s.chair, s.outsider) for s in panel.substitutes.all()] == [
        (1, cast.juror(6), True, False),
        (2, cast.juror(7), False, True),
    ]
    assert Entry.objects.get(kind="panel.composed").facts["substitutes"] == [cast.juror(6).actor, cast.juror(7).actor]
    assert evaluations.composed(panel.posting) == panel
    for forbidden in (lambda: panel.substitutes.update(rank=9), lambda: panel.members.update(outsider=True)):
        with pytest.raises(DatabaseError), transaction.atomic():
            forbidden()


def test_nobody_is_a_member_and_a_substitute() -> None:
    with pytest.raises(ValidationError, match="ne siège qu'une fois"):
        panels.compose(
            posting=applications.open_posting(),
            members=evaluations.seats(),
            substitutes=[MemberSeat(cast.juror(1))],
            by=cast.hr(),
        )


def test_sealed_sheets_stay_and_the_others_pass_on_blank() -> None:
    posting = evaluations.assigned(5)
    first, second, *_rest = own(posting, 2)
    evaluations.sealed(first)
    evaluations.marked(second)
    newcomer = replace(2, 6)
    kept, passed = (ScoreSheet.objects.get(pk=sheet.pk) for sheet in (first, second))
    assert (kept.member.user, kept.sealed_at is not None) == (cast.juror(2), True)
    assert (passed.member, passed.saved_at, {s.value for s in passed.scores.all()}) == (newcomer, None, {None})
    entry = Entry.objects.get(kind="panel.member_replaced")
    assert entry.facts == {
        "from": cast.juror(2).actor,
        "to": cast.juror(6).actor,
        "chair": cast.juror(1).actor,
        "sheets": len(own(posting, 6)),
    }
    assert "Démission" not in str(entry.facts)
    row = Replacement.objects.get()
    assert (row.reason, row.leaver.left_at, row.member.joined_at) == ("Démission", clock.now(), clock.now())


def test_the_leavers_access_ends_at_every_address_of_the_jury() -> None:
    posting = late_stages.scheduled(3)  # six blind sheets for five members: each marks one at least
    sheets = [*own(posting, 2), *own(posting, 2, Stage.INTERVIEW)]
    evaluations.declared(sheets[-1])
    documents = [file.documents.first() for file in late_stages.shortlisted(posting)]
    client = signed_in(cast.juror(2))
    assert sheets[0].sealed_at is not None
    where = [[sheet.application.dossier_code, sheet.stage] for sheet in sheets]
    assert client.get(reverse("evaluations:sheet", args=where[-1])).status_code == 200
    replace(2, 6)
    for name in ("sheet", "declare", "seal", "file"):
        for args in where:
            assert client.get(reverse(f"evaluations:{name}", args=args)).status_code == 404, (name, args)
    for args in where:
        assert client.post(reverse("evaluations:save", args=args), {"appreciation": "?"}).status_code == 404
    for document in documents:
        address = reverse("evaluations:document", args=[document.application.dossier_code, document.public_id])
        assert client.get(address).status_code == 404
    assert "Vous ne siégez dans aucun jury" in client.get(reverse("evaluations:jury")).content.decode()
    assert client.get(reverse("evaluations:presiding", args=[posting.slug])).status_code == 404


def test_the_substitute_declares_before_a_sheet_opens() -> None:
    posting = evaluations.assigned(3)
    replace(2, 6)
    sheet = own(posting, 6)[0]
    client = signed_in(cast.juror(6))
    where = [sheet.application.dossier_code, sheet.stage]
    assert client.get(reverse("evaluations:sheet", args=where)).headers["Location"] == reverse(
        "evaluations:declare", args=where
    )
    evaluations.sealed(sheet)


def test_a_chair_who_leaves_is_followed_by_a_substitute_who_may_preside() -> None:
    posting = evaluations.assigned(2)
    assert replace(1, 6).chair
    assert presiding_member(posting.applications.first()).user == cast.juror(6)  # type: ignore[union-attr]
    assert not replacing.may_replace(cast.juror(1), posting)
    assert signed_in(cast.juror(6)).get(reverse("evaluations:presiding", args=[posting.slug])).status_code == 200


def test_otherwise_the_next_member_presides() -> None:
    evaluations.assigned(2)
    assert not replace(1, 7).chair
    assert PanelMember.objects.get(chair=True).user == cast.juror(2)
    assert Entry.objects.get(kind="panel.member_replaced").facts["chair"] == cast.juror(2).actor


def test_enough_members_still_come_from_outside() -> None:
    evaluations.assigned(1)
    with pytest.raises(ValidationError, match="extérieur"):
        replace(5, 6)
    assert replace(5, 7).outsider


@pytest.mark.parametrize("role", ["candidate", "authority", "auditor", "administrator"])
def test_replace_is_for_hr_and_the_chair(role: str) -> None:
    evaluations.assigned(1)
    for person in (getattr(cast, role)(), cast.juror(3)):
        with pytest.raises(PermissionDenied):
            replace(2, 6, by=person)
    assert replace(2, 6, by=cast.juror(1)).user == cast.juror(6)


def test_what_is_refused() -> None:
    posting = late_stages.in_session(1)
    with pytest.raises(ValidationError, match="pourquoi"):
        replace(2, 6, reason=" ")
    replace(2, 6)
    with pytest.raises(ValidationError, match="ne siège pas"):
        replace(2, 7)
    with pytest.raises(ValidationError, match="suppléant disponible"):
        replace(3, 6)
    deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    words = late_stages.appreciations(posting)
    deliberation.close(posting=posting, outcome="Unanime.", appreciations=words, by=cast.juror(1))
    with pytest.raises(ValidationError, match="close"):
        replace(3, 7)


def test_the_minutes_name_who_left_and_who_came() -> None:
    posting = late_stages.in_session(1)
    replace(2, 6)
    session = deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    panel = {row["name"]: row for row in compile_record(session, seed="")["panel"]}
    gone, come = panel["Driss Benkirane"], panel["Anas Skalli"]
    assert (gone["left_at"] is not None, gone["present"]) == (True, False)
    assert (come["joined_at"] is not None, come["left_at"], come["present"]) == (True, None, True)
    assert list(panel)[-1] == "Driss Benkirane"


def test_hr_does_it_on_a_page_and_reads_the_reason_there() -> None:
    posting = evaluations.assigned(2)
    client = signed_in(cast.hr())
    address = reverse("evaluations:replace_member", args=[posting.slug])
    assert "1. Anas Skalli, peut présider" in client.get(address).content.decode()
    sent = {"member": str(cast.juror(2).public_id), "substitute": str(cast.juror(6).public_id)}
    refused = client.post(address, {**sent, "reason": ""})
    assert (refused.status_code, "Dites pourquoi" in refused.content.decode()) == (422, True)
    done = client.post(address, {**sent, "reason": "Longue maladie"}, follow=True).content.decode()
    assert "Longue maladie" in done
    assert "Anas Skalli siège désormais" in done
    for address in (reverse("evaluations:presiding", args=[posting.slug]), reverse("evaluations:jury")):
        assert "Longue maladie" not in signed_in(cast.juror(1)).get(address).content.decode()


def test_the_reason_goes_when_the_files_time_is_up(at: Any) -> None:
    late_stages.in_session(1)
    replace(2, 6, reason="Longue maladie")
    posting = Posting.objects.get()
    deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    words = late_stages.appreciations(posting)
    session = deliberation.close(posting=posting, outcome="Unanime.", appreciations=words, by=cast.juror(1))
    late_stages.prepared(late_stages.signed(session).posting)
    late_stages.decisions.decide(posting=posting, choices=late_stages.in_jury_order(posting), by=cast.authority())
    erase_due()
    assert Replacement.objects.get().reason == "Longue maladie"
    at("2032-01-01 10:00")
    erase_due()
    assert Replacement.objects.get().reason == ""
