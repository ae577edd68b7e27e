"""The end of keeping: each file of a procedure that is over goes once its time is up, and the account with the last one.

Kept for good, as public records: the minutes, the decision with its reasons, marks and ranks under the file's number.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from accounts.models import Role, User
from accounts.roles import is_unused
from applications.erasure import erase, erase_account
from applications.models import Application, ErasureCause
from evaluations import archiving, purging
from evaluations.models import (
    InterviewNote,
    ReferenceRequest,
    ReferencesConclusion,
    ReferenceVerification,
    Renunciation,
    Replacement,
    Rescheduling,
    Ruling,
    Sitting,
    Unavailability,
)
from journal import clock
from postings.locks import hold_shared
from postings.models import Posting

#: An address that was typed at the sign-in and never confirmed is somebody's, and nobody's business.
UNUSED = timedelta(days=30)


def kept_until(application: Application) -> datetime | None:
    """When the file's time is up; None while the procedure isn't over."""
    posting = application.posting
    ruled_at = Ruling.objects.filter(posting=posting).values_list("at", flat=True).first()
    return purging.due_at(posting, purging.kind_of(application.state), ruled_at)


def due_files() -> Iterator[Application]:
    """The files whose time is up, of postings that no recourse holds."""
    return purging.due_files(clock.now()).iterator(chunk_size=500)


def unused_accounts() -> list[User]:
    """The accounts that a typed address opened and nobody ever entered."""
    before = clock.real() - UNUSED
    found = User.objects.filter(role=Role.CANDIDATE, last_login=None, applications=None, date_joined__lt=before)
    return [account for account in found.order_by("pk") if is_unused(account)]


def erase_due() -> tuple[int, int]:
    """Erase what is due: the files, each in its own transaction, the accounts left empty, then the other kinds of data.

    A certificate says what went (:func:`evaluations.purging.purge_due`). How many files and accounts did.
    """
    files = [file.pk for file in due_files()]
    accounts = {pk for pk in (_erase_file(pk) for pk in files) if pk}
    _forget_why_members_left()
    for account in unused_accounts():
        with transaction.atomic():
            erase_account(account=account, cause=ErasureCause.RETENTION, by=None)
        accounts.add(account.pk)
    purging.purge_due(len(accounts))
    return len(files), len(accounts)


def _forget_why_members_left() -> None:
    """Why a member of the jury left may tell of their health: the words go when the files' time is up; the fact stays."""
    now = clock.now()
    for ruling in Ruling.objects.select_related("posting"):
        if ruling.at + timedelta(days=ruling.posting.retention_days) <= now:
            told = Replacement.objects.filter(leaver__panel__posting=ruling.posting).exclude(reason="")
            told.update(reason="")


def _erase_file(pk: int) -> int | None:
    """The pk of the candidate whose account went with their last file, if it did."""
    with transaction.atomic():
        posting = Posting.objects.get(applications=pk)
        hold_shared(posting)
        file = Application.objects.select_for_update(of=("self",)).select_related("candidate").get(pk=pk)
        erase(application=file, cause=ErasureCause.RETENTION, by=None, also=_empty)
        account = file.candidate
        if account.role != Role.CANDIDATE or Application.objects.filter(candidate=account, erasure=None).exists():
            return None
        gone = account.pk
        erase_account(account=account, cause=ErasureCause.RETENTION, by=None)
    return gone


def _empty(application: Application) -> None:
    """What was said of the candidate by referees and about them by HR, what the jury noted, why they could not come, and
    what they wrote in the exercise; and the campaign's stored archives, which hold their letters and may hold their documents.
    """
    ReferencesConclusion.objects.filter(application=application).delete()
    ReferenceVerification.objects.filter(referee__application=application).delete()
    ReferenceRequest.objects.filter(referee__application=application).delete()
    Rescheduling.objects.filter(interview__application=application).delete()
    InterviewNote.objects.filter(sheet__application=application).delete()
    Unavailability.objects.filter(interview__application=application).delete()
    Sitting.objects.filter(application=application).delete()
    Renunciation.objects.filter(application=application).update(words="")
    archiving.erase(posting=application.posting)
