"""Asking the referees whom a candidate named, and HR's record of what was verified.

A referee needs no account: a random link, kept only as a hash, opens their form until it expires. A reminder carries a
link of its own, as random, beside the first (:mod:`evaluations.reference_reminders`): nothing that the installation
keeps, its database and its key together, can make a link again, and a new key breaks none that was sent.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications.models import Application, Referee
from applications.states import FINAL, State
from evaluations.models import (
    Method,
    ReferenceReminder,
    ReferenceRequest,
    ReferenceState,
    ReferenceVerification,
    VerificationOutcome,
)
from evaluations.policy_late import is_deliberated
from journal import clock
from journal.append import append
from notices.outbox import call_off, enqueue
from postings.locks import refuse_if_cancelled

#: The files whose referees may be asked, and whose references are verified.
ASKABLE = frozenset({State.SHORTLISTED, State.INTERVIEWED})
#: The files whose references HR reads: those, and the same once decided.
LISTED = ASKABLE | FINAL
REMINDER = "reference_reminder"
#: What HR may add to the request to one referee, in characters.
WORDS = 600
#: Mail hosts that anyone may open an address at: an address there says nothing about the organisation.
FREE_MAIL = frozenset(
    {
        "aol.com", "free.fr", "gmail.com", "gmx.com", "gmx.fr", "hotmail.com", "hotmail.fr", "icloud.com",
        "laposte.net", "live.com", "live.fr", "mail.com", "menara.ma", "msn.com", "orange.fr", "outlook.com",
        "outlook.fr", "proton.me", "protonmail.com", "yahoo.com", "yahoo.fr", "yandex.com", "zoho.com",
    }
)  # fmt: skip


class NoSuchLink(Exception):
    """No request has this token."""


class LinkIsOver(Exception):
    """The request was answered, declined or has expired."""

    def __init__(self, request: ReferenceRequest) -> None:
        super().__init__("This link is over.")
        self.request = request


def overdue_requests(at: datetime) -> QuerySet[ReferenceRequest]:
    """What referees were asked for, did not answer in time, and nobody verified."""
    return ReferenceRequest.objects.filter(state=ReferenceState.ASKED, expires_at__lte=at, referee__verifications=None)


def new_token() -> tuple[str, str]:
    """A link's secret, 256 random bits, and the hash by which it is kept."""
    token = secrets.token_urlsafe(32)
    return token, _hash(token)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def link(token: str) -> str:
    """The address of the referee's page."""
    return settings.PMP_BASE_URL + reverse("evaluations:reference", args=[token])


def _authorise(by: User) -> None:
    if not is_hr(by):
        raise PermissionDenied


def refuse_out_of_turn(application: Application) -> None:
    """Raise ValidationError unless the file is shortlisted or heard, and the deliberation not closed."""
    refuse_if_cancelled(application.posting)
    if application.state not in ASKABLE:
        raise ValidationError(_("Les références se vérifient pour les candidats présélectionnés ou entendus."))
    if is_deliberated(application.posting):
        raise ValidationError(_("La délibération est close : les références ne changent plus."))


def lock(application: Application) -> Application:
    """The file, locked: its referees are asked, reminded and verified one act at a time."""
    return Application.objects.select_for_update(of=("self",)).select_related("posting").get(pk=application.pk)


def message(referee: Referee, *, link: str, expires_at: datetime, words: str) -> dict[str, Any]:
    """What the request to ``referee`` says, for HR to read before it leaves and for the outbox."""
    application = referee.application
    return {
        "post": application.posting.title,
        "name": referee.name,
        "candidate": application.full_name,
        "words": words,
        "link": link,
        "expires_at": expires_at.isoformat(),
    }


def request_key(referee: Referee) -> str:
    """How the key of every request sent to the referee begins."""
    return f"reference:{referee.pk}:"


def _call_off(referee: Referee, *, at: datetime, kind: str = REMINDER) -> None:
    """What waits to leave for the referee has no object any more."""
    call_off(kind=kind, subject=referee.application.subject, at=at, key=request_key(referee))


def _ask(application: Application, referee: Referee, *, at: datetime, by: User, words: str = "") -> ReferenceRequest:
    token, token_sha256 = new_token()
    asked_before = ReferenceRequest.objects.filter(referee=referee).first()
    request, _created = ReferenceRequest.objects.update_or_create(
        referee=referee,
        defaults={
            "token_sha256": token_sha256,
            "times_asked": asked_before.times_asked + 1 if asked_before else 1,
            "asked_at": at,
            "expires_at": at + timedelta(days=application.posting.reference_days),
            "words": words,
        },
    )
    enqueue(
        key=f"{request_key(referee)}{request.times_asked}",
        kind="reference_request",
        to=referee.email,
        context=message(referee, link=link(token), expires_at=request.expires_at, words=words),
        at=at,
        campaign=application.posting.slug,
        subject=application.subject,
    )
    facts = {"referee": referee.pk, "time": request.times_asked, "expires_at": request.expires_at}
    append("reference.requested", at=at, actor=by.actor, subject=application.subject, facts=facts)
    return request


def ask(*, application: Application, by: User) -> list[ReferenceRequest]:
    """Send each referee of the file who was not asked yet their link, by mail.

    Raises PermissionDenied unless ``by`` is HR, ValidationError when the file isn't at this stage.
    """
    _authorise(by)
    with transaction.atomic():
        locked = lock(application)
        refuse_out_of_turn(locked)
        at = clock.now()
        return [_ask(locked, referee, at=at, by=by) for referee in locked.referees.filter(request=None)]


