"""Asking the referees whom a candidate named, and HR's record of what was verified.

A referee needs no account: a random link, kept only as a hash, opens their form until it expires.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_hr
from applications.models import Application, Referee
from applications.states import FINAL, State
from evaluations.models import Method, ReferenceRequest, ReferenceState, ReferenceVerification, VerificationOutcome
from evaluations.policy_late import is_deliberated
from journal import clock
from journal.append import append
from notices.outbox import enqueue

#: The files whose referees may be asked, and whose references are verified.
ASKABLE = frozenset({State.SHORTLISTED, State.INTERVIEWED})
#: The files whose references HR reads: those, and the same once decided.
LISTED = ASKABLE | FINAL
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


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _authorise(by: User) -> None:
    if not is_hr(by):
        raise PermissionDenied


def _refuse_out_of_turn(application: Application) -> None:
    if application.state not in ASKABLE:
        raise ValidationError(_("Les références se vérifient pour les candidats présélectionnés ou entendus."))
    if is_deliberated(application.posting):
        raise ValidationError(_("La délibération est close : les références ne changent plus."))


def _lock(application: Application) -> Application:
    """The file, locked: its referees are asked and verified one act at a time."""
    return Application.objects.select_for_update(of=("self",)).select_related("posting").get(pk=application.pk)


def _send(application: Application, request: ReferenceRequest, token: str, *, at: datetime) -> None:
    referee = request.referee
    enqueue(
        key=f"reference:{referee.pk}:{request.times_asked}",
        kind="reference_request",
        to=referee.email,
        context={
            "post": application.posting.title,
            "name": referee.name,
            "candidate": application.full_name,
            "link": settings.PMP_BASE_URL + reverse("evaluations:reference", args=[token]),
            "expires_at": request.expires_at.isoformat(),
        },
        at=at,
        campaign=application.posting.slug,
        subject=application.subject,
    )


def _ask(application: Application, referee: Referee, *, at: datetime, by: User) -> ReferenceRequest:
    token = secrets.token_urlsafe(32)
    asked_before = ReferenceRequest.objects.filter(referee=referee).first()
    request, _created = ReferenceRequest.objects.update_or_create(
        referee=referee,
        defaults={
            "token_sha256": _hash(token),
            "times_asked": asked_before.times_asked + 1 if asked_before else 1,
            "asked_at": at,
            "expires_at": at + timedelta(days=application.posting.reference_days),
        },
    )
    _send(application, request, token, at=at)
    facts = {"referee": referee.pk, "time": request.times_asked, "expires_at": request.expires_at}
    append("reference.requested", at=at, actor=by.actor, subject=application.subject, facts=facts)
    return request


def ask(*, application: Application, by: User) -> list[ReferenceRequest]:
    """Send each referee of the file who was not asked yet their link, by mail.

    Raises PermissionDenied unless ``by`` is HR, ValidationError when the file isn't at this stage.
    """
    _authorise(by)
    with transaction.atomic():
        locked = _lock(application)
        _refuse_out_of_turn(locked)
        at = clock.now()
        return [_ask(locked, referee, at=at, by=by) for referee in locked.referees.filter(request=None)]


def ask_again(*, referee: Referee, by: User) -> ReferenceRequest:
    """Send a referee who hasn't answered a new link; the old one opens nothing any more.

    Raises PermissionDenied unless ``by`` is HR, ValidationError when the file isn't at this stage or they answered.
    """
    _authorise(by)
    with transaction.atomic():
        locked = _lock(referee.application)
        _refuse_out_of_turn(locked)
        if ReferenceRequest.objects.filter(referee=referee).exclude(state=ReferenceState.ASKED).exists():
            raise ValidationError(_("Ce référent a déjà répondu."))
        return _ask(locked, referee, at=clock.now(), by=by)


def find(*, token: str) -> ReferenceRequest:
    """The request that the link opens. Raises NoSuchLink, or LinkIsOver when it was answered or has expired."""
    # By hash: what a guess is compared with in the database's index is not the secret itself.
    request = (
        ReferenceRequest.objects.select_related("referee__application__posting")
        .filter(token_sha256=_hash(token))
        .first()
    )
    if request is None:
        raise NoSuchLink
    if request.state != ReferenceState.ASKED or clock.now() >= request.expires_at:
        raise LinkIsOver(request)
    if request.referee.application.state not in ASKABLE or is_deliberated(request.referee.application.posting):
        raise LinkIsOver(request)
    return request


def _settle(token: str, state: ReferenceState, answers: dict[str, Any], facts: dict[str, Any]) -> ReferenceRequest:
    with transaction.atomic():
        application = _lock(find(token=token).referee.application)
        # Again, under the lock: two presses of the button are one answer.
        request = find(token=token)
        at = clock.now()
        request.state, request.answers, request.answered_at = state, answers, at
        request.save(update_fields=["state", "answers", "answered_at"])
        facts = {"referee": request.referee_id, "outcome": str(state), **facts}
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
        locked = _lock(referee.application)
        _refuse_out_of_turn(locked)
        at = clock.now()
        verification = ReferenceVerification.objects.create(
            referee=referee, method=method, outcome=outcome, note=note.strip(), by=by, at=at
        )
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
