"""Who may pass at each address. An address without its line here fails a test: denied until somebody says who."""

from collections.abc import Callable
from typing import Any

from accounts.sessions import list_sessions
from applications.models import ErasureRequest
from evaluations.models import (
    DecisionDraft,
    Deliberation,
    MinutesSignature,
    OrderVote,
    Publication,
    ReferenceRequest,
    ReferenceVerification,
    Ruling,
    ScoreSheet,
)
from journal.addresses import check_of
from journal.models import Entry
from notices.models import Bounce
from tests.access.people import (
    ACCOUNTS,
    ANY_JUROR,
    ANYONE,
    AUDITOR,
    AUTHORITY,
    CANDIDATES,
    CHAIR,
    HR,
    JURORS,
    JURY_DESK,
    NOBODY,
    OWNER,
    READERS,
    SECOND_FACTOR,
    SECRETARY,
    SIGNED_IN,
    STAFF,
    Line,
)
from tests.access.scene import Scene


def _posting(scene: Scene) -> dict[str, Any]:
    return {"slug": scene.posting.slug}


def _text(scene: Scene) -> dict[str, Any]:
    return _posting(scene) | {"text": "decision.retained"}


def _file(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.application.pk}


def _proposal(scene: Scene) -> dict[str, Any]:
    return {"pk": scene.proposal.pk}


def _document(scene: Scene) -> dict[str, Any]:
    return {"public_id": scene.document.public_id}


def _file_document(scene: Scene) -> dict[str, Any]:
    return _file(scene) | _document(scene)


def _interview(scene: Scene) -> dict[str, Any]:
    return _posting(scene) | {"public_id": scene.interview.public_id}


def _referee(scene: Scene) -> dict[str, Any]:
    return _posting(scene) | {"pk": scene.referee.pk}


def _dossier(scene: Scene) -> dict[str, Any]:
    return _posting(scene) | {"dossier": scene.application.dossier_code}


def _vote(scene: Scene) -> dict[str, Any]:
    return _posting(scene) | {"pk": OrderVote.objects.get().pk}


def _sheet(scene: Scene) -> dict[str, Any]:
    return {"code": scene.application.dossier_code, "stage": "interview"}


def _dossier_code(scene: Scene) -> dict[str, Any]:
    return {"code": scene.application.dossier_code}


def _its_member(scene: Scene) -> dict[str, Any]:
    return {"member": scene.member.user.public_id}


def _entry(scene: Scene) -> dict[str, Any]:
    submitted = Entry.objects.get(kind="application.submitted", subject=scene.application.subject)
    return {"pk": submitted.pk, "check": check_of(submitted)}


def _session(scene: Scene) -> dict[str, Any]:
    """The owner's own, which is nobody else's to end."""
    key = scene.browsers["owner"].session.session_key
    found = list_sessions(user=scene.application.candidate, current=key)
    return {"mark": found[0].mark if found else "ended"}


def _mail(scene: Scene) -> dict[str, Any]:
    return {"name": scene.mail}


def _list(scene: Scene) -> dict[str, Any]:
    return _posting(scene) | {"stage": "interview"}


def _publication(scene: Scene) -> dict[str, Any]:
    return _posting(scene) | {"pk": Publication.objects.get(stage="interview").pk}


PUBLIC = {
    "postings:home": Line(ANYONE),
    "postings:detail": Line(ANYONE, _posting),
    "postings:notice_text": Line(ANYONE, _posting),
    "postings:deadline_ics": Line(ANYONE, _posting),
    "postings:hour": Line(ANYONE, _posting),
    "postings:privacy": Line(ANYONE),
    "postings:robots": Line(ANYONE),
    "lists:lists": Line(ANYONE, _posting),
    "lists:list": Line(ANYONE, _list),
    "lists:version": Line(ANYONE, lambda scene: _list(scene) | {"number": 1}),
    "lists:text": Line(ANYONE, _list),
    "lists:pdf": Line(ANYONE, _list),
    "journal:home": Line(ANYONE),
    "journal:latest": Line(ANYONE),
    "journal:checkpoint": Line(ANYONE, lambda scene: {"size": scene.checkpoint.size}),
    "journal:consistency": Line(ANYONE, lambda scene: {"old": scene.checkpoint.size, "new": scene.checkpoint.size}),
    "journal:key": Line(ANYONE),
    "journal:verify": Line(ANYONE),
    "journal:entry": Line(ANYONE, _entry),
    "verification:document": Line(ANYONE),
    "healthz": Line(ANYONE),
    "readyz": Line(ANYONE),
    "metrics": Line(ANYONE),  # at the machine itself, as the tests' browsers are; tests/pmp_recruit/test_metrics.py
}

