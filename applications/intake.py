"""Opening, submitting and withdrawing a candidature."""

import secrets
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_candidate
from applications import policy, reminders
from applications.completeness import Missing, missing
from applications.drafts import lock
from applications.manifest import digest, freeze
from applications.models import Application, LateAttempt
from applications.states import UNSUBMITTED, State
from applications.transitions import MoveRefused, move
from journal import clock
from journal.addresses import path_of
from journal.append import append
from journal.merkle import leaf_hash
from journal.models import Entry
from notices.outbox import call_off, enqueue
from postings.locks import hold_shared, refuse_if_cancelled
from postings.models import Posting

#: Crockford's base 32: no I, L, O, U, so that a code survives being read aloud (https://www.crockford.com/base32.html).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

ATTEMPTS_KEPT = 20


class TooLate(Exception):
    """The submission came at or after the deadline, by the clock of record. ``recorded``: whether that was kept."""

    recorded = True

    def __init__(self, at: datetime, closes_at: datetime) -> None:
        super().__init__(f"{at.isoformat()} >= {closes_at.isoformat()}")
        self.at = at
        self.closes_at = closes_at


class Incomplete(Exception):
    """The file lacks something. ``at`` is when that was found, by the clock of record."""

    def __init__(self, lacking: list[Missing], at: datetime) -> None:
        super().__init__(", ".join(item.label for item in lacking))
        self.missing = lacking
        self.at = at


def _new_code() -> str:
    """A dossier code such as « K7QF-2M9D »: 40 random bits."""
    letters = "".join(secrets.choice(ALPHABET) for _place in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def _open_draft(posting: Posting, by: User) -> Application:
    at = clock.now()
    application = Application.objects.create(
        posting=posting, candidate=by, dossier_code=_new_code(), created_at=at, saved_at=at
    )
    append("application.started", at=at, actor=by.actor, subject=application.subject, facts={"posting": posting.slug})
    return application


def start(*, posting: Posting, by: User) -> Application:
    """Open the candidate's draft; where there is one already, return it.

    Raises PermissionDenied for anyone but a candidate, ValidationError when intake isn't open.
    """
    if not is_candidate(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_shared(posting)
        posting.refresh_from_db()
        while True:
            existing = Application.objects.filter(posting=posting, candidate=by).first()
            if existing:
                return existing
            if not policy.intake_open(posting):
                raise ValidationError(_("Les candidatures ne sont pas ouvertes."))
            try:
                with transaction.atomic():
                    return _open_draft(posting, by)
            except IntegrityError:
                # A double click won the race, or the code is taken: look again, then draw another.
                continue


def _receipt(application: Application, manifest: dict[str, Any], at: datetime, entry_page: str) -> dict[str, Any]:
    return {
        "post": application.posting.title,
        "dossier": application.dossier_code,
        "name": application.full_name,
        "submitted_at": at.isoformat(),
        "documents": manifest["documents"],
        "answers_sha256": manifest["answers_sha256"],
        "manifest_sha256": application.manifest_sha256,
        "entry_hash": application.entry_hash,
        "entry_page": entry_page,
    }


def _accept(application: Application, at: datetime, by: User) -> Application:
    """Freeze, move, record and owe the receipt: the rest of the one transaction."""
    posting = application.posting
    application.manifest = manifest = freeze(application)
    application.manifest_sha256 = digest(manifest)
    application.submitted_at = application.saved_at = at
    facts = {"manifest_sha256": application.manifest_sha256, "closes_at": posting.closes_at}
    entry = move(application, State.SUBMITTED, kind="application.submitted", at=at, by=by, facts=facts)
    application.entry_hash = leaf_hash(entry.body.encode()).hex()
    application.save(update_fields=["entry_hash"])
    call_off(kind=reminders.KIND, subject=application.subject, at=at)
    enqueue(
        key=f"receipt:{application.dossier_code}",
        kind="receipt",
        to=application.candidate,
        context=_receipt(application, manifest, at, path_of(entry)),
        at=at,
        campaign=posting.slug,
        subject=application.subject,
    )
    return application


def _record_incomplete_attempt(application: Application, at: datetime, lacking: list[Missing], by: User) -> None:
    """Keep that the button was pressed on an incomplete file, and the steps that lacked something.

    Somebody will swear to have submitted in time: this says what happened. Twenty a file: a finger that won't stop
    doesn't fill the journal.
    """
    entries = Entry.objects.filter(kind="application.refused_incomplete", subject=application.subject)
    if entries.count() >= ATTEMPTS_KEPT:
        return
    facts = {"lacking": sorted({str(item.step) for item in lacking})}
    with transaction.atomic():
        append("application.refused_incomplete", at=at, actor=by.actor, subject=application.subject, facts=facts)


def _record_late_attempt(application: Application, late: TooLate, by: User) -> None:
    """Keep when the attempt came. Twenty a file and a deadline: the first ones tell, and a journal can't be emptied."""
    if application.late_attempts.filter(closes_at=late.closes_at).count() >= ATTEMPTS_KEPT:
        late.recorded = False
        return
    with transaction.atomic():
        LateAttempt.objects.create(application=application, at=late.at, closes_at=late.closes_at)
        facts = {"closes_at": late.closes_at}
        append("application.refused_late", at=late.at, actor=by.actor, subject=application.subject, facts=facts)


def submit(*, application: Application, by: User) -> Application:
    """Submit the file: accepted if and only if the clock of record, read under the posting's lock, is before the deadline.

    Twice is once: the second time returns the same file with the same receipt. Raises Http404 for anyone but
    the candidate, TooLate at or after the deadline, Incomplete when something lacks; both attempts are recorded first.
    Raises PostingCancelled where it is.
    """
    policy.refuse_unless_owner(by, application)
    try:
        with transaction.atomic():
            hold_shared(application.posting)
            locked = lock(application)
            at = clock.now()
            if locked.state not in UNSUBMITTED:
                return locked
            refuse_if_cancelled(locked.posting)
            if locked.state == State.LAPSED or locked.posting.closed_at or at >= locked.posting.closes_at:
                raise TooLate(at, locked.posting.closes_at)
            lacking = missing(locked)
            if lacking:
                raise Incomplete(lacking, at)
            return _accept(locked, at, by)
    except TooLate as late:
        # After the rollback, so that the record of the refusal stands.
        _record_late_attempt(application, late, by)
        raise
    except Incomplete as incomplete:
        _record_incomplete_attempt(application, incomplete.at, incomplete.missing, by)
        raise


def withdraw(*, application: Application, by: User) -> Application:
    """Withdraw a submitted file, until the decision. Twice is once.

    Raises Http404 for anyone but the candidate, MoveRefused for a draft or once the authority has decided.
    """
    policy.refuse_unless_owner(by, application)
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        if locked.state == State.WITHDRAWN:
            return locked
        if not policy.may_withdraw(locked):
            raise MoveRefused(f"{locked.state} -> {State.WITHDRAWN}")
        at = clock.now()
        move(locked, State.WITHDRAWN, kind="application.withdrawn", at=at, by=by, facts={})
        enqueue(
            key=f"withdrawn:{locked.dossier_code}",
            kind="withdrawn",
            to=locked.candidate,
            context={
                "post": locked.posting.title,
                "dossier": locked.dossier_code,
                "name": locked.full_name,
                "at": at.isoformat(),
            },
            at=at,
            campaign=locked.posting.slug,
            subject=locked.subject,
        )
    return locked
