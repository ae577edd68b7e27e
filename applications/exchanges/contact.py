"""Contact details corrected after submission. What was submitted stays in the manifest, and here beside its correction."""

from collections.abc import Mapping
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.drafts import lock
from applications.models import Application, ContactCorrection
from applications.policy import refuse_unless_owner
from applications.policy_exchanges import is_followed
from journal import clock
from journal.append import append, canonical
from postings.locks import hold_shared

CONTACT_FIELDS = ("phone", "address", "city")


class ContactFixed(Exception):
    """The file is withdrawn, not submitted, or its letter is out: its contact details stay as they are."""


class ContactChanged(Exception):
    """They were corrected elsewhere since the person last saw them."""


def contact_of(application: Application) -> dict[str, str]:
    """How to reach the candidate, but for the account's own address."""
    return {name: getattr(application, name) for name in CONTACT_FIELDS}


def version_of(application: Application) -> str:
    """What a form remembers of the details that it was drawn with."""
    return sha256(canonical(contact_of(application)).encode()).hexdigest()


def _assign(application: Application, values: Mapping[str, str]) -> None:
    faults = {name: _("Indiquez ce renseignement : il sert à vous joindre.") for name in values if not values[name]}
    if faults:
        raise ValidationError(faults)
    for name, value in values.items():
        setattr(application, name, value)
    skipped = {field.name for field in application._meta.fields if field.name not in CONTACT_FIELDS}
    application.full_clean(exclude=skipped, validate_unique=False, validate_constraints=False)
    application.save(update_fields=list(CONTACT_FIELDS))


def correct(*, application: Application, values: Mapping[str, str], by: User, seen: str) -> ContactCorrection | None:
    """Correct how to reach the candidate; nothing when nothing changes, so twice is once.

    ``seen`` is the :func:`version_of` what the person read. Raises Http404 for anyone but the candidate, ContactFixed
    once the decision's letter is out, ContactChanged when another tab was quicker, ValidationError by field.
    """
    refuse_unless_owner(by, application)
    given = {name: values[name].strip() for name in CONTACT_FIELDS}
    with transaction.atomic():
        hold_shared(application.posting)
        locked = lock(application)
        if not is_followed(locked):
            raise ContactFixed
        previous = contact_of(locked)
        if given == previous:
            return None
        if seen != version_of(locked):
            raise ContactChanged
        _assign(locked, given)
        at = clock.now()
        append("contact.corrected", at=at, actor=by.actor, subject=locked.subject, facts={})
        return ContactCorrection.objects.create(application=locked, previous=previous, current=given, at=at)
