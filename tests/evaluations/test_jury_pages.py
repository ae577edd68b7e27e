"""The jury's pages and HR's: what each person finds there, and what they can do."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.states import State
from evaluations import panels
from evaluations.models import Discussion, Panel, ScoreSheet, StageClosing
from postings.models import Posting, Stage
from tests import cast
from tests.cast import signed_in
from tests.evaluations.test_scoring import far_apart
from tests.factories import applications, evaluations
from tests.flush import triggers_off

pytestmark = pytest.mark.django_db
SLUG = applications.SLUG


def url(name: str, sheet: ScoreSheet) -> str:
    return reverse(f"evaluations:{name}", args=[sheet.application.dossier_code, sheet.stage])


def client_of(sheet: ScoreSheet) -> Client:
    return signed_in(sheet.member.user)


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status
    return response.content.decode()


def test_desk_without_a_jury_says_so() -> None:
    assert "Vous ne siégez dans aucun jury" in page(signed_in(cast.juror(1)), reverse("evaluations:jury"))


def test_desk_lists_the_members_own_files_alone() -> None:
    posting = evaluations.assigned(4)
    for n in range(1, 6):
        text = page(signed_in(cast.juror(n)), reverse("evaluations:jury"))
        shown = {s.application.dossier_code for s in evaluations.sheets(posting) if s.application.dossier_code in text}
        assert shown == {
            s.application.dossier_code for s in evaluations.sheets(posting) if s.member.user == cast.juror(n)
        }


def test_the_order_of_files_differs_from_one_member_to_another() -> None:
    posting = evaluations.assigned(6)
    orders = []
    for member in posting.panel.members.all():
        text = page(signed_in(member.user), reverse("evaluations:jury"))
        own = [s.application.dossier_code for s in evaluations.sheets(posting) if s.member == member]
        orders.append(sorted(own, key=text.index) == own)
    assert not all(orders)


def test_no_page_of_a_file_opens_before_the_declaration() -> None:
    sheet = evaluations.sheets(evaluations.assigned(2))[0]
    client = client_of(sheet)
    for name in ("sheet", "seal"):
        assert client.get(url(name, sheet)).headers["Location"] == url("declare", sheet)
        assert client.post(url(name, sheet)).headers["Location"] == url("declare", sheet)
    assert client.post(url("save", sheet), {"appreciation": "x"}).status_code == 403
    assert client.post(url("declare", sheet), {"conflict": "no"}).headers["Location"] == url("sheet", sheet)
    assert "Réponse à la question 1." in page(client, url("sheet", sheet))


def test_a_member_in_conflict_never_opens_the_file() -> None:
    sheet = evaluations.sheets(evaluations.assigned(2))[0]
    client = client_of(sheet)
    refused = client.post(url("declare", sheet), {"conflict": "yes", "reason": " "})
    assert (refused.status_code, "Dites en quelques mots" in refused.content.decode()) == (422, True)
    client.post(url("declare", sheet), {"conflict": "yes", "reason": "Mon cousin"})
    assert [client.get(url(name, sheet)).status_code for name in ("sheet", "seal", "declare", "file")] == [404] * 4
    assert client.post(url("save", sheet), {"appreciation": "x"}).status_code == 404


@pytest.mark.parametrize("name", ["sheet", "seal", "declare", "file"])
def test_a_file_that_is_anothers_is_not_there(name: str) -> None:
    posting = evaluations.assigned(2)
    sheet = evaluations.sheets(posting)[0]
    marking = {s.member.user for s in evaluations.sheets(posting) if s.application == sheet.application}
    stranger = next(cast.juror(n) for n in range(2, 6) if cast.juror(n) not in marking)
    assert signed_in(stranger).get(url(name, sheet)).status_code == 404
    assert signed_in(cast.juror(6)).get(url(name, sheet)).status_code == 404
    assert signed_in(cast.candidate(1)).get(url(name, sheet)).status_code == 403
    assert Client().get(url(name, sheet)).status_code == 302


def test_autosave_keeps_what_is_right_and_says_what_is_wrong() -> None:
    sheet = evaluations.declared(evaluations.sheets(evaluations.assigned(2))[0])
    client = client_of(sheet)
    first, second = (score.criterion.code for score in sheet.scores.all()[:2])
    saved = client.post(url("save", sheet), {f"value-{first}": "13,5", f"comment-{first}": "Solide"})
    assert (saved.status_code, saved.json()["errors"]) == (200, {})
    assert saved.json()["saved_at"].startswith("2025-10-30T15:30")
    refused = client.post(url("save", sheet), {f"value-{second}": "13,3", f"comment-{second}": "À revoir"})
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == [f"value-{second}"]
    kept = {score.criterion.code: (score.value, score.comment) for score in sheet.scores.all()}
    assert [str(kept[first][0]), kept[first][1], kept[second]] == ["13.5", "Solide", (None, "À revoir")]


def test_without_javascript_the_button_saves_and_loses_nothing() -> None:
    sheet = evaluations.declared(evaluations.sheets(evaluations.assigned(2))[0])
    client = client_of(sheet)
    first, second = (score.criterion.code for score in sheet.scores.all()[:2])
    typed = {f"value-{first}": "vingt", f"value-{second}": "12", "appreciation": "Bien"}
    refused = client.post(url("sheet", sheet), typed)
    assert refused.status_code == 422
    assert 'value="vingt"' in refused.content.decode()
    sheet.refresh_from_db()
    assert sheet.appreciation == "Bien"
    assert client.post(url("sheet", sheet), {**typed, f"value-{first}": "11"}).headers["Location"] == url(
        "sheet", sheet
    )
    sealing = client.post(url("sheet", sheet), {**typed, f"value-{first}": "11", "seal": "1"})
    assert sealing.headers["Location"] == url("seal", sheet)


def test_sealing_is_confirmed_then_final() -> None:
    sheet = evaluations.declared(evaluations.sheets(evaluations.assigned(2))[0])
    client = client_of(sheet)
    assert "Il manque 5 notes" in page(client, url("seal", sheet))
    assert client.post(url("seal", sheet)).status_code == 422
    evaluations.marked(sheet)
    assert "Sceller définitivement" in page(client, url("seal", sheet))
    assert client.post(url("seal", sheet)).headers["Location"] == reverse("evaluations:jury")
    assert "Elle ne change plus" in page(client, url("sheet", sheet))
    assert client.post(url("save", sheet), {"appreciation": "x"}).status_code == 409
    assert client.post(url("sheet", sheet), {"appreciation": "x"}).status_code == 409


def test_sheets_stay_private_until_all_are_sealed_even_from_the_chair() -> None:
    posting = evaluations.assigned(3)
    first, second = evaluations.sheets(posting)[:2]
    evaluations.sealed(first, lambda sheet, place: evaluations.Decimal("18.5"))
    chair = evaluations.presiding(posting)
    assert "18,5" not in page(chair, url("file", first))
    assert "18,5" not in page(chair, reverse("evaluations:presiding", args=[SLUG]))
    if second.member.user != cast.juror(1):
        assert client_of(second).get(url("file", second)).status_code == 404
    evaluations.sealed(second)
    assert "18,5" in page(client_of(second), url("file", second))
    assert "18,5" in page(chair, url("file", first))


def test_a_gap_waits_on_the_desk_and_is_recorded_on_the_page() -> None:
    posting = evaluations.all_sealed(evaluations.assigned(1), marking=far_apart)
    sheet = evaluations.sheets(posting)[0]
    client = client_of(sheet)
    assert url("file", sheet) in page(client, reverse("evaluations:jury"))
    assert client.post(url("file", sheet), {"outcome": " "}).status_code == 422
    assert client.post(url("file", sheet), {"outcome": "Maintenu."}).status_code == 302
    assert Discussion.objects.get().outcome == "Maintenu."
    assert "Maintenu." in page(client, url("file", sheet))


def test_the_chair_reassigns_reopens_and_closes() -> None:
    posting = evaluations.assigned(3)
    sheet = next(s for s in evaluations.sheets(posting) if not s.member.chair)
    panels.declare(application=sheet.application, conflict=True, reason="Cousin", by=sheet.member.user)
    chair = evaluations.presiding(posting)
    assert "à réattribuer" in page(chair, reverse("evaluations:presiding", args=[SLUG]))
    marking = ScoreSheet.objects.filter(application=sheet.application).values("member")
    to = posting.panel.members.exclude(pk__in=marking).last()
    who = {"member": str(sheet.member.user.public_id)}
    assert chair.post(url("reassign", sheet), who).status_code == 422
    assert chair.post(url("reassign", sheet), {**who, "to": str(to.user.public_id)}).status_code == 302
    evaluations.all_sealed(posting)
    sheet.refresh_from_db()
    who = {"member": str(sheet.member.user.public_id)}
    assert chair.post(url("reopen", sheet), who).status_code == 422
    assert chair.post(url("reopen", sheet), {**who, "reason": "Erreur de saisie"}).status_code == 302
    closing = reverse("evaluations:close_skills", args=[SLUG])
    assert sheet.application.dossier_code in chair.post(closing, follow=True).content.decode()
    assert StageClosing.objects.count() == 0
    sheet.refresh_from_db()
    evaluations.sealed(sheet)
    assert chair.post(closing).headers["Location"] == reverse("evaluations:presiding", args=[SLUG])
    assert StageClosing.objects.count() == 1


@pytest.mark.parametrize("name", ["reassign", "reopen", "excuse", "close_interview"])
def test_presiding_acts_are_not_there_for_the_others(name: str) -> None:
    posting = evaluations.assigned(3)
    sheet = next(s for s in evaluations.sheets(posting) if not s.member.chair)
    body = {"member": str(sheet.member.user.public_id), "reason": "Erreur"}
    assert client_of(sheet).post(url(name, sheet), body).status_code == 404
    assert signed_in(cast.hr()).post(url(name, sheet), body).status_code == 403
    assert evaluations.presiding(posting).post(url(name, sheet), {"member": "x"}).status_code in {404, 409}


def hr_page(name: str) -> str:
    return reverse(f"evaluations:{name}", args=[SLUG])


def test_hr_composes_draws_and_closes_from_the_campaign_page() -> None:
    posting = applications.open_posting()
    client = signed_in(cast.hr())
    people = [cast.juror(n) for n in range(1, 7)]
    seats = ["chair", "member", "member", "member", "outsider", ""]
    body = {f"seat-{user.public_id}": seat for user, seat in zip(people, seats, strict=True)}
    assert "Composer le jury" in page(client, hr_page("campaign"))
    refused = client.post(hr_page("compose"), {**body, f"seat-{people[1].public_id}": "chair"})
    assert (refused.status_code, Panel.objects.count()) == (422, 0)
    assert client.post(hr_page("compose"), body).headers["Location"] == hr_page("campaign")
    assert client.post(hr_page("assign")).status_code == 409
    evaluations.admitted(posting, 2)
    assert "Tirer les correcteurs au sort" in page(client, hr_page("campaign"))
    assert client.post(hr_page("assign")).headers["Location"] == hr_page("campaign")
    evaluations.all_sealed(posting)
    assert "Clore l’étape" in page(client, hr_page("campaign"))
    assert client.post(hr_page("close_skills")).headers["Location"] == hr_page("campaign")
    assert set(posting.applications.values_list("state", flat=True)) == {State.SHORTLISTED}
    assert "2 dossiers présélectionnés" in page(client, hr_page("campaign"))


@pytest.mark.parametrize("name", ["campaign", "compose", "assign", "close_skills"])
@pytest.mark.parametrize("role", ["candidate", "juror", "authority", "auditor", "administrator"])
def test_hrs_pages_are_refused_to_the_others(name: str, role: str) -> None:
    applications.open_posting()
    client = signed_in(getattr(cast, role)())
    answer = client.post(hr_page(name)) if name in {"assign", "close_skills"} else client.get(hr_page(name))
    assert answer.status_code == (404 if (name, role) == ("close_skills", "juror") else 403)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def desks(posting: Posting) -> list[tuple[Client, str]]:
    return [
        (signed_in(cast.juror(1)), reverse("evaluations:jury")),
        (signed_in(cast.juror(1)), reverse("evaluations:presiding", args=[SLUG])),
        (signed_in(cast.hr()), hr_page("campaign")),
    ]


def test_dashboards_cost_the_same_for_10_files_as_for_40() -> None:
    posting = evaluations.assigned(10)
    evaluations.all_sealed(posting)
    done = [queries(*desk) for desk in desks(posting)]
    assert len(evaluations.sheets(posting)) == 20
    with triggers_off():
        more(posting, 30)
    evaluations.all_sealed(posting)
    assert len(evaluations.sheets(posting)) == 80
    assert [queries(*desk) for desk in desks(posting)] == done


def more(posting: Posting, count: int) -> None:
    """As many more admissible files with their markers, written straight to the tables: only their number matters here."""
    seed = evaluations.sheets(posting)[0].application
    members = list(posting.panel.members.all())
    for n in range(count):
        file = type(seed)(
            posting=posting,
            candidate=cast.account(f"autre{n}@exemple.example", f"Autre {n}", cast.Role.CANDIDATE),
            dossier_code=f"Z{n:03}-ZZZZ",
            state=State.ADMISSIBLE,
            created_at=seed.created_at,
            saved_at=seed.saved_at,
            submitted_at=seed.submitted_at,
            manifest_sha256=seed.manifest_sha256,
        )
        file.save()
        evaluations.assignment.open_sheets(file, Stage.SKILLS, [members[n % 5], members[(n + 1) % 5]])