SIGN_IN = {
    "account_request_login_code": Line(ANYONE),
    "account_confirm_login_code": Line(ANYONE),
    "account_login": Line(ANYONE),
    "account_inactive": Line(ANYONE),
    "account_logout": Line(ANYONE),
    "passkey_login": Line(ANYONE),
    "accounts:home": Line(SIGNED_IN),
    "accounts:account": Line(SIGNED_IN),
    "accounts:unsent": Line(SECOND_FACTOR),
    "accounts:end_others": Line(SIGNED_IN, method="POST"),
    "accounts:end_session": Line(OWNER, _session, "POST"),
    "accounts:passkey_add": Line(SIGNED_IN),
    "accounts:passkey_rename": Line(OWNER, lambda scene: {"pk": scene.passkey.pk}),
    "accounts:passkey_remove": Line(OWNER, lambda scene: {"pk": scene.passkey.pk}, "POST"),
    "accounts:second_factor": Line(SECOND_FACTOR),
    "accounts:second_factor_add": Line(SECOND_FACTOR),
    "accounts:second_factor_remove": Line(SECOND_FACTOR, method="POST"),
    "accounts:recovery_codes": Line(SECOND_FACTOR),
    "address:change": Line(SIGNED_IN),
    "address:codes": Line(SIGNED_IN),
}

#: The file of one candidate: to every other person, it doesn't exist.
CANDIDATURE = {
    "applications:mine": Line(CANDIDATES),
    "applications:own_data": Line(CANDIDATES),
    "applications:export": Line(CANDIDATES, method="POST"),
    "applications:close_account": Line(CANDIDATES),
    "applications:equality_results": Line(AUDITOR, _posting),
    "applications:start": Line(CANDIDATES, _posting, "POST"),
    "applications:overview": Line(CANDIDATES, _posting),
    **{
        f"applications:{name}": Line(OWNER, _posting)
        for name in (
            "identity", "career", "documents", "referees", "answers", "declaration", "review", "receipt", "receipt_pdf",
            "proof", "manifest", "withdraw", "follow", "contact", "accommodation", "objection",
            "erase", "equality",
        )
    },
    **{f"evaluations:{name}": Line(OWNER, _posting) for name in ("my_exercise", "hand_in")},
    **{f"evaluations:{name}": Line(OWNER, _posting, "POST") for name in ("begin_exercise", "save_exercise")},
    "evaluations:my_interview": Line(OWNER, _posting),
    "evaluations:my_interview_ics": Line(OWNER, _posting),
    "applications:piece": Line(OWNER, lambda scene: _posting(scene) | {"public_id": scene.piece_request.public_id}),
    "applications:document": Line(OWNER, _document),
    "applications:document_view": Line(OWNER, _document),
    "applications:document_preview": Line(OWNER, _document),
    "applications:document_remove": Line(OWNER, _document, "POST"),
    "applications:uploads": Line(OWNER, _posting, "POST"),
    "applications:upload": Line(OWNER, lambda scene: {"public_id": scene.upload.public_id}),
    "notices:bounce": Line(NOBODY, method="POST"),  # a relay, by its secret
    "notices:letter": Line(OWNER, lambda scene: {"public_id": scene.letter.public_id}),
}  # fmt: skip

JURY = {
    "evaluations:jury": Line(ANY_JUROR),
    "evaluations:presiding": Line(CHAIR, _posting),
    "evaluations:measures": Line(CHAIR | AUDITOR, _posting),
    "evaluations:third": Line(CHAIR, _dossier_code, "POST"),
    **{f"evaluations:{name}": Line(JURORS, _sheet) for name in ("sheet", "declare", "seal", "file")},
    "evaluations:agenda": Line(JURORS, _posting),
    "evaluations:agenda_ics": Line(JURORS, _posting),
    "evaluations:going": Line(JURORS, _sheet),
    "evaluations:save": Line(JURORS, _sheet, "POST"),
    **{f"evaluations:{name}": Line(CHAIR, _sheet, "POST", _its_member) for name in ("reassign", "reopen", "excuse")},
    "evaluations:reference_summary": Line(JURORS, lambda scene: {"code": scene.application.dossier_code}),
    "evaluations:close_interview": Line(CHAIR, _sheet, "POST"),
    "evaluations:document": Line(
        JURORS, lambda scene: {"code": scene.application.dossier_code, "public_id": scene.document.public_id}
    ),
}

