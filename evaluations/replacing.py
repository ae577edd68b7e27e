"""A member can no longer sit: a substitute takes the seat, and what was decided so far stands."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import Visitor, is_juror, runs_the_jury
from applications.models import Application
from evaluations import jury_sittings
from evaluations.models import PanelMember, Replacement, ScoreSheet, Substitute
from evaluations.policy import is_chair
from evaluations.policy_late import is_deliberated
from evaluations.sheets import blank
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import Posting


def may_replace(user: Visitor, posting: Posting) -> bool:
    """HR, and who presides."""
    return runs_the_jury(user) or (is_juror(user) and is_chair(user, posting))


def available(posting: Posting) -> QuerySet[Substitute]:
    """The substitutes who have not taken a seat, in their order, and whose account is open."""
    seated = PanelMember.everyone.filter(panel__posting=posting).values("user")
    ready = Substitute.objects.filter(panel__posting=posting, user__is_active=True).exclude(user__in=seated)
    return ready.select_related("user", "panel")


def replacements_of(posting: Posting) -> QuerySet[Replacement]:
    """Who took whose seat, and why, for HR."""
    rows = Replacement.objects.filter(leaver__panel__posting=posting)
    return rows.select_related("leaver__user", "member__user", "by")


def _refuse(posting: Posting, member: PanelMember, substitute: Substitute) -> None:
    if is_deliberated(posting):
        raise ValidationError(_("La délibération est close : la composition du jury ne change plus."))
    if member.panel.posting_id != posting.pk or member.left_at is not None:
        raise ValidationError({"member": _("Cette personne ne siège pas dans ce jury.")})
    if not available(posting).filter(pk=substitute.pk).exists():
        raise ValidationError({"substitute": _("Cette personne n'est pas un suppléant disponible de ce jury.")})
    others = PanelMember.objects.filter(panel=member.panel).exclude(pk=member.pk)
    if sum(other.outsider for other in others) + substitute.outsider < posting.outsiders_min:
        text = _("Au moins %(n)d membre vient de l'extérieur de l'institution : choisissez un suppléant extérieur.")
        raise ValidationError({"substitute": text % {"n": posting.outsiders_min}})


def replace_member(
    *, posting: Posting, member: PanelMember, substitute: Substitute, reason: str, by: User
) -> PanelMember:
    """Give the seat of a member who can no longer sit to a substitute, from now on; the substitute's new seat.

    Sheets that the leaver sealed stay and count; the others pass to the substitute, blank. If it was the chair's seat, a substitute who may preside
    does; otherwise the next member in the panel's order. The reason stays out of the journal: it may tell of health.

    Raises PermissionDenied unless ``by`` is HR or the chair, ValidationError without a reason, for a member or a
    substitute who is none, when too few would come from outside, or once the deliberation is closed.
    """
    if not may_replace(by, posting):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi ce membre ne peut plus siéger.")})
    with transaction.atomic():
        hold_exclusive(posting)
        leaver = PanelMember.everyone.select_for_update(of=("self",)).select_related("user", "panel").get(pk=member.pk)
        _refuse(posting, leaver, substitute)
        at = clock.now()
        leaver.left_at = at
        leaver.save(update_fields=["left_at"])
        newcomer = _take_seat(leaver, substitute, at)
        passed = _pass_on(posting, leaver, newcomer)
        for slot in posting.interviews.standing().filter(starts_at__gte=at):
            jury_sittings.keep(slot)
        Replacement.objects.create(leaver=leaver, member=newcomer, reason=reason.strip(), by=by, at=at)
        facts = {
            "from": leaver.user.actor,
            "to": newcomer.user.actor,
            "chair": PanelMember.objects.select_related("user").get(panel=leaver.panel, chair=True).user.actor,
            "sheets": passed,
        }
        append("panel.member_replaced", at=at, actor=by.actor, subject=posting.subject, facts=facts)
    return newcomer


def _take_seat(leaver: PanelMember, substitute: Substitute, at: datetime) -> PanelMember:
    """The new seat; and the chair, if it was theirs, to the substitute or to the next member."""
    presides = leaver.chair and substitute.chair
    if leaver.chair and not presides:
        heir = PanelMember.objects.select_for_update(of=("self",)).filter(panel=leaver.panel).order_by("id").first()
        if heir is not None:
            heir.chair = True
            heir.save(update_fields=["chair"])
        presides = heir is None
    return PanelMember.objects.create(
        panel=leaver.panel, user=substitute.user, chair=presides, outsider=substitute.outsider, joined_at=at
    )


def _pass_on(posting: Posting, leaver: PanelMember, newcomer: PanelMember) -> int:
    """The leaver's unsealed sheets, made blank, are the newcomer's; how many. They declare on each before it opens."""
    open_sheets = ScoreSheet.objects.due().unsealed().filter(member=leaver, application__posting=posting)
    files = Application.objects.filter(pk__in=open_sheets.values("application"))
    list(files.select_for_update(of=("self",)).order_by("pk"))  # before their sheets, as the lock order says
    sheets = list(open_sheets.select_for_update(of=("self",)).order_by("pk"))
    for sheet in sheets:
        blank(sheet)
        sheet.member = newcomer
        sheet.save()
    return len(sheets)
