"""Every page of the site in a real browser: nothing refused or failing, readable on a telephone, accessible."""

from collections.abc import Callable, Iterator

import pytest
from django.urls import reverse

from accounts.models import User
from evaluations import decisions, deliberation
from evaluations.models import ScoreSheet
from journal import clock
from notices import writing
from notices.models import Notice
from postings.models import Posting, Stage
from tests import cast
from tests.access.scene import Scene, set_scene
from tests.access.table import ADMIN, CANDIDATURE, EVALUATION, JURY, PUBLIC, REHEARSAL, SIGN_IN, Line
from tests.browser.conftest import OpenPage, press
from tests.browser.soundness import Inspector
from tests.factories import applications as factory
from tests.factories import evaluations, late_stages

PEOPLE: dict[str, Callable[[], User | None]] = {
    "anonymous": lambda: None,
    "owner": lambda: cast.candidate(1),
    "chair": lambda: cast.juror(1),
    "juror": lambda: cast.juror(2),
    "hr": cast.hr,
    "authority": cast.authority,
    "auditor": cast.auditor,
    "administrator": cast.administrator,
}
STEPS = ("overview", "identity", "career", "documents", "referees", "answers", "declaration", "review", "follow")
AFTER = ("overview", "receipt", "follow", "withdraw")


def candidature(name: str) -> str:
    return reverse(f"applications:{name}", args=[factory.SLUG])


def of_sheet(name: str, sheet: ScoreSheet) -> str:
    return reverse(f"evaluations:{name}", args=[sheet.application.dossier_code, sheet.stage])


@pytest.fixture
def inspector_of(open_page: OpenPage) -> Iterator[Callable[[User | None], Inspector]]:
    """``inspector_of(user)``: one who looks at pages as that person; the test fails for whatever any of them found."""
    inspectors: list[Inspector] = []

    def enter(user: User | None) -> Inspector:
        inspectors.append(Inspector(open_page(user=user)))
        return inspectors[-1]

    yield enter
    found = [fault for inspector in inspectors for fault in inspector.found]
    if found:
        pytest.fail("\n".join(found))


InspectorOf = Callable[[User | None], Inspector]


def pages_of(who: str, scene: Scene, lines: dict[str, Line]) -> list[str]:
    """The addresses of the table that show this person a page."""
    pages = []
    for name, line in lines.items():
        if who not in line.people or line.method != "GET":
            continue
        address = reverse(name, kwargs=dict(line.kwargs(scene)))
        answer = scene.browsers[who].get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            pages.append(address)
        answer.close()
    return pages


def leaving_out(ending: str, lines: dict[str, Line]) -> dict[str, Line]:
    return {name: line for name, line in lines.items() if not name.endswith(ending)}


@pytest.mark.usefixtures("mailbox")
def test_pages_of_a_decided_campaign_are_sound(inspector_of: InspectorOf) -> None:
    scene = set_scene()
    parts = {
        # A mail's own HTML is shown in a frame of the page before it: it is no page.
        "anonymous": {**PUBLIC, **SIGN_IN, **leaving_out("message_html", REHEARSAL)},
        "owner": {**CANDIDATURE, **EVALUATION},
        # Django's page of a row's history is the same for each model, and empty: the journal has it.
        "hr": {**EVALUATION, **leaving_out("_history", ADMIN)},
        "administrator": {name: line for name, line in ADMIN.items() if "accounts_user" in name},  # with one history
        "chair": {**JURY, **EVALUATION},
        "authority": EVALUATION,
    }
    for who, lines in parts.items():
        inspector_of(PEOPLE[who]()).visit(*pages_of(who, scene, lines))


def test_candidate_pages_are_sound(posting: Posting, inspector_of: InspectorOf) -> None:
    candidate = cast.candidate()
    inspector = inspector_of(candidate)
    inspector.visit(candidature("overview"))
    application = factory.draft(posting, candidate)
    inspector.visit(candidature("overview"), candidature("documents"), candidature("review"))
    inspector.page.goto(candidature("identity"))
    inspector.page.get_by_label("Date de naissance").fill("1879-03-14")
    press(inspector.page, "Enregistrer")
    inspector.stay("identity, refused")
    factory.fill(application)
    inspector.visit(*map(candidature, STEPS))
    press_review(inspector)
    inspector.visit(*map(candidature, AFTER))


def press_review(inspector: Inspector) -> None:
    inspector.page.goto(candidature("review"))
    press(inspector.page, "Déposer ma candidature")
    inspector.stay("receipt, just submitted")