EVALUATION = {
    "evaluations:secretariat": Line(SECRETARY),
    "evaluations:campaign": Line(JURY_DESK, _posting),
    "evaluations:compose": Line(JURY_DESK, _posting),
    "evaluations:replace_member": Line(JURY_DESK | CHAIR, _posting),
    "evaluations:assign": Line(JURY_DESK, _posting, "POST"),
    "evaluations:close_skills": Line(HR | CHAIR, _posting, "POST"),
    "evaluations:exercise": Line(JURY_DESK, _posting),
    "evaluations:exercise_act": Line(JURY_DESK, lambda scene: _posting(scene) | {"act": "sceller"}, "POST"),
    "evaluations:exercise_sitting": Line(HR, _dossier),
    "evaluations:exercise_hour": Line(ANYONE, lambda scene: {"until": 1_760_000_000_000}),
    "evaluations:opened_subject": Line(ANYONE, _posting),
    "evaluations:ask_all_references": Line(HR, _posting, "POST"),
    "evaluations:references": Line(HR, _posting),
    "evaluations:interviews": Line(JURY_DESK, _posting),
    "evaluations:draw_interviews": Line(JURY_DESK, _posting, "POST"),
    "evaluations:choice": Line(JURY_DESK, _posting, "POST"),
    "evaluations:interview": Line(JURY_DESK, _interview),
    "evaluations:absence": Line(JURY_DESK | CHAIR, _interview, "POST"),
    "evaluations:remove_slot": Line(JURY_DESK, _interview, "POST"),
    "evaluations:verify_reference": Line(HR, _referee),
    "evaluations:ask_reference": Line(HR, _referee),
    "evaluations:conclude_references": Line(HR, _dossier),
    "evaluations:ask_references": Line(HR, _dossier, "POST"),
    "evaluations:approve_letters": Line(HR, _posting),
    "evaluations:post": Line(HR, _posting),
    "evaluations:post_letter": Line(HR, lambda scene: _posting(scene) | {"pk": scene.letter.pk}),
    "evaluations:texts": Line(HR, _posting),
    "evaluations:text": Line(HR, _text),
    "evaluations:choose_text": Line(HR, lambda scene: _text(scene) | {"number": 0}, "POST"),
    "evaluations:preview_text": Line(HR, lambda scene: _text(scene) | {"number": 0}),
    "evaluations:preview_text_letter": Line(HR, lambda scene: _text(scene) | {"number": 0}),
    "evaluations:reference": Line(ANYONE, lambda scene: {"token": scene.reference_token}),
    "evaluations:reference_done": Line(ANYONE),
    "evaluations:deliberation": Line(CHAIR, _posting),
    "evaluations:close_deliberation": Line(CHAIR, _posting, "POST"),
    "evaluations:minutes": Line(JURORS | READERS | AUTHORITY | SECRETARY, _posting),
    "evaluations:act_of_decision": Line(READERS | AUTHORITY, _posting),
    "evaluations:minutes_body": Line(JURORS | READERS | AUTHORITY | SECRETARY, _posting),
    "evaluations:sitting": Line(JURORS, _posting),
    "evaluations:sign": Line(JURORS, _posting, "POST"),
    "evaluations:cast_vote": Line(JURORS, _vote, "POST", lambda scene: {"voice": "for"}),
    "evaluations:close_vote": Line(CHAIR, _vote, "POST"),
    **{f"evaluations:{name}": Line(CHAIR, _dossier, "POST") for name in ("debate", "open_vote")},
    "evaluations:figures": Line(READERS | AUTHORITY, _posting),
    "evaluations:publications": Line(READERS, _posting),
    "evaluations:confirm_list": Line(HR, _publication, "POST"),
    "evaluations:withdraw_list": Line(HR, _publication, "POST", lambda scene: {"reason": "Une erreur de liste."}),
    "evaluations:prepare": Line(HR, _posting),
    "evaluations:succession": Line(HR | AUTHORITY, _posting),
    "evaluations:renunciation": Line(HR, _dossier, "POST"),
    "evaluations:call_next": Line(AUTHORITY, _posting, "POST"),
    "evaluations:renounce": Line(OWNER, _posting),
    "evaluations:authority": Line(AUTHORITY),
    "evaluations:decide": Line(AUTHORITY, _posting),
}

