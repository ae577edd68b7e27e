"""A campaign brought past the skills stage, through the acts that bring it there in life."""

from datetime import timedelta
from decimal import Decimal

from django.db.models import QuerySet

from applications.models import Application, Referee
from applications.states import State
from evaluations import decisions, deliberation, interviews, preparation, references, signatures
from evaluations.decisions import Choice
from evaluations.models import Deliberation, Interview, PanelMember, Ruling, ScoreSheet
from evaluations.policy import declaration_of
from journal import clock
from notices import delivery, outbox
from notices.models import Notice
from notices.reauthentication import Proof
from postings.models import Posting, Stage
from tests import cast
from tests.factories import evaluations
from tests.factories.evaluations import Marking


def slots(posting: Posting, count: int) -> list[Interview]:
    """As many free slots, from tomorrow, one every forty minutes."""
    first = clock.now() + timedelta(days=1)
    return [
        interviews.add_slot(
            posting=posting,
            starts_at=first + timedelta(minutes=40 * n),
            minutes=30,
            place="Salle 3, Rabat",
            by=cast.hr(),
        )
        for n in range(count)
    ]


def shortlisted(posting: Posting) -> list[Application]:
    return list(Application.objects.filter(posting=posting, state=State.SHORTLISTED).order_by("pk"))


def scheduled(count: int = 4) -> Posting:
    """The skills stage closed, and every shortlisted candidate invited."""
    posting = evaluations.skills_closed(count)
    slots(posting, count)
    interviews.schedule_all(posting=posting, by=cast.hr())
    return posting


def heard(count: int = 4, marking: Marking = evaluations.good) -> Posting:
    """Every interview held and marked, the clock of record past the last one."""
    posting = scheduled(count)
    clock.move_to(posting.interviews.last().ends_at, by="test", stopped=True)  # type: ignore[union-attr]
    return evaluations.interviewed(posting, marking)


def asked(posting: Posting) -> Posting:
    """Every referee asked."""
    for application in _askable(posting):
        references.ask(application=application, by=cast.hr())
    return posting


def confirmed(posting: Posting) -> Posting:
    """Every referee reached by telephone."""
    for referee in Referee.objects.filter(application__in=_askable(posting)):
        references.verify(
            referee=referee, method="phone", outcome="confirmed", note="Joint au téléphone.", by=cast.hr()
        )
    return posting


def verified(posting: Posting) -> Posting:
    """Every reference asked for and verified by telephone."""
    return confirmed(asked(posting))


def _askable(posting: Posting) -> QuerySet[Application]:
    return Application.objects.filter(posting=posting, state__in=sorted(references.ASKABLE)).order_by("pk")


def newcomer(posting: Posting) -> ScoreSheet:
    """The interview sheet of a member who did not mark the file blind, and so has not declared on it yet."""
    sheets = evaluations.sheets(posting, Stage.INTERVIEW)
    return next(sheet for sheet in sheets if declaration_of(sheet.member, sheet.application) is None)


def link_of(notice: Notice) -> str:
    """The path of the referee's page, from the message that is owed to them."""
    return "/" + notice.context["link"].split("/", 3)[3]


def members(posting: Posting) -> list[PanelMember]:
    return list(PanelMember.objects.filter(panel__posting=posting).select_related("panel", "user"))


def in_session(count: int = 4, marking: Marking = evaluations.good) -> Posting:
    """All heard and verified, the jury in session."""
    posting = verified(heard(count, marking))
    deliberation.open_session(posting=posting, present=members(posting), by=cast.juror(1))
    return posting


def appreciations(posting: Posting) -> dict[str, str]:
    files = Application.objects.filter(posting=posting, state=State.INTERVIEWED)
    return {file.dossier_code: f"Un parcours solide ({file.dossier_code})." for file in files}


def closed(count: int = 4, marking: Marking = evaluations.good) -> Deliberation:
    """The deliberation closed, its minutes drawn up, nobody's signature on them yet."""
    posting = in_session(count, marking)
    return deliberation.close(
        posting=posting,
        outcome="Le jury a débattu et conclut à l'unanimité.",
        appreciations=appreciations(posting),
        by=cast.juror(1),
    )


def signed(session: Deliberation) -> Deliberation:
    """Everyone who was present has signed the minutes."""
    for member in session.present.select_related("user"):
        session = signatures.sign(deliberation=session, read=True, by=member.user, proof=Proof(member.user))
    return session


def prepared(posting: Posting) -> Posting:
    """HR has prepared the decision, in the jury's order."""
    preparation.prepare(posting=posting, choices=in_jury_order(posting), by=cast.other_hr())
    return posting


def deliberated(count: int = 4, marking: Marking = evaluations.good) -> Deliberation:
    """The deliberation closed, its minutes signed, the decision prepared: the authority's turn."""
    session = signed(closed(count, marking))
    prepared(session.posting)
    return session


def _choice(code: str, outcome: str, rank: int | None) -> Choice:
    return Choice(code, outcome, f"Motifs pour le dossier {code}.", rank)


def in_jury_order(posting: Posting) -> list[Choice]:
    """The first retained, the second and third on the complementary list, the others not retained."""
    outcomes = [("retained", None), ("reserve", 1), ("reserve", 2)]
    codes = [file.dossier_code for file in decisions.undecided(posting)]
    return [
        _choice(code, *(outcomes[n] if n < len(outcomes) else ("not_retained", None))) for n, code in enumerate(codes)
    ]


def decided(count: int = 4) -> Ruling:
    """The authority followed the jury."""
    posting = deliberated(count).posting
    return decisions.decide(posting=posting, choices=in_jury_order(posting), by=cast.authority())


def notified(count: int = 4) -> Ruling:
    """The authority followed the jury, and every letter has left."""
    ruling = decided(count)
    decisions.approve_letters(posting=ruling.posting, by=cast.hr())
    clock.move_by(timedelta(minutes=ruling.posting.hold_minutes + 1), by="test")
    outbox.release_due()
    delivery.deliver_due()
    return ruling


def by_candidate(sheet: ScoreSheet, place: int) -> Decimal:
    """Distinct marks: the first candidate the best."""
    return Decimal("17") - Decimal(sheet.application.candidate.pk % 7) / 2
