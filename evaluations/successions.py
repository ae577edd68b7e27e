"""After the decision: the one retained renounces, and the next of the complementary list is called.

If one renounces the next is called, in the order of merit (Légifrance, LEGIARTI000021258781), while the list is valid
(LEGIARTI000035815501). The authority's decision stays as it was taken: what follows is added to it.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_authority, is_candidate, is_hr
from applications.disclosure import letter_released
from applications.models import Application
from applications.states import State
from applications.transitions import move
from evaluations.models import Decision, Renunciation, Ruling, Succession
from journal import clock
from journal.merkle import leaf_hash
from journal.models import Entry
from notices import outbox
from notices.reauthentication import Proof
from postings.locks import hold_exclusive
from postings.models import Posting

RENOUNCEABLE = frozenset({State.RETAINED, State.RESERVE})


class AlreadyRenounced(Exception):
    """They have renounced before: it is done once."""


class NobodyToCall(Exception):
    """The post is held, the list is over, or nobody is left on it. Its words say which."""


def reserve_ends_at(ruling: Ruling) -> datetime:
    """When the complementary list stops being valid."""
    return ruling.at + timedelta(days=ruling.posting.reserve_days)


def may_renounce(user: User, application: Application) -> bool:
    """HR, for a candidate who wrote or called; the candidate, once they know what was decided."""
    if is_hr(user):
        return True
    return is_candidate(user) and application.candidate_id == user.pk and letter_released(application)


def record_renunciation(*, application: Application, reason: str, by: User, proof: Proof | None = None) -> Renunciation:
    """Record that someone retained, or on the complementary list, renounces; they are told so in a letter.

    Raises PermissionDenied for anyone but HR, and the candidate once they have their letter; AlreadyRenounced;
    ValidationError when there is nothing to renounce, or when HR gives no reason.
    """
    if not may_renounce(by, application):
        raise PermissionDenied
    if is_hr(by) and not reason.strip():
        raise ValidationError(
            {"reason": _("Dites comment et quand le candidat a renoncé : courrier, appel, courriel.")}
        )
    with transaction.atomic():
        hold_exclusive(application.posting)
        rows = Application.objects.select_for_update(of=("self",)).select_related("posting", "candidate")
        locked = rows.get(pk=application.pk)
        if locked.state == State.RENOUNCED:
            raise AlreadyRenounced
        if locked.state not in RENOUNCEABLE:
            raise ValidationError(_("Seul un candidat retenu, ou inscrit sur la liste complémentaire, peut renoncer."))
        if not letter_released(locked):
            raise ValidationError(_("Sa lettre n’est pas partie : le candidat ne connaît pas encore la décision."))
        at, was = clock.now(), locked.state
        facts = {"own": locked.candidate_id == by.pk}
        entry = move(locked, State.RENOUNCED, kind="application.renounced", at=at, by=by, facts=facts)
        row = Renunciation.objects.create(application=locked, words=reason.strip(), by=by, at=at)
        _owe(locked, "renunciation_recorded", entry, at, {"was": was})
    return row


def _owe(application: Application, kind: str, entry: Entry, at: datetime, more: dict[str, object]) -> None:
    context = {
        "post": application.posting.title,
        "dossier": application.dossier_code,
        "name": application.full_name,
        "at": at.isoformat(),
        "entry_hash": leaf_hash(entry.body.encode()).hex(),
        **more,
    }
    outbox.enqueue(
        key=f"{kind}:{application.dossier_code}",
        kind=kind,
        to=application.candidate,
        context=context,
        at=at,
        campaign=application.posting.slug,
        subject=application.subject,
    )


def vacated(posting: Posting) -> Application | None:
    """The file last retained whose candidate renounced, and in whose place nobody was called yet."""
    gone = Application.objects.filter(posting=posting, state=State.RENOUNCED, moves__to_state=State.RETAINED)
    return gone.filter(succeeded_by=None).first()


def next_in_line(posting: Posting) -> Decision | None:
    """The first of the complementary list who is still on it."""
    listed = Decision.objects.filter(ruling__posting=posting, application__state=State.RESERVE)
    return (
        listed.select_related("application__candidate", "application__posting", "ruling__posting")
        .order_by("rank")
        .first()
    )


def call_next(*, posting: Posting, by: User) -> Succession:
    """Call the next of the complementary list in the place of who renounced, and write to them.

    Raises PermissionDenied unless ``by`` is the authority; NobodyToCall while the post is held, once the list is over, or
    when nobody is left on it.
    """
    if not is_authority(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        renounced, decision, at = vacated(posting), next_in_line(posting), clock.now()
        _refuse_call(posting, renounced, decision, at)
        assert renounced is not None  # noqa: S101 - refused above
        assert decision is not None  # noqa: S101
        rows = Application.objects.select_for_update(of=("self",)).select_related("posting", "candidate")
        called = rows.get(pk=decision.application_id)
        entry = move(called, State.RETAINED, kind="application.called", at=at, by=by, facts={"rank": decision.rank})
        row = Succession.objects.create(
            ruling=decision.ruling, renounced=renounced, called=called, rank=decision.rank or 0, by=by, at=at
        )
        _owe(called, "called_from_reserve", entry, at, {"rank": decision.rank})
    return row


def _refuse_call(posting: Posting, renounced: Application | None, decision: Decision | None, at: datetime) -> None:
    if renounced is None:
        raise NobodyToCall(_("Le poste n’est pas vacant : personne n’est appelé."))
    if decision is None:
        raise NobodyToCall(_("Personne ne reste sur la liste complémentaire."))
    if at >= reserve_ends_at(decision.ruling):
        raise NobodyToCall(_("La liste complémentaire n’est plus valable."))