PAPERS = {
    **{f"evaluations:{name}": Line(READERS | AUTHORITY, _posting) for name in ("papers", "report")},
    "evaluations:report_preview": Line(HR, _posting),
    "evaluations:issue_report": Line(HR, _posting, "POST"),
    "evaluations:ask_archive": Line(HR, _posting, "POST"),
    "evaluations:archive": Line(READERS, lambda scene: _posting(scene) | {"pk": scene.archive.pk}),
    "evaluations:export": Line(READERS, lambda scene: _posting(scene) | {"name": "resultats", "form": "csv"}),
    "evaluations:export_shown": Line(READERS, lambda scene: {"name": "dossiers", "form": "csv"}),
    "evaluations:documents_zip": Line(READERS, data=lambda scene: {"dossier": scene.application.dossier_code}),
}

REHEARSAL = {
    "rehearsal:home": Line(ANYONE),
    "rehearsal:clock": Line(HR, method="POST"),
    "rehearsal:play": Line(ANYONE, method="POST", data=lambda scene: {"part": "rh"}),
    "rehearsal:mailbox": Line(ANYONE),
    "rehearsal:message": Line(ANYONE, _mail),
    "rehearsal:message_html": Line(ANYONE, _mail),
    "rehearsal:enclosure": Line(ANYONE, lambda scene: {"name": scene.mail, "number": 1}),
}


def _admin_of(model: str, readers: frozenset[str], instance: Callable[[Scene], Any]) -> dict[str, Line]:
    """The five addresses of a model in the admin: read by some, added and deleted by nobody."""

    def row(scene: Scene) -> dict[str, Any]:
        return {"object_id": instance(scene).pk}

    return {
        f"admin:{model}_changelist": Line(readers),
        f"admin:{model}_change": Line(readers, row),
        f"admin:{model}_history": Line(readers, row),
        f"admin:{model}_add": Line(NOBODY),
        f"admin:{model}_delete": Line(NOBODY, row),
    }


