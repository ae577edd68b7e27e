"""Marks that eliminate whatever the total, and marks that want a comment: rules of the posting, held by the acts."""

from decimal import Decimal

import pytest
from django.urls import reverse

from applications.models import Application
from applications.states import State
from evaluations import decisions, deliberation, interviews, results, scoring
from evaluations.models import Decision, Deliberation, ScoreSheet
from evaluations.scoring import SheetIncomplete
from journal import clock
from journal.models import Entry
from notices.models import Notice
from postings.models import Posting
from tests import cast
from tests.cast import signed_in
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db


def barred(sheet: ScoreSheet, place: int) -> Decimal:
    """The first candidate fails a written criterion, the second a spoken one, each with the best marks elsewhere."""
    code = list(sheet.scores.select_related("criterion"))[place].criterion.code
    who = sheet.application.candidate
    fails = (who == cast.candidate(1) and code == "droit-public") or (
        who == cast.candidate(2) and code == "situations-complexes"
    )
    return Decimal("4.5") if fails else Decimal(17)


def _deliberated(posting: Posting) -> Deliberation:
    """From sealed blind sheets to the closed deliberation."""
    results.close_skills(posting=posting, by=cast.hr())
    late_stages.slots(posting, 2)
    interviews.schedule_all(posting=posting, by=cast.hr())
    clock.move_to(posting.interviews.last().ends_at, by="test", stopped=True)  # type: ignore[union-attr]
    late_stages.verified(evaluations.interviewed(posting, barred))
    deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    words = late_stages.appreciations(posting)
    return deliberation.close(posting=posting, outcome="Vu.", appreciations=words, by=cast.juror(1))


def test_an_eliminatory_mark_bars_from_the_shortlist_and_from_the_ranking_and_the_letters_say_so() -> None:
    session = _deliberated(evaluations.all_sealed(evaluations.assigned(3), marking=barred))
    first, second, third = (Application.objects.get(candidate=cast.candidate(n)) for n in (1, 2, 3))
    assert [f.state for f in (first, second, third)] == [State.NOT_SHORTLISTED, State.INTERVIEWED, State.INTERVIEWED]
    assert Entry.objects.get(kind="skills.closed").facts["eliminated"] == {first.dossier_code: ["droit-public"]}
    closed = Entry.objects.get(kind="deliberation.closed").facts
    assert closed["eliminated"] == {second.dossier_code: ["situations-complexes"]}
    assert [place.application for place in session.ranking.all()] == [third]
    told = {file["dossier"]: file["eliminated_by"] for file in session.record["files"]}
    assert [len(told[f.dossier_code]) for f in (first, second, third)] == [1, 1, 0]

    late_stages.prepared(late_stages.signed(session).posting)
    decisions.decide(posting=session.posting, choices=late_stages.in_jury_order(session.posting), by=cast.authority())
    assert Decision.objects.get(application=second).outcome == "not_retained"
    reasons = {n.subject: n.context["reasons"] for n in Notice.objects.filter(kind="decision")}
    assert "note éliminatoire" in reasons[first.subject]
    assert "entretien" in reasons[second.subject]
    assert "5 sur 20" in reasons[second.subject]


def test_an_extreme_mark_without_a_comment_is_kept_but_not_sealed() -> None:
    posting = evaluations.assigned(1)
    sheet = evaluations.sheets(posting)[0]
    evaluations.marked(sheet)
    score = sheet.scores.select_related("criterion")[0]
    by = sheet.member.user
    client, code = signed_in(by), sheet.application.dossier_code
    page, seal = (reverse(f"evaluations:{name}", args=[code, "skills"]) for name in ("sheet", "seal"))
    for value, sealable in (("17", True), ("17.5", False), ("7", True), ("6.5", False)):
        scoring.save_score(sheet=sheet, criterion=score.criterion, value=value, comment="  ", by=by)
        assert (f'id="id_comment-{score.criterion.code}_wanted"' in client.get(page).content.decode()) is True
        assert ("Il manque un commentaire" in client.get(seal).content.decode()) is not sealable
    with pytest.raises(SheetIncomplete) as refused:
        scoring.seal_sheet(sheet=sheet, by=by)
    assert (refused.value.missing, refused.value.bare) == ([], [score.criterion])
    answer = client.post(seal)
    assert answer.status_code == 422
    assert f"#id_comment-{score.criterion.code}" in answer.content.decode()
    scoring.save_score(sheet=sheet, criterion=score.criterion, value="6.5", comment="Hors sujet.", by=by)
    assert client.post(seal).status_code == 302


def test_the_rules_stand_on_the_public_page() -> None:
    evaluations.assigned(1)
    page = signed_in(cast.candidate(9)).get(reverse("postings:detail", args=["secretaire-general"])).content.decode()
    assert "troisième membre" in page
    assert "Note éliminatoire" in page
    assert "motivée par écrit" in page
