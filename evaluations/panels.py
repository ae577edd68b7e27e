"""Composing the jury, and what its members declare."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import is_juror, runs_the_jury
from applications.models import Application
from evaluations.excusing import excuse_for_conflict
from evaluations.models import Declaration, Panel, PanelMember, ScoreSheet, Substitute
from evaluations.policy import presiding_member
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import Posting, Stage


@dataclass(frozen=True)
class MemberSeat:
    """A seat of the jury, as HR composes it."""

    user: User
    chair: bool = False
    outsider: bool = False


def _refuse_composition(posting: Posting, members: Sequence[MemberSeat], substitutes: Sequence[MemberSeat]) -> None:
    everyone = [*members, *substitutes]
    if len({seat.user.pk for seat in everyone}) != len(everyone):
        raise ValidationError({"members": _("Une personne ne siège qu'une fois.")})
    if len(members) != posting.panel_size:
        raise ValidationError({"members": _("Le jury compte %(n)d membres.") % {"n": posting.panel_size}})
    if not all(is_juror(seat.user) for seat in everyone):
        raise ValidationError(
            {"members": _("Chaque membre ou suppléant a un compte de membre du jury, ouvert et actif.")}
        )
    if sum(seat.chair for seat in members) != 1:
        raise ValidationError({"chair": _("Le jury a un président ou une présidente, et un seul.")})
    if sum(seat.outsider for seat in members) < posting.outsiders_min:
        text = _("Au moins %(n)d membre vient de l'extérieur de l'institution.")
        raise ValidationError({"outsiders": text % {"n": posting.outsiders_min}})


def _same_composition(panel: Panel, members: Sequence[MemberSeat], substitutes: Sequence[MemberSeat]) -> bool:
    seated = {(m.user_id, m.chair, m.outsider) for m in panel.members.all()}
    ready = [(s.user_id, s.chair, s.outsider) for s in panel.substitutes.all()]
    return seated == {(seat.user.pk, seat.chair, seat.outsider) for seat in members} and ready == [
        (seat.user.pk, seat.chair, seat.outsider) for seat in substitutes
    ]


def _seat(panel: Panel, members: Sequence[MemberSeat], substitutes: Sequence[MemberSeat]) -> None:
    for seat in members:
        PanelMember.objects.create(panel=panel, user=seat.user, chair=seat.chair, outsider=seat.outsider)
    Substitute.objects.bulk_create(
        Substitute(panel=panel, user=seat.user, rank=rank, chair=seat.chair, outsider=seat.outsider)
        for rank, seat in enumerate(substitutes, start=1)
    )


def compose(
    *, posting: Posting, members: Sequence[MemberSeat], by: User, substitutes: Sequence[MemberSeat] = ()
) -> Panel:
    """Compose the posting's jury and freeze it: one chair, enough outsiders, nobody twice; substitutes in their order.

    The order of ``members`` is the order in which they stand in for a chair in conflict. A substitute's ``chair`` means
    that they may preside. The same composition
    twice is once. Raises PermissionDenied unless ``by`` is HR, ValidationError for a wrong or a second composition.
    """
    if not runs_the_jury(by):
        raise PermissionDenied
    _refuse_composition(posting, members, substitutes)
    with transaction.atomic():
        hold_exclusive(posting)
        panel = Panel.objects.filter(posting=posting).first()
        if panel is not None:
            if _same_composition(panel, members, substitutes):
                return panel
            raise ValidationError(_("La composition du jury est arrêtée : elle ne change plus."))
        at = clock.now()
        panel = Panel.objects.create(posting=posting, frozen_at=at)
        _seat(panel, members, substitutes)
        facts = {
            "members": [seat.user.actor for seat in members],
            "chair": next(seat.user.actor for seat in members if seat.chair),
            "outsiders": [seat.user.actor for seat in members if seat.outsider],
            **({"substitutes": [seat.user.actor for seat in substitutes]} if substitutes else {}),
        }
        append(
            "panel.composed",
            at=at,
            actor=by.actor,
            subject=f"posting:{posting.slug}",
            facts=facts,
        )
    return panel


def _concerned(application: Application, by: User) -> tuple[PanelMember, list[ScoreSheet]]:
    """The seat of a person who has a word to say on the file, and their sheets on it; who presides may have none.

    Raises PermissionDenied for anybody else.
    """
    own = ScoreSheet.objects.due().filter(application=application, member__user=by, member__left_at=None)
    sheets = list(own.select_related("member"))
    if sheets:
        return sheets[0].member, sheets
    presiding = presiding_member(application)
    if presiding is None or presiding.user_id != by.pk:
        raise PermissionDenied
    return presiding, []


def declare(*, application: Application, conflict: bool, reason: str, by: User) -> Declaration:
    """Declare a conflict of interest on one file, or that there is none.

    At the blind stage the member knows a number; they declare again at the interview, once they know the name.
    A conflict may still be declared after its absence, as long as a sheet is open; never the other way round. The
    reason stays out of the journal: it tells of people. Raises PermissionDenied unless ``by`` has a sheet on the
    file or presides over it, ValidationError for a conflict without a reason, or too late.
    """
    reason = reason.strip() if conflict else ""
    with transaction.atomic():
        Application.objects.select_for_update(of=("self",)).get(pk=application.pk)
        member, sheets = _concerned(application, by)
        if conflict and not reason:
            raise ValidationError({"reason": _("Dites en quelques mots en quoi consiste le lien.")})
        known = Declaration.objects.filter(member=member, application=application).first()
        named = any(sheet.stage == Stage.INTERVIEW for sheet in sheets)
        if known is not None and known.conflict == conflict and (known.named_at or conflict or not named):
            return known
        if known is not None and known.conflict:
            raise ValidationError(_("Un conflit déclaré ne se retire pas."))
        if sheets and all(sheet.sealed_at for sheet in sheets):
            raise ValidationError(_("Votre grille est scellée : signalez le conflit à la présidence du jury."))
        at = clock.now()
        declaration, _created = Declaration.objects.update_or_create(
            member=member,
            application=application,
            defaults={"conflict": conflict, "reason": reason, "at": at, "named_at": at if named else None},
        )
        facts = {"conflict": conflict, **({"named": True} if named else {})}
        append(
            "panel.declared",
            at=at,
            actor=by.actor,
            subject=application.subject,
            facts=facts,
        )
        if conflict:
            excuse_for_conflict(declaration, at=at, by=by)
    return declaration
