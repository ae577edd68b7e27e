"""One campaign with something at every address, and a browser for each kind of person."""

from dataclasses import dataclass
from datetime import timedelta

from allauth.mfa.models import Authenticator
from django.test import Client

from applications import incidents
from applications.models import (
    Accommodation,
    Application,
    Document,
    ErasureRequest,
    Incident,
    LateAttempt,
    Objection,
    PieceRequest,
    PurgeCertificate,
    Referee,
    Upload,
)
from evaluations import purging
from evaluations.models import Exercise, Interview, OrderVote, PanelMember, Sitting
from journal import checkpoint, clock
from journal.models import Checkpoint
from notices import tasks
from notices.models import Notice
from postings.models import Posting
from rehearsal import mail
from tests import cast
from tests.factories import late_stages


@dataclass(frozen=True)
class Scene:
    """What the addresses name. ``application`` is the owner's; the stranger is a candidate with none."""

    posting: Posting
    application: Application
    document: Document
    upload: Upload
    late_attempt: LateAttempt
    piece_request: PieceRequest
    accommodation: Accommodation
    objection: Objection
    passkey: Authenticator
    interview: Interview
    incident: Incident
    certificate: PurgeCertificate
    sitting: Sitting
    referee: Referee
    member: PanelMember
    reference_token: str
    letter: Notice
    mail: str
    checkpoint: Checkpoint
    browsers: dict[str, Client]


def _browsers(posting: Posting) -> dict[str, Client]:
    people = {
        "owner": cast.candidate(1),
        "stranger": cast.candidate(9),
        "chair": cast.juror(1),
        "juror": cast.juror(2),
        "unseated": cast.juror(7),
        "hr": cast.hr(),
        "authority": cast.authority(),
        "auditor": cast.auditor(),
        "administrator": cast.administrator(),
    }
    browsers = {"anonymous": Client(), **{name: cast.signed_in(user) for name, user in people.items()}}
    for browser in browsers.values():
        browser.raise_request_exception = False
    return browsers


def _late_attempt(application: Application) -> LateAttempt:
    closes_at = application.posting.closes_at
    return LateAttempt.objects.create(application=application, at=closes_at, closes_at=closes_at)


def _piece_request(application: Application) -> PieceRequest:
    """Awaited still."""
    now, requirement = clock.now(), application.posting.requirements.get(code="diplomes")
    return PieceRequest.objects.create(
        application=application,
        requirement=requirement,
        message="Une copie lisible, s’il vous plaît.",
        by=cast.hr(),
        asked_at=now,
        due_at=now + timedelta(days=5),
    )


def _sitting(application: Application) -> Sitting:
    """Handed in, of an exercise that is over."""
    posting, now = application.posting, clock.now()
    opened = {"sealed": "…", "commitment": "ab", "salt": "cd", "sealed_at": now, "opened_at": now, "opens_at": now}
    exercise = Exercise.objects.create(
        posting=posting, title="Note", instructions="…", minutes=180, opening="together", prepared_at=now, **opened
    )
    ended = {"started_at": now, "ended_at": now, "ending": "handed_in", "text": "Ma copie."}
    return Sitting.objects.create(
        exercise=exercise, application=application, invited_at=now, due_at=now + timedelta(hours=3), **ended
    )


def _passkey(application: Application) -> Authenticator:
    """The owner's, who has also asked for the file to be erased."""
    ErasureRequest.objects.create(application=application, asked_at=clock.now())
    data = {"name": "Mon téléphone", "credential": {}}
    return Authenticator.objects.create(user=application.candidate, type=Authenticator.Type.WEBAUTHN, data=data)


def _incident(posting: Posting) -> Incident:
    words = {"what": "Le site n’a pas répondu.", "affected": "Personne.", "done": "Redémarré."}
    return incidents.record(posting=posting, began_at=clock.now(), by=cast.hr(), **words)


def _certificate() -> PurgeCertificate:
    """Of one account: nothing else is due."""
    certificate = purging.purge_due(accounts=1)
    assert certificate is not None
    return certificate


def _upload(application: Application) -> Upload:
    """Left on its way when the file was submitted."""
    now, requirement = clock.real(), application.posting.requirements.get(code="diplomes")
    row = {"application": application, "requirement": requirement, "name": "diplome.pdf", "size": 10}
    return Upload.objects.create(**row, started_at=now, touched_at=now)


def _vote(posting: Posting) -> None:
    """Held, and closed."""
    place = posting.deliberation.ranking.all()[1]
    now = clock.now()
    OrderVote.objects.create(
        deliberation=posting.deliberation, application=place.application, from_rank=2, to_rank=1, motive="Le parcours.",
        secret=False, opened_at=now, opened_by=cast.juror(1), closed_at=now, accepted=False, counts={"for": 1},
    )  # fmt: skip


def _receipt_mail() -> str:
    """The name of a message that carries a letter."""
    return next(heading.name for heading in mail.newest_first() if heading.notice and heading.notice.kind == "receipt")


def set_scene() -> Scene:
    """The real posting, deliberated on; its mails sent."""
    ruling = late_stages.decided(3)
    posting = ruling.posting
    _vote(posting)
    application = Application.objects.get(posting=posting, candidate=cast.candidate(1))
    request = Notice.objects.filter(kind="reference_request").order_by("pk").first()
    assert request is not None
    token = late_stages.link_of(request).rstrip("/").rsplit("/", 1)[1]
    tasks.deliver_due()
    sealed = checkpoint.seal()
    assert sealed is not None
    interview = posting.interviews.first()
    assert interview is not None
    return Scene(
        posting=posting,
        application=application,
        document=application.documents.first(),
        upload=_upload(application),
        late_attempt=_late_attempt(application),
        piece_request=_piece_request(application),
        accommodation=Accommodation.objects.create(
            application=application, needs="Un accès sans escalier.", asked_at=clock.now()
        ),
        objection=Objection.objects.create(
            application=application, grounds="Je conteste ma note.", lodged_at=clock.now()
        ),
        passkey=_passkey(application),
        interview=interview,
        incident=_incident(posting),
        certificate=_certificate(),
        sitting=_sitting(application),
        referee=application.referees.first(),
        member=PanelMember.objects.get(panel__posting=posting, user=cast.juror(2)),
        reference_token=token,
        letter=Notice.objects.get(kind="receipt", recipient=application.candidate),
        mail=_receipt_mail(),
        checkpoint=sealed,
        browsers=_browsers(posting),
    )
