"""A conflict of interest bars its member from that file for good: every address, list and count of the jury's."""

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from applications.models import Application
from evaluations import assignment, deliberation, excusing, panels, results, scoring
from evaluations.absence import record_absence
from evaluations.models import Declaration, Interview, PanelMember, ScoreSheet
from evaluations.urls_jury import urlpatterns
from postings.models import Posting, Stage
from tests import cast
from tests.cast import signed_in
from tests.factories import evaluations, late_stages

pytestmark = pytest.mark.django_db


def recused(n: int, application: Application) -> None:
    panels.declare(application=application, conflict=True, reason="Ancienne collègue", by=cast.juror(n))


def sheet_of(posting: Posting, n: int, stage: str) -> ScoreSheet:
    return next(sheet for sheet in evaluations.sheets(posting, stage) if sheet.member.user == cast.juror(n))


def addresses(application: Application) -> list[tuple[str, str]]:
    """Every address of the jury's that names a file, for this file: those of both stages, and of each of its documents."""
    found = []
    for pattern in urlpatterns:
        route = str(pattern.pattern)
        if "<dossier:code>" not in route:
            continue
        base = {"code": application.dossier_code}
        if "<stage:stage>" in route:
            choices = [base | {"stage": stage} for stage in Stage.values]
        elif "<uuid:public_id>" in route:
            choices = [base | {"public_id": document.public_id} for document in application.documents.all()]
        else:
            choices = [base]
        found += [(str(pattern.name), reverse(f"evaluations:{pattern.name}", kwargs=kwargs)) for kwargs in choices]
    return found


def statuses(client: Client, application: Application) -> dict[str, set[int]]:
    """What each address answers to GET and to POST, whoever's sheet the form names."""
    told: dict[str, set[int]] = {}
    members = ScoreSheet.objects.filter(application=application).values_list("member__user__public_id", flat=True)
    for name, address in addresses(application):
        answers = told.setdefault(name, set())
        answers.add(client.get(address).status_code)
        for member in set(members):
            sent = {"member": str(member), "conflict": "no", "outcome": "x", "reason": "x", "appreciation": "x"}
            answers.add(client.post(address, sent).status_code)
    return told


def test_every_address_that_names_a_file_is_walked() -> None:
    names = {name for name, _address in addresses(late_stages.scheduled(1).applications.get())}
    assert names >= {"sheet", "declare", "save", "seal", "file", "document", "reassign", "reopen", "excuse"}
    assert get_resolver() is not None


@pytest.mark.parametrize("n", [1, 2], ids=["chair", "member"])
def test_a_conflict_at_the_interview_closes_every_address_of_the_file_even_of_what_was_sealed_before(n: int) -> None:
    posting = late_stages.scheduled(5)
    sealed = ScoreSheet.objects.filter(member__user=cast.juror(n), stage=Stage.SKILLS).select_related("application")
    application = sealed[0].application
    evaluations.declared(sheet_of(posting, n, Stage.INTERVIEW))
    recused(n, application)
    client = signed_in(cast.juror(n))
    answers = statuses(client, application)
    assert {name: codes - {404, 405} for name, codes in answers.items() if codes - {404, 405}} == {}
    assert Declaration.objects.get(member__user=cast.juror(n), application=application).conflict
    for name in ("jury", "presiding"):
        page = client.get(reverse(f"evaluations:{name}", args=[posting.slug] if name == "presiding" else []))
        assert application.dossier_code not in page.content.decode()
        assert application.full_name not in page.content.decode()


def test_a_conflict_at_the_blind_stage_closes_the_sheet_until_and_after_it_is_another_s() -> None:
    posting = evaluations.assigned(5)
    sheet = sheet_of(posting, 2, Stage.SKILLS)
    evaluations.marked(sheet)
    recused(2, sheet.application)
    client = signed_in(cast.juror(2))
    assert {code for codes in statuses(client, sheet.application).values() for code in codes} <= {404, 405}
    desk = client.get(reverse("evaluations:jury")).content.decode()
    own = [s for s in evaluations.sheets(posting) if s.member.user == cast.juror(2)]
    assert f"sur {len(own) - 1}" in desk.replace("\xa0", " ")
    marking = ScoreSheet.objects.filter(application=sheet.application).values("member")
    assignment.reassign(sheet=sheet, to=PanelMember.objects.exclude(pk__in=marking)[0], by=cast.juror(1))
    assert {code for codes in statuses(client, sheet.application).values() for code in codes} <= {404, 405}
    assert sheet.application.dossier_code not in client.get(reverse("evaluations:jury")).content.decode()


def test_a_chair_in_conflict_does_nothing_on_the_file_by_any_act() -> None:
    posting = late_stages.scheduled(5)
    sheet = sheet_of(posting, 1, Stage.INTERVIEW)
    application = sheet.application
    evaluations.declared(sheet)
    recused(1, application)
    other = next(s for s in evaluations.sheets(posting, Stage.INTERVIEW) if s.application == application)
    by = cast.juror(1)
    acts = [
        lambda: scoring.reopen_sheet(sheet=other, reason="x", by=by),
        lambda: excusing.excuse(sheet=other, reason="x", by=by),
        lambda: results.close_interview(application=application, by=by),
        lambda: record_absence(interview=Interview.objects.get(application=application), by=by),
    ]
    for act in acts:
        with pytest.raises(panels.PermissionDenied):
            act()


