"""The jury's votes: nobody leaves the order of the totals without one.

A majority of the votes cast decides, abstentions aside; on a tie the voice of who presides prevails where the posting says
so, save in a secret ballot, where nobody knows it (code général des collectivités territoriales, article L. 2121-20).
"""

import random
from collections import Counter

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from evaluations.deliberation import settled
from evaluations.models import Ballot, Declaration, Deliberation, OrderVote, PanelMember, Slip, Voice
from evaluations.policy import presides, presiding_member
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import Ballots, Posting

_chance = random.SystemRandom()


class VoteOver(Exception):
    """The vote is closed: nobody votes any more."""


def voters(session: Deliberation, application: Application) -> QuerySet[PanelMember]:
    """Who is present and has no conflict on the file: they alone discuss it and vote."""
    recused = Declaration.objects.filter(application=application, conflict=True).values("member")
    return session.present.exclude(pk__in=recused).select_related("user")


def _open_session(posting: Posting) -> Deliberation:
    session = Deliberation.objects.select_related("posting").filter(posting=posting, closed_at=None).first()
    if session is None:
        raise ValidationError(_("Aucune séance n’est ouverte."))
    return session


def _may_preside(session: Deliberation, application: Application, by: User) -> bool:
    return presides(by, application) and session.present.filter(user=by).exists()


def open_vote(*, posting: Posting, application: Application, to_rank: int, motive: str, by: User) -> OrderVote:
    """Put to the vote that ``application`` goes to ``to_rank``, for the ``motive`` that the minutes will state.

    Raises PermissionDenied unless ``by`` presides over the file and is present; ValidationError without a session, while
    another vote is open, for a place that the file has or that doesn't exist, or with fewer voters than the quorum.
    """
    if not presides(by, application):
        raise PermissionDenied
    if not motive.strip():
        raise ValidationError({"motive": _("Dites pourquoi : le procès-verbal et le registre en gardent trace.")})
    with transaction.atomic():
        hold_exclusive(posting)
        session = _open_session(posting)
        if not _may_preside(session, application, by):
            raise PermissionDenied
        if session.votes.filter(closed_at=None).exists():
            raise ValidationError(_("Un vote est déjà ouvert : attendez sa clôture."))
        if voters(session, application).count() < posting.quorum:
            raise ValidationError(_("Trop de membres sont récusés sur ce dossier : le quorum ne peut voter."))
        vote = _create(session, application, to_rank, motive.strip(), by)
        facts = {"vote": vote.pk, "from": vote.from_rank, "to": to_rank, "secret": vote.secret}
        append("vote.opened", at=vote.opened_at, actor=by.actor, subject=application.subject, facts=facts)
    return vote


def _create(session: Deliberation, application: Application, to_rank: int, motive: str, by: User) -> OrderVote:
    ranks = {standing.application.pk: standing.rank for standing in settled(session.posting)}
    if application.pk not in ranks or to_rank not in ranks.values():
        raise ValidationError({"to_rank": _("Cette place n’existe pas dans le classement.")})
    if to_rank == ranks[application.pk]:
        raise ValidationError({"to_rank": _("Le dossier est déjà à cette place.")})
    return OrderVote.objects.create(
        deliberation=session,
        application=application,
        from_rank=ranks[application.pk],
        to_rank=to_rank,
        motive=motive,
        secret=session.posting.vote == Ballots.SECRET,
        opened_at=clock.now(),
        opened_by=by,
    )


def _locked(vote: OrderVote) -> OrderVote:
    """The vote, held with its posting. Raises VoteOver once it is closed."""
    hold_exclusive(vote.deliberation.posting)
    rows = OrderVote.objects.select_for_update(of=("self",)).select_related("deliberation__posting", "application")
    locked = rows.get(pk=vote.pk)
    if locked.closed_at is not None:
        raise VoteOver
    return locked


def cast(*, vote: OrderVote, voice: str, by: User) -> OrderVote:
    """Vote, once; the last voter closes the vote. The same person twice is once: their first word stands.

    Raises PermissionDenied for who is absent, or in conflict on the file; VoteOver; ValidationError for another word.
    """
    if voice not in Voice.values:
        raise ValidationError({"voice": _("Votez pour, contre, ou abstenez-vous.")})
    with transaction.atomic():
        locked = _locked(vote)
        member = voters(locked.deliberation, locked.application).filter(user=by).first()
        if member is None:
            raise PermissionDenied
        _ballot, first = Ballot.objects.get_or_create(
            vote=locked, member=member, defaults={"voice": "" if locked.secret else voice}
        )
        if first:
            _record(locked, voice, by)
    return locked


def _record(vote: OrderVote, voice: str, by: User) -> None:
    if vote.secret:
        _stir(vote, voice)
    facts = {"vote": vote.pk} if vote.secret else {"vote": vote.pk, "voice": voice}
    append("vote.cast", at=clock.now(), actor=by.actor, subject=vote.application.subject, facts=facts)
    if not _awaited(vote):
        _close(vote, by)


def _stir(vote: OrderVote, voice: str) -> None:
    """Write the urn anew, the new slip among the others: neither place, nor identifier, nor transaction tells whose it is."""
    voices = [*vote.slips.values_list("voice", flat=True), voice]
    vote.slips.all().delete()
    _chance.shuffle(voices)
    Slip.objects.bulk_create(Slip(vote=vote, voice=one) for one in voices)


def _awaited(vote: OrderVote) -> bool:
    voted = vote.ballots.values("member")
    return voters(vote.deliberation, vote.application).exclude(pk__in=voted).exists()


def close_vote(*, vote: OrderVote, by: User) -> OrderVote:
    """Close the vote before everyone has voted, once those who did make a quorum. Closing twice is once.

    Raises PermissionDenied unless ``by`` presides over the file, ValidationError below the quorum.
    """
    if not presides(by, vote.application):
        raise PermissionDenied
    with transaction.atomic():
        try:
            locked = _locked(vote)
        except VoteOver:
            return OrderVote.objects.get(pk=vote.pk)
        if not _may_preside(locked.deliberation, locked.application, by):
            raise PermissionDenied
        if locked.ballots.count() < locked.deliberation.posting.quorum:
            raise ValidationError(_("Les votants n’atteignent pas le quorum."))
        _close(locked, by)
    return locked


def _close(vote: OrderVote, by: User) -> None:
    counted = Counter((vote.slips if vote.secret else vote.ballots).values_list("voice", flat=True))
    vote.counts = {voice: counted[voice] for voice in Voice.values}
    vote.accepted, vote.casting = _outcome(vote, counted)
    vote.closed_at = clock.now()
    vote.save()
    facts = {"vote": vote.pk, "counts": vote.counts, "accepted": vote.accepted, "casting": vote.casting}
    append("vote.closed", at=vote.closed_at, actor=by.actor, subject=vote.application.subject, facts=facts)


def _outcome(vote: OrderVote, counted: Counter[str]) -> tuple[bool, bool]:
    """Whether the move is accepted, and whether the voice of who presides decided it."""
    if counted[Voice.FOR] != counted[Voice.AGAINST]:
        return counted[Voice.FOR] > counted[Voice.AGAINST], False
    if vote.secret or not vote.deliberation.posting.casting_vote:
        return False, False
    prevailing = vote.ballots.filter(member=presiding_member(vote.application)).first()
    if prevailing is None or prevailing.voice == Voice.ABSTAIN:
        return False, False
    return prevailing.voice == Voice.FOR, True
