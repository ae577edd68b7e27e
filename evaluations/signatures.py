"""The minutes read and signed by each member who was present; once all have signed, or refused, they are final."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from evaluations import minutes
from evaluations.models import Deed, Deliberation, MinutesSignature, PanelMember
from evaluations.policy import is_chair
from journal import clock
from journal.append import append
from notices.reauthentication import Proof
from postings.locks import hold_exclusive

_KINDS = {Deed.SIGNED: "minutes.signed", Deed.REFUSED: "minutes.refused", Deed.UNABLE: "minutes.unable"}


class AlreadyDone(Exception):
    """The member has signed, or refused, before: it is done once."""

    def __init__(self, signature: MinutesSignature) -> None:
        super().__init__(signature.get_deed_display())
        self.signature = signature


@dataclass(frozen=True)
class Line:
    """A member who was present, and what they did with the minutes, if anything yet."""

    member: PanelMember
    signature: MinutesSignature | None


def lines(session: Deliberation) -> list[Line]:
    """Those present, in the panel's order."""
    done = {row.member_id: row for row in session.signatures.select_related("by")}
    return [Line(member, done.get(member.pk)) for member in session.present.select_related("user")]


def sign(*, deliberation: Deliberation, read: bool, by: User, proof: Proof, observation: str = "") -> Deliberation:
    """Sign the minutes, with an observation if need be.

    Raises ValidationError unless they say that they read them; PermissionDenied for who was not there, or with another's
    proof; AlreadyDone the second time.
    """
    if not read:
        raise ValidationError({"read": _("Attestez que vous avez lu le procès-verbal.")})
    return _do(deliberation, Deed.SIGNED, by, observation.strip(), by, proof)


def refuse(*, deliberation: Deliberation, reasons: str, by: User, proof: Proof) -> Deliberation:
    """Refuse to sign, for reasons that the minutes will print. Raises as :func:`sign`; ValidationError without reasons."""
    if not reasons.strip():
        raise ValidationError({"words": _("Donnez les motifs du refus : ils figurent au procès-verbal.")})
    return _do(deliberation, Deed.REFUSED, by, reasons.strip(), by, proof)


def record_unable(
    *, deliberation: Deliberation, member: PanelMember, reason: str, by: User, proof: Proof
) -> Deliberation:
    """Record that a member who was present can't sign any more, so that the minutes don't wait for ever.

    Raises PermissionDenied unless ``by`` is the chair, speaking of another; ValidationError without a reason.
    """
    if not is_chair(by, deliberation.posting) or member.user_id == by.pk:
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"words": _("Dites ce qui empêche ce membre de signer.")})
    return _do(deliberation, Deed.UNABLE, member.user, reason.strip(), by, proof)


def _do(session: Deliberation, deed: Deed, signer: User, words: str, by: User, proof: Proof) -> Deliberation:
    if proof.user != by:
        raise PermissionDenied
    if session.closed_at is None:
        raise ValidationError(_("La délibération n’est pas close : il n’y a rien à signer."))
    # Normally drawn at the closing; a crash may have left it to be done.
    minutes.render(deliberation=session)
    with transaction.atomic():
        hold_exclusive(session.posting)
        locked = Deliberation.objects.select_for_update(of=("self",)).select_related("posting").get(pk=session.pk)
        member = locked.present.filter(user=signer).first()
        if member is None:
            raise PermissionDenied
        done = locked.signatures.filter(member=member).first()
        if done is not None:
            raise AlreadyDone(done)
        _write(locked, member, deed, words, by)
    return minutes.issue(deliberation=locked) if locked.frozen_at else locked


def _write(session: Deliberation, member: PanelMember, deed: Deed, words: str, by: User) -> None:
    at, digest, subject = clock.now(), session.minutes_sha256, session.posting.subject
    MinutesSignature.objects.create(
        deliberation=session, member=member, deed=deed, body_sha256=digest, words=words, by=by, at=at
    )
    facts: dict[str, object] = {"sha256": digest}
    if deed == Deed.SIGNED:
        facts["observation"] = bool(words)
    if deed == Deed.UNABLE:
        facts["member"] = member.user.actor
    append(_KINDS[deed], at=at, actor=by.actor, subject=subject, facts=facts)
    if session.signatures.count() == session.present.count():
        _freeze(session, at)


def _freeze(session: Deliberation, at: datetime) -> None:
    session.frozen_at = at
    session.save(update_fields=["frozen_at"])
    counted = Counter(session.signatures.values_list("deed", flat=True))
    facts = {"sha256": session.minutes_sha256, **{deed: counted[deed] for deed in Deed.values}}
    append("minutes.frozen", at=at, actor="system", subject=session.posting.subject, facts=facts)
