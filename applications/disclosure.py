"""What a person may know of what is held about them, in plain JSON: their right of access under loi 09-08.

Everything that they gave, did and were sent is theirs at any time. What the institution found about their file is theirs
once the decision's letter is; until then it would tell how far the file has got. Two things are never here: what referees
said in confidence, and slips on equality, which no file leads to.
"""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.module_loading import import_string

from accounts.models import Role, Session, User
from accounts.passkeys import name_of, passkeys_of
from applications.drafts import CAREER_FIELDS, IDENTITY_FIELDS
from applications.models import Accommodation, Application, Document, Screening, Shown, Viewing
from applications.states import SCREENED, State, shown_to_candidate
from journal.models import Entry
from notices.kinds import LABELS
from notices.models import Notice, NoticeState
from notices.outbox import visible_to

#: Moves that a candidate makes or is told of at once; the others are told by the decision's letter.
OPEN_MOVES = (State.SUBMITTED, State.WITHDRAWN, State.LAPSED)
#: What the system and HR write on a file, and its candidate is told of at once.
OPEN_KINDS = (
    "application.lapsed",
    "piece.requested",
    "accommodation.answered",
    "objection.answered",
    "data.erasure_answered",
    "sitting.timed_out",
    "sitting.transcribed",
    "sitting.missed",
)


def letter_released(application: Application) -> bool:
    """Whether the candidate may read the decision's letter."""
    return visible_to(application.candidate).filter(kind="decision", subject=application.subject).exists()


def account(user: User) -> dict[str, Any]:
    """The account, with its keys and open sessions."""
    sessions = Session.objects.filter(user=user).order_by("signed_in_at")
    return {
        "identifiant": str(user.public_id),
        "adresse": user.email,
        "nom": user.full_name,
        "ouvert_le": user.date_joined,
        "derniere_connexion": user.last_login,
        "sessions": _rows(sessions, ("device", "signed_in_at", "seen_at")),
        "cles_d_acces": [{"nom": name_of(key), "ajoutee_le": key.created_at} for key in passkeys_of(user)],
        "messages": _messages(Notice.objects.filter(recipient=user, subject="")),
    }


def file(application: Application) -> dict[str, Any]:
    """One file, as its candidate may know it."""
    released = letter_released(application)
    state = shown_to_candidate(application.state, letter_released=released)
    return {
        "dossier": application.dossier_code,
        "poste": application.posting.title,
        "etat": str(state.label),
        "ouvert_le": application.created_at,
        "enregistre_le": application.saved_at,
        "depose_le": application.submitted_at,
        "empreinte_du_manifeste": application.manifest_sha256,
        **_given(application),
        **_exchanged(application),
        **_told_above(application),
        "historique": _moves(application, released=released),
        "tentatives_tardives": _rows(application.late_attempts.all(), ("at", "closes_at")),
        "messages": _messages(Notice.objects.filter(recipient=application.candidate, subject=application.subject)),
        **({"recevabilite": _screening(application), "consultations": _viewings(application)} if released else {}),
    }


def _given(application: Application) -> dict[str, Any]:
    """What the candidate typed and sent."""
    answers = application.answers.select_related("question").order_by("question__position")
    return {
        "identite": {name: getattr(application, name) for name in IDENTITY_FIELDS},
        "parcours": {name: getattr(application, name) for name in CAREER_FIELDS},
        "postes": _rows(application.career.all(), ("title", "employer", "started", "ended", "duties")),
        "referents": _rows(
            application.referees.all(), ("name", "title", "organisation", "relationship", "email", "phone")
        ),
        "reponses": [{"question": answer.question.text, "reponse": answer.text} for answer in answers],
        "declaration": {"sur_l_honneur": application.sworn, "information_lue": application.consented},
        "pieces": [_document(document) for document in application.documents.select_related("requirement")],
    }


def _document(document: Document) -> dict[str, Any]:
    told = {"piece": document.requirement.label}
    return told | _row(document, ("name", "size", "pages", "sha256", "uploaded_at"))


def _exchanged(application: Application) -> dict[str, Any]:
    """What passed between the candidate and HR since the file was submitted."""
    requests = application.piece_requests.select_related("requirement")
    asked, answered = ("message", "asked_at", "due_at", "answered_at"), ("asked_at", "answer", "answered_at")
    return {
        "pieces_demandees": [{"piece": row.requirement.label} | _row(row, asked) for row in requests],
        "corrections": _rows(application.contact_corrections.all(), ("previous", "current", "at")),
        "amenagement": _rows(Accommodation.objects.filter(application=application), ("needs", *answered)),
        "recours": _rows(application.objections.all(), ("grounds", "lodged_at", "outcome", "answer", "answered_at")),
        "demandes_d_effacement": _rows(application.erasure_requests.all(), ("message", *answered)),
    }


def _told_above(application: Application) -> dict[str, Any]:
    """What the rooms above keep of the candidate's own words; the wiring (``settings``) names who tells it."""
    told: dict[str, Any] = {}
    for name in settings.PMP_DISCLOSED_ABOVE:
        told |= import_string(name)(application)
    return told


def _moves(application: Application, *, released: bool) -> list[dict[str, Any]]:
    # An examination begun again leads back to « submitted », which would tell that there had been one.
    known = application.moves.filter(to_state__in=OPEN_MOVES).exclude(from_state__in=SCREENED)
    moves = application.moves.all() if released else known
    return [{"etat": str(State(move.to_state).label), "le": move.at} for move in moves]


def _screening(application: Application) -> list[dict[str, Any]]:
    return _rows(Screening.objects.filter(application=application), ("admitted", "ground", "reason", "at"))


def _viewings(application: Application) -> list[dict[str, Any]]:
    """How often the file was opened, by which part and on how many days: no name, as on the rest of the copy."""
    rows = Viewing.objects.filter(application=application).order_by("role", "shown").values("role", "shown")
    counted = rows.annotate(times=Count("pk"), days=Count("day", distinct=True))
    return [
        {
            "par": str(Role(row["role"]).label),
            "vu": str(Shown(row["shown"]).label),
            "fois": row["times"],
            "jours": row["days"],
        }
        for row in counted
    ]


def _messages(notices: QuerySet[Notice]) -> list[dict[str, Any]]:
    """What was sent to them: a message that has not left yet, or is held back, tells nothing."""
    sent = notices.filter(state=NoticeState.SENT).order_by("sent_at")
    return [{"objet": str(LABELS[row.kind]), "adresse": row.address, "envoye_le": row.sent_at} for row in sent]


def entries(application: Application) -> QuerySet[Entry]:
    """The entries of the register about the file that are its candidate's to know, with their proofs."""
    known = Q(actor=application.candidate.actor) | Q(kind__in=OPEN_KINDS)
    if letter_released(application):
        known |= Q(kind__startswith="application.") | Q(kind__startswith="interview.") | Q(kind="file.viewed")
    return Entry.objects.filter(known, subject=application.subject).order_by("pk")


def account_entries(user: User) -> QuerySet[Entry]:
    """The entries of the register about the account."""
    return Entry.objects.filter(subject=user.actor).order_by("pk")


def _row(row: Any, fields: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in fields}


def _rows(rows: Iterable[Any], fields: Iterable[str]) -> list[dict[str, Any]]:
    return [_row(row, fields) for row in rows]