def test_a_chair_in_conflict_deliberates_without_seeing_the_file() -> None:
    posting = late_stages.scheduled(3)
    sheet = sheet_of(posting, 1, Stage.INTERVIEW)
    evaluations.declared(sheet)
    recused(1, sheet.application)
    late_stages.clock.move_to(posting.interviews.last().ends_at, by="test", stopped=True)  # type: ignore[union-attr]
    late_stages.verified(evaluations.interviewed(posting, late_stages.by_candidate))
    client = signed_in(cast.juror(1))
    address = reverse("evaluations:deliberation", args=[posting.slug])
    present = [str(member.pk) for member in late_stages.members(posting)]
    page = client.post(address, {"present": present}, follow=True).content.decode()
    file = sheet.application
    assert file.full_name not in page
    assert f"{file.dossier_code}</span>, vous vous êtes récusé" in page
    others = [s for s in deliberation.standings(posting) if s.application != file]
    assert all(s.application.full_name in page for s in others)
    minutes = reverse("evaluations:minutes", args=[posting.slug])
    assert client.get(minutes).status_code == 404
    words = {f"appreciation_{code}": text for code, text in late_stages.appreciations(posting).items()}
    check = client.post(
        reverse("evaluations:close_deliberation", args=[posting.slug]),
        {**words, "outcome": "Unanime.", "step": "check"},
    ).content.decode()
    assert file.full_name not in check


def test_at_the_blind_stage_the_declaration_shows_a_number_and_at_the_interview_a_name() -> None:
    posting = evaluations.assigned(1)
    sheet = evaluations.sheets(posting)[0]
    client = signed_in(sheet.member.user)
    blind = client.get(reverse("evaluations:declare", args=[sheet.application.dossier_code, Stage.SKILLS]))
    assert sheet.application.full_name not in blind.content.decode()
    assert "Si vous reconnaissez la personne" in blind.content.decode()


def test_who_marked_blind_declares_again_once_the_name_is_known() -> None:
    posting = late_stages.scheduled(1)
    blind = ScoreSheet.objects.filter(stage=Stage.SKILLS).select_related("member__user", "application")[0]
    client = signed_in(blind.member.user)
    where = [blind.application.dossier_code, Stage.INTERVIEW]
    sheet, declare = (reverse(f"evaluations:{name}", args=where) for name in ("sheet", "declare"))
    assert client.get(sheet).headers["Location"] == declare
    assert client.post(reverse("evaluations:save", args=where), {"appreciation": "x"}).status_code == 403
    page = client.get(declare).content.decode()
    assert blind.application.full_name in page
    assert "déclarez-vous à nouveau" in page
    assert client.post(declare, {"conflict": "no"}).headers["Location"] == sheet
    assert client.get(sheet).status_code == 200
    assert posting.applications.count() == 1


def test_no_page_of_a_file_opens_before_the_jury_is_composed() -> None:
    posting = evaluations.applications.open_posting()
    evaluations.admitted(posting, 1)
    with pytest.raises(panels.ValidationError, match="Composez"):
        assignment.assign_markers(posting=posting, by=cast.hr())
    client = signed_in(cast.juror(1))
    answers = statuses(client, posting.applications.get())
    assert {code for codes in answers.values() for code in codes} <= {404, 405}
    assert "aucun jury" in client.get(reverse("evaluations:jury")).content.decode()


def _presided_without_a_sheet(posting: Posting) -> Application:
    chair_s = ScoreSheet.objects.filter(member__user=cast.juror(1), stage=Stage.SKILLS).values("application")
    return posting.applications.exclude(pk__in=chair_s)[0]


def test_who_presides_without_marking_declares_before_any_page_of_the_file() -> None:
    posting = evaluations.all_sealed(evaluations.assigned(8))
    application = _presided_without_a_sheet(posting)
    chair = signed_in(cast.juror(1))
    at = [application.dossier_code, Stage.SKILLS]
    page, declaration = reverse("evaluations:file", args=at), reverse("evaluations:declare", args=at)
    assert chair.get(page).headers["Location"] == declaration
    sealed = ScoreSheet.objects.filter(application=application)[0]
    sent = {"member": str(sealed.member.user.public_id), "reason": "Erreur de saisie"}
    assert chair.post(reverse("evaluations:reopen", args=at), sent).status_code == 403
    assert "Vous présidez à ce dossier sans le noter" in chair.get(declaration).content.decode()
    assert chair.post(declaration, {"conflict": "no"}).headers["Location"] == page
    assert chair.get(page).status_code == 200
    assert not Declaration.objects.get(member__user=cast.juror(1), application=application).conflict


def test_who_presides_without_marking_and_is_in_conflict_leaves_the_file_to_the_next() -> None:
    posting = evaluations.all_sealed(evaluations.assigned(8))
    application = _presided_without_a_sheet(posting)
    at = [application.dossier_code, Stage.SKILLS]
    page, declaration = reverse("evaluations:file", args=at), reverse("evaluations:declare", args=at)
    chair = signed_in(cast.juror(1))
    assert chair.post(declaration, {"conflict": "yes", "reason": "Cousin"}).headers["Location"] == "/evaluation/jury/"
    assert {code for codes in statuses(chair, application).values() for code in codes} <= {404, 405}
    next_one = signed_in(cast.juror(2))
    marks = ScoreSheet.objects.filter(application=application, member__user=cast.juror(2)).exists()
    assert next_one.get(page).status_code == (200 if marks else 302)
    assert ScoreSheet.objects.due().filter(application=application).count() == 2
    # A member who neither marks nor presides has nothing to declare on.
    marking = ScoreSheet.objects.filter(application=application).values("member")
    idle = PanelMember.objects.exclude(pk__in=marking).exclude(user__in=[cast.juror(1), cast.juror(2)])[0]
    assert signed_in(idle.user).get(declaration).status_code == 404