def ask_one(*, referee: Referee, by: User, words: str = "") -> ReferenceRequest:
    """Send one referee a link, for the first time or again; ``words`` of HR, if any, stand in the message.

    Links sent before open nothing any more, and what had not left yet doesn't leave. Raises PermissionDenied unless
    ``by`` is HR, ValidationError when the file isn't at this stage, they answered, or the words are too long.
    """
    _authorise(by)
    if len(words) > WORDS:
        raise ValidationError({"words": _("%(max)s caractères au plus.") % {"max": WORDS}})
    with transaction.atomic():
        locked = lock(referee.application)
        refuse_out_of_turn(locked)
        if ReferenceRequest.objects.filter(referee=referee).exclude(state=ReferenceState.ASKED).exists():
            raise ValidationError(_("Ce référent a déjà répondu."))
        at = clock.now()
        for kind in (REMINDER, "reference_request"):
            _call_off(referee, at=at, kind=kind)
        return _ask(locked, referee, at=at, by=by, words=words.strip())


def _of_token(token: str) -> ReferenceRequest | None:
    # By hash: what a guess is compared with in the database's index is not the secret itself.
    token_sha256 = _hash(token)
    requests = ReferenceRequest.objects.select_related("referee__application__posting")
    reminders = ReferenceReminder.objects.filter(token_sha256=token_sha256, time=F("request__times_asked"))
    return (
        requests.filter(token_sha256=token_sha256).first()
        or requests.filter(pk__in=reminders.values("request")).first()
    )


def find(*, token: str) -> ReferenceRequest:
    """The request that the link, or that of a reminder, opens.

    Raises NoSuchLink, or LinkIsOver when it was answered or has expired.
    """
    request = _of_token(token)
    if request is None:
        raise NoSuchLink
    if request.state != ReferenceState.ASKED or clock.now() >= request.expires_at:
        raise LinkIsOver(request)
    application = request.referee.application
    over = application.state not in ASKABLE or application.posting.cancelled_at is not None
    if over or is_deliberated(application.posting):
        raise LinkIsOver(request)
    return request


def _settle(token: str, state: ReferenceState, answers: dict[str, Any], facts: dict[str, Any]) -> ReferenceRequest:
    with transaction.atomic():
        application = lock(find(token=token).referee.application)
        # Again, under the lock: two presses of the button are one answer.
        request = find(token=token)
        at = clock.now()
        request.state, request.answers, request.answered_at = state, answers, at
        request.save(update_fields=["state", "answers", "answered_at"])
        facts = {"referee": request.referee_id, "outcome": str(state), **facts}
        _call_off(request.referee, at=at)
        append(
            "reference.answered", at=at, actor=f"referee:{request.referee_id}", subject=application.subject, facts=facts
        )
    return request


def answer(*, token: str, answers: dict[str, Any]) -> ReferenceRequest:
    """Record what the referee says, once. ``answers`` is plain JSON, as the form cleaned it.

    Raises NoSuchLink, LinkIsOver, ValidationError without answers.
    """
    if not answers:
        raise ValidationError(_("La réponse est vide."))
    return _settle(token, ReferenceState.ANSWERED, answers, {})


def decline(*, token: str, reason: str = "", not_the_person: bool = False) -> ReferenceRequest:
    """Record that the referee will not answer, or that they are not who the candidate named.

    Raises NoSuchLink, LinkIsOver.
    """
    answers = {"declined": reason.strip(), "not_the_person": not_the_person}
    return _settle(token, ReferenceState.DECLINED, answers, {"not_the_person": not_the_person})


def verify(*, referee: Referee, method: str, outcome: str, note: str, by: User) -> ReferenceVerification:
    """Record a check of one reference: how, with what outcome, in words. The latest of a referee holds.

    Raises PermissionDenied unless ``by`` is HR; ValidationError for a missing note, a method or outcome not in the
    lists, or a file that isn't at this stage.
    """
    _authorise(by)
    if method not in Method.values:
        raise ValidationError({"method": _("Choisissez un moyen dans la liste.")})
    if outcome not in VerificationOutcome.values:
        raise ValidationError({"outcome": _("Choisissez une issue dans la liste.")})
    if not note.strip():
        raise ValidationError({"note": _("Dites en quelques mots ce qui a été vérifié.")})
    with transaction.atomic():
        locked = lock(referee.application)
        refuse_out_of_turn(locked)
        at = clock.now()
        verification = ReferenceVerification.objects.create(
            referee=referee, method=method, outcome=outcome, note=note.strip(), by=by, at=at
        )
        if outcome != VerificationOutcome.UNREACHABLE:
            _call_off(referee, at=at)
        facts = {"referee": referee.pk, "method": method, "outcome": outcome}
        append("reference.verified", at=at, actor=by.actor, subject=locked.subject, facts=facts)
    return verification


def unverified(application: Application) -> list[Referee]:
    """The file's referees for whom HR has recorded no verification."""
    return list(application.referees.filter(verifications=None))


def warnings(referee: Referee, application: Application) -> list[str]:
    """What HR should look at before trusting the address: a free mail host, or the candidate's domain or address."""
    address, own = referee.email.lower(), application.candidate.email.lower()
    domain, own_domain = address.rpartition("@")[2], own.rpartition("@")[2]
    found = []
    if address == own:
        found.append(_("L'adresse du référent est celle du candidat."))
    if domain in FREE_MAIL:
        found.append(_("Adresse chez un hébergeur grand public : elle ne dit rien de l'organisme."))
    elif domain == own_domain:
        found.append(_("Même domaine que l'adresse du candidat."))
    return found