ADMIN = {
    "admin:index": Line(STAFF),
    "admin:login": Line(NOBODY),  # the one way in is by code
    "admin:logout": Line(ANYONE, method="POST"),
    "admin:jsi18n": Line(STAFF),
    "admin:condition": Line(AUDITOR | ACCOUNTS),
    "admin:autocomplete": Line(NOBODY),
    "admin:view_on_site": Line(NOBODY, lambda scene: {"content_type_id": 999, "object_id": 1}),
    "admin:app_list": Line(STAFF, lambda scene: {"app_label": "postings"}),
    **_admin_of("postings_posting", STAFF, lambda scene: scene.posting),
    "admin:postings_posting_copy": Line(HR, _posting),
    "admin:postings_posting_edit": Line(HR, _posting),
    "admin:postings_posting_publish": Line(HR, _posting, "POST"),
    **_admin_of("applications_application", READERS, lambda scene: scene.application),
    **_admin_of("applications_lateattempt", READERS, lambda scene: scene.late_attempt),
    **_admin_of("applications_piecerequest", READERS, lambda scene: scene.piece_request),
    **_admin_of("applications_accommodation", HR, lambda scene: scene.accommodation),  # it may tell of their health
    **_admin_of("applications_objection", READERS, lambda scene: scene.objection),
    **_admin_of("applications_incident", READERS, lambda scene: scene.incident),
    **_admin_of("applications_purgecertificate", STAFF, lambda scene: scene.certificate),
    "admin:applications_purgecertificate_file": Line(STAFF, lambda scene: {"pk": scene.certificate.pk}),
    "admin:applications_incident_record": Line(HR, _posting),
    "admin:applications_incident_correct": Line(HR, lambda scene: {"pk": scene.incident.pk}),
    "admin:applications_application_ask_piece": Line(HR, _file),
    "admin:applications_piecerequest_settle": Line(HR, lambda scene: {"pk": scene.piece_request.pk}, "POST"),
    **_admin_of("applications_erasurerequest", READERS, lambda scene: ErasureRequest.objects.first()),
    **_admin_of("notices_notice", READERS, lambda scene: scene.letter),
    "admin:notices_notice_letter": Line(READERS, lambda scene: {"pk": scene.letter.pk}),
    "admin:notices_notice_act": Line(NOBODY, lambda scene: {"pk": scene.letter.pk}, "POST"),  # without an act's name
    **_admin_of("notices_bounce", READERS, lambda scene: Bounce.objects.first()),
    **_admin_of("accounts_user", ACCOUNTS, lambda scene: scene.application.candidate),
    "admin:accounts_user_add": Line(ACCOUNTS),
    "admin:accounts_user_second_factor_reset": Line(ACCOUNTS, lambda scene: {"pk": scene.member.user.pk}),
    **_admin_of("journal_entry", READERS, lambda scene: Entry.objects.first()),
    **_admin_of("journal_checkpoint", READERS, lambda scene: scene.checkpoint),
    **_admin_of("evaluations_panel", READERS, lambda scene: scene.member.panel),
    **_admin_of("evaluations_interview", READERS, lambda scene: scene.interview),
    **_admin_of("evaluations_referencerequest", READERS, lambda scene: ReferenceRequest.objects.first()),
    **_admin_of("evaluations_referenceverification", READERS, lambda scene: ReferenceVerification.objects.first()),
    **_admin_of("evaluations_deliberation", READERS, lambda scene: Deliberation.objects.first()),
    **_admin_of("evaluations_ruling", READERS, lambda scene: Ruling.objects.first()),
    **_admin_of("evaluations_scoresheet", AUDITOR, lambda scene: ScoreSheet.objects.first()),
    **_admin_of("evaluations_ordervote", AUDITOR, lambda scene: OrderVote.objects.get()),
    **_admin_of("evaluations_minutessignature", AUDITOR, lambda scene: MinutesSignature.objects.first()),
    **_admin_of("evaluations_decisiondraft", AUDITOR, lambda scene: DecisionDraft.objects.first()),
    **_admin_of("evaluations_referencesconclusion", AUDITOR, lambda scene: scene.conclusion),
    **_admin_of("evaluations_renunciation", AUDITOR, lambda scene: scene.succession.renounced.renunciation),
    **_admin_of("evaluations_succession", AUDITOR, lambda scene: scene.succession),
    **_admin_of("applications_viewing", AUDITOR, lambda scene: scene.viewing),
    "admin:applications_objection_assign": Line(HR, lambda scene: {"pk": scene.objection.pk}),
    "admin:applications_application_admit": Line(HR, _file, "POST"),
    "admin:applications_application_reopen": Line(HR, _file, "POST"),
    "admin:applications_application_check": Line(HR, _file, "POST"),
    "admin:applications_application_note": Line(HR, _file, "POST"),
    "admin:applications_application_assign": Line(HR, _file, "POST"),
    "admin:applications_refusalproposal_confirm": Line(HR, _proposal, "POST"),
    "admin:applications_refusalproposal_send_back": Line(HR, _proposal, "POST"),
    "admin:applications_savedfilter_save": Line(HR, method="POST"),
    "admin:applications_savedfilter_remove": Line(HR, lambda scene: {"pk": scene.saved_filter.pk}, "POST"),
    # Its own officer's: here the head's.
    "admin:applications_bulkrun": Line(HR, lambda scene: {"public_id": scene.bulk_run.public_id}, head_only=True),
    "admin:applications_application_refuse": Line(
        HR, _file, "POST", lambda scene: {"ground": "incomplete", "reason": "La pièce d'identité manque au dossier."}
    ),
    "admin:applications_application_document": Line(READERS, _file_document),
    "admin:applications_application_extend": Line(HR, _posting, head_only=True),
    "admin:applications_application_cancel": Line(HR, _posting, head_only=True),
}

TABLE: dict[str, Line] = {**PUBLIC, **SIGN_IN, **CANDIDATURE, **JURY, **EVALUATION, **PAPERS, **REHEARSAL, **ADMIN}
