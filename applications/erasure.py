"""Erasing a file: at once while it was never submitted, after its time of keeping once it was.

The rows go in one transaction, the stored files after it; a kill between the two leaves files that no row names, which
:mod:`applications.orphans` deletes. What is left of a submitted file is a shell, which the register and the counts of
the campaign still agree with: its number, its states and their instants, and the hash of a manifest whose salt is gone.
"""

from collections.abc import Callable

from django.db import transaction

from accounts import roles
from accounts.models import User
from applications import policy
from applications.drafts import CAREER_FIELDS, IDENTITY_FIELDS
from applications.models import Accommodation, Application, EqualityOffer, Erasure, ErasureCause, Screening
from applications.states import UNSUBMITTED
from applications.storages import delete_later
from journal import clock
from journal.append import append
from journal.models import Entry
from notices import erasure as messages
from postings.locks import hold_shared

#: Stands where words were that the database wants: a refusal has its reason.
ERASED = "—"
#: All that hangs on a file and says something, in an order in which it can go.
_WORDS = (
    "documents",
    "uploads",
    "answers",
    "career",
    "referees",
    "piece_requests",
    "contact_corrections",
    "objections",
    "erasure_requests",
    "notes",
    "checks",
)


class NotErasable(Exception):
    """The law has the file kept: it was submitted. A request can be made, and is answered."""


def is_erased(application: Application) -> bool:
    """Whether nothing but the shell is left."""
    return Erasure.objects.filter(application=application).exists()


def erase_unsubmitted(*, application: Application, by: User) -> None:
    """Erase a draft, or a file that lapsed, at once and for good. Twice is once.

    A draft goes wholly, and its candidate may begin another while intake is open; a file that lapsed leaves a shell, since
    its history can't be unwritten. Raises Http404 for anyone but the candidate, NotErasable once it was submitted.
    """
    policy.refuse_unless_owner(by, application)
    with transaction.atomic():
        hold_shared(application.posting)
        locked = Application.objects.select_for_update().filter(pk=application.pk).first()
        if locked is None:
            return
        if locked.state not in UNSUBMITTED:
            raise NotErasable
        if locked.moves.exists():
            erase(application=locked, cause=ErasureCause.ASKED, by=by)
        else:
            _entry(locked, ErasureCause.ASKED, by)
            _empty(locked)
            locked.late_attempts.all().delete()
            locked.delete()


def close_account(*, by: User) -> None:
    """Erase the person's unsubmitted files, the messages to them, and the account itself.

    Raises NotErasable while a submitted file of theirs is kept. An account that a shell still names keeps neither address
    nor name, and signs in no more.
    """
    with transaction.atomic():
        files = list(policy.own_applications(by))
        if any(file.state not in UNSUBMITTED and not is_erased(file) for file in files):
            raise NotErasable
        for file in sorted(files, key=lambda file: file.posting_id):
            if file.state in UNSUBMITTED:
                erase_unsubmitted(application=file, by=by)
        erase_account(account=by, cause=ErasureCause.ASKED, by=by)


def erase_account(*, account: User, cause: ErasureCause, by: User | None) -> None:
    """Erase an account that holds no file, or only shells, with every message to it. In the caller's transaction."""
    actor = by.actor if by else "system"
    append("data.erased", at=clock.now(), actor=actor, subject=account.actor, facts={"cause": str(cause)})
    messages.scrub_to(account=account)
    roles.erase_account(account=account)


def erase(
    *, application: Application, cause: ErasureCause, by: User | None, also: Callable[[Application], None] | None = None
) -> None:
    """Leave nothing but the shell of a locked file. Twice is once.

    The caller has authorised it and holds the transaction. ``also`` empties what an upper room keeps of the file: it is
    called once the erasure stands, since triggers want that, and before the rows here go.
    """
    if is_erased(application):
        return
    entry = _entry(application, cause, by)
    Erasure.objects.create(application=application, cause=cause, at=entry.at, entry=entry)
    if also:
        also(application)
    _empty(application)
    application.manifest = None
    application.save(update_fields=["manifest"])


def _entry(application: Application, cause: ErasureCause, by: User | None) -> Entry:
    actor = by.actor if by else "system"
    return append("data.erased", at=clock.now(), actor=actor, subject=application.subject, facts={"cause": str(cause)})


def _empty(application: Application) -> None:
    """Take out every word of the candidate's, and every word about them."""
    names = _stored(application)
    for kept in _WORDS:
        getattr(application, kept).all().delete()
    Accommodation.objects.filter(application=application).delete()
    EqualityOffer.objects.filter(application=application).delete()
    Screening.objects.filter(application=application).exclude(reason="").update(reason=ERASED)
    application.refusal_proposals.update(reason=ERASED)
    application.refusal_proposals.exclude(remark="").update(remark=ERASED)
    application.reopenings.update(reason=ERASED)
    application.reopenings.exclude(refusal="").update(refusal=ERASED)
    _blank(application)
    messages.scrub_about(subject=application.subject)
    delete_later(*names)


def _stored(application: Application) -> list[str]:
    """Every file in the storage that belongs to it."""
    pairs = application.documents.values_list("file", "preview")
    parts = [upload.stored_name for upload in application.uploads.all()]
    return [name for pair in pairs for name in pair if name] + parts


def _blank(application: Application) -> None:
    fields = (*IDENTITY_FIELDS, *CAREER_FIELDS)
    for name in fields:
        setattr(application, name, None if application._meta.get_field(name).null else "")
    application.save(update_fields=fields)
