"""One campaign with something at every address, and a browser for each kind of person."""

from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.test import Client

from applications import incidents, viewing
from applications.models import (
    Accommodation,
    Application,
    BulkRun,
    Document,
    ErasureRequest,
    Incident,
    LateAttempt,
    Objection,
    PieceRequest,
    PurgeCertificate,
    Referee,
    RefusalProposal,
    SavedFilter,
    Upload,
    Viewing,
)
from evaluations import purging
from evaluations.models import (
    CampaignArchive,
    Exercise,
    FinalReport,
    Interview,
    OrderVote,
    PanelMember,
    ReferencesConclusion,
    ReferencesOutcome,
    Renunciation,
    Sitting,
    Succession,
)
from journal import checkpoint, clock
from journal.models import Checkpoint
from notices import tasks
from notices.bounces import receive
from notices.models import Notice
from postings.models import Posting
from rehearsal import mail
from tests import cast
from tests.factories import late_stages, lists


@dataclass(frozen=True)
class Scene:
    """What the addresses name. ``application`` is the owner's; the stranger is a candidate with none."""

    posting: Posting
    application: Application
    document: Document
    upload: Upload
    late_attempt: LateAttempt
    piece_request: PieceRequest
    proposal: RefusalProposal
    saved_filter: SavedFilter
    bulk_run: BulkRun
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
    conclusion: ReferencesConclusion
    succession: Succession
    viewing: Viewing
    letter: Notice
    mail: str
    checkpoint: Checkpoint
    archive: CampaignArchive
    browsers: dict[str, Client]


def _browsers(posting: Posting) -> dict[str, Client]:
    people = {
        "owner": cast.candidate(1),
        "stranger": cast.candidate(9),
        "chair": cast.juror(1),
        "juror": cast.juror(2),
        "unseated": cast.juror(7),
        "hr": cast.hr(),
        "officer": cast.officer(),
        "secretary": cast.secretary(),
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


def _conclusion(application: Application) -> ReferencesConclusion:
    return ReferencesConclusion.objects.create(
        application=application,
        outcome=ReferencesOutcome.values[0],
        summary="Rien à signaler.",
        by=cast.hr(),
        at=clock.now(),
    )


def _succession(posting: Posting) -> Succession:
    """Between two others than the owner."""
    renounced, called = Application.objects.filter(
        posting=posting, candidate__in=[cast.candidate(2), cast.candidate(3)]
    )
    Renunciation.objects.create(application=renounced, words="Un autre poste.", by=cast.hr(), at=clock.now())
    row = {"ruling": posting.ruling, "renounced": renounced, "called": called, "rank": 1}
    return Succession.objects.create(**row, by=cast.authority(), at=clock.now())


def _viewing(application: Application) -> Viewing:
    """The auditor's own."""
    viewing.record_viewing(application=application, by=cast.auditor())
    return Viewing.objects.get(viewer=cast.auditor())


def _papers(posting: Posting) -> CampaignArchive:
    """The report as it was issued, and an archive that is there to be taken."""
    content = ContentFile(b"%PDF-1.7")
    digest = sha256(b"%PDF-1.7").hexdigest()
    report = FinalReport(posting=posting, record={}, by=cast.hr(), at=clock.now(), sha256=digest)
    report.file.save("report.pdf", content, save=True)
    archive = CampaignArchive(posting=posting, asked_at=clock.now(), finished_at=clock.now(), sha256=digest, size=8)
    archive.file.save("archive.zip", content, save=True)
    return archive


def _receipt_mail() -> str:
    """The name of a message that carries a letter."""
    return next(heading.name for heading in mail.newest_first() if heading.notice and heading.notice.kind == "receipt")


def _reference_token() -> str:
    """What the first referee's link ends with; before the mail that carries it has left."""
    request = Notice.objects.filter(kind="reference_request").order_by("pk").first()
    assert request is not None
    return late_stages.link_of(request).rstrip("/").rsplit("/", 1)[1]


def set_scene() -> Scene:
    """The real posting, deliberated on; its mails sent."""
    ruling = late_stages.decided(3)
    posting = ruling.posting
    _vote(posting)
    application = Application.objects.get(posting=posting, candidate=cast.candidate(1))
    token = _reference_token()
    tasks.deliver_due()
    receive(raw=b"Subject: En vacances\n\nDe retour lundi.", source="file")
    lists.shown(posting, "interview")
    sealed = checkpoint.seal()
    assert sealed is not None
    return Scene(
        posting=posting,
        application=application,
        document=application.documents.first(),
        upload=_upload(application),
        late_attempt=_late_attempt(application),
        piece_request=_piece_request(application),
        proposal=RefusalProposal.objects.create(
            application=application, ground="other", reason="Sans suite.", by=cast.officer(), at=clock.now()
        ),
        saved_filter=SavedFilter.objects.create(
            owner=cast.hr(), name="À voir", query="state__exact=submitted", shared=True, saved_at=clock.real()
        ),
        bulk_run=BulkRun.objects.create(posting=posting, act="admit", by=cast.hr(), prepared_at=clock.real()),
        accommodation=Accommodation.objects.create(
            application=application, needs="Un accès sans escalier.", asked_at=clock.now()
        ),
        objection=Objection.objects.create(
            application=application, grounds="Je conteste ma note.", lodged_at=clock.now()
        ),
        passkey=_passkey(application),
        interview=posting.interviews.earliest("pk"),
        incident=_incident(posting),
        certificate=_certificate(),
        sitting=_sitting(application),
        referee=application.referees.first(),
        member=PanelMember.objects.get(panel__posting=posting, user=cast.juror(2)),
        reference_token=token,
        conclusion=_conclusion(application),
        succession=_succession(posting),
        viewing=_viewing(application),
        letter=Notice.objects.get(kind="receipt", recipient=application.candidate),
        mail=_receipt_mail(),
        checkpoint=sealed,
        archive=_papers(posting),
        browsers=_browsers(posting),
    )