def test_marking_pages_are_sound(inspector_of: InspectorOf) -> None:
    posting = evaluations.assigned(2)
    sheet = evaluations.sheets(posting)[0]
    inspector = inspector_of(sheet.member.user)
    inspector.visit(reverse("evaluations:jury"), of_sheet("declare", sheet))
    evaluations.declared(sheet)
    inspector.visit(of_sheet("sheet", sheet), of_sheet("seal", sheet))
    evaluations.sealed(sheet)
    inspector.visit(of_sheet("sheet", sheet), reverse("evaluations:jury"))
    hr = inspector_of(cast.hr())
    hr.visit(reverse("evaluations:campaign", args=[posting.slug]))
    chair = inspector_of(cast.juror(1))
    chair.visit(reverse("evaluations:presiding", args=[posting.slug]))


def test_interview_pages_are_sound(inspector_of: InspectorOf) -> None:
    posting = late_stages.scheduled(2)
    sheet = late_stages.newcomer(posting)
    inspector = inspector_of(sheet.member.user)
    inspector.visit(of_sheet("declare", sheet))
    evaluations.declared(sheet)
    inspector.visit(of_sheet("sheet", sheet), reverse("evaluations:agenda", args=[posting.slug]))
    led = next(sheet for sheet in evaluations.sheets(posting, Stage.INTERVIEW) if sheet.member.chair)
    evaluations.declared(led)
    inspector_of(led.member.user).visit(of_sheet("sheet", led))
    hr = inspector_of(cast.hr())
    hr.visit(reverse("evaluations:interviews", args=[posting.slug]))


def test_pages_of_the_decision_are_sound(inspector_of: InspectorOf) -> None:
    posting = late_stages.asked(late_stages.heard(3))
    hr, chair, referee = inspector_of(cast.hr()), inspector_of(cast.juror(1)), inspector_of(None)
    hr.visit(reverse("evaluations:references", args=[posting.slug]))
    referee.visit(late_stages.link_of(Notice.objects.filter(kind="reference_request")[0]))
    late_stages.confirmed(posting)
    deliberation.open_session(posting=posting, present=late_stages.members(posting), by=cast.juror(1))
    chair.visit(reverse("evaluations:deliberation", args=[posting.slug]))
    said = late_stages.appreciations(posting)
    session = deliberation.close(posting=posting, outcome="Unanimité.", appreciations=said, by=cast.juror(1))
    chair.visit(reverse("evaluations:sitting", args=[posting.slug]))
    late_stages.signed(session)
    hr.visit(reverse("evaluations:prepare", args=[posting.slug]))
    late_stages.prepared(posting)
    authority = inspector_of(cast.authority())
    authority.visit(reverse("evaluations:authority"), reverse("evaluations:decide", args=[posting.slug]))


def test_pages_of_the_letters_are_sound(inspector_of: InspectorOf) -> None:
    posting = late_stages.decided(2).posting
    hr = inspector_of(cast.hr())
    words = {"opening": "« {poste} » est à vous, {nom}.", "sequel": "À bientôt."}
    writing.write(campaign=posting.slug, text="decision.retained", by=cast.other_hr(), **words)
    hr.visit(
        reverse("evaluations:approve_letters", args=[posting.slug]),
        reverse("evaluations:texts", args=[posting.slug]),
        reverse("evaluations:text", args=[posting.slug, "decision.retained"]),
        reverse("evaluations:preview_text", args=[posting.slug, "decision.retained", 1]),
    )
    decisions.approve_letters(posting=posting, by=cast.hr())
    Notice.objects.filter(kind="decision").update(state="failed", released_at=clock.now())
    hr.visit(
        reverse("evaluations:approve_letters", args=[posting.slug]), reverse("evaluations:post", args=[posting.slug])
    )


@pytest.mark.usefixtures("mailbox")
def test_sign_in_pages_are_sound(posting: Posting, inspector_of: InspectorOf) -> None:
    inspector = inspector_of(None)
    inspector.page.goto(reverse("account_request_login_code"))
    press(inspector.page, "Recevoir un code")
    inspector.stay("no address given")
    inspector.page.get_by_label("Adresse électronique").fill("quelqu.un@exemple.example")
    press(inspector.page, "Recevoir un code")
    inspector.stay("code asked for")
    inspector.page.get_by_label("Code reçu par courriel").fill("000000")
    press(inspector.page, "Se connecter")
    inspector.stay("wrong code")
