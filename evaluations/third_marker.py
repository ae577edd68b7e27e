"""A gap that stands after its discussion goes to a third marker, drawn by lot; the result is the mean of all sheets.

The third marks as the first two did: blind, with the dossier code and the work alone, and nothing that tells that others
came before. Whoever presides over the file is left out of the lots: its marks were open to them.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from evaluations.gaps import gap
from evaluations.models import Discussion, PanelMember, ScoreSheet, StageClosing, ThirdMarker
from evaluations.policy import in_conflict, marks_are_open, presides, presiding_member
from evaluations.sheets import blank, open_sheets
from journal import clock
from journal.append import append
from postings.models import Stage


def draw_one(seed: str, code: str, members: Iterable[str]) -> str | None:
    """The member on whom the lot falls: the lowest SHA-256(``seed:code:member``). None when there is nobody to draw."""
    return min(members, key=lambda member: sha256(f"{seed}:{code}:{member}".encode()).hexdigest(), default=None)


def eligible(application: Application) -> dict[str, PanelMember]:
    """Who may be drawn, by actor: no sheet on the file, no conflict, and not who presides over it."""
    members = PanelMember.objects.filter(panel__posting_id=application.posting_id).select_related("user")
    marking = ScoreSheet.objects.filter(application=application, stage=Stage.SKILLS).values("member")
    recused = application.declarations.filter(conflict=True).values("member")
    free = members.exclude(pk__in=marking).exclude(pk__in=recused)
    presiding = presiding_member(application)
    return {member.user.actor: member for member in free if member != presiding}


def must_redraw(third: ThirdMarker) -> bool:
    """Whether the member drawn has a conflict: the lots are drawn again. ``third`` comes with its sheet and member."""
    sheet = third.sheet
    if sheet is None or sheet.sealed_at or sheet.excused_at:
        return False
    return in_conflict(sheet.member, third.application)


def draw_third(*, application: Application, by: User) -> ThirdMarker:
    """Draw the third marker of a file whose gap stands after the discussion, and open their sheet, blind.

    The seed, made on the spot, and those among whom lots were drawn are in the journal: anyone can draw again. Drawing
    twice is once, unless the one drawn declared a conflict: then another is drawn. With nobody left to draw, the
    conclusion of the discussion stands, and the record says so. Raises PermissionDenied unless ``by`` presides over
    the file, ValidationError before the discussion, without such a gap, or once the stage is closed.
    """
    if not presides(by, application):
        raise PermissionDenied
    with transaction.atomic():
        locked = Application.objects.select_for_update(of=("self",)).select_related("posting").get(pk=application.pk)
        known = ThirdMarker.objects.select_related("sheet__member__user", "application").filter(
            application=locked, stage=Stage.SKILLS
        )
        third = known.first()
        if third is not None and not must_redraw(third):
            return third
        if StageClosing.objects.filter(posting=locked.posting, stage=Stage.SKILLS).exists():
            raise ValidationError(_("L'étape est close."))
        distance = third.gap if third else _standing_gap(locked)
        seed, among, at = secrets.token_hex(32), eligible(locked), clock.now()
        drawn = draw_one(seed, locked.dossier_code, among)
        member = among[drawn] if drawn else None
        if third is None:
            third = _open(locked, distance, member, at, by)
        elif third.sheet is not None:
            _pass_on(third.sheet, member, at)
        facts = {"stage": third.stage, "gap": distance, "seed": seed, "among": sorted(among), "drawn": drawn}
        append("marker.third_drawn", at=at, actor=by.actor, subject=locked.subject, facts=facts)
        return third


def _standing_gap(application: Application) -> Decimal:
    """The exact gap that calls for a third marker. Raises ValidationError when none does."""
    if not Discussion.objects.filter(application=application, stage=Stage.SKILLS).exists():
        raise ValidationError(_("Les correcteurs discutent d'abord de leur écart, et consignent leur conclusion."))
    if not marks_are_open(application, Stage.SKILLS):
        raise ValidationError(_("Une grille de ce dossier n'est pas scellée."))
    distance = gap(application, Stage.SKILLS)
    if distance <= application.posting.gap_threshold:
        raise ValidationError(_("L'écart ne dépasse plus le seuil : aucun troisième correcteur n'est dû."))
    return distance


def _open(
    application: Application, distance: Decimal, member: PanelMember | None, at: datetime, by: User
) -> ThirdMarker:
    sheets = open_sheets(application, Stage.SKILLS, [member]) if member else [None]
    return ThirdMarker.objects.create(
        application=application,
        stage=Stage.SKILLS,
        sheet=sheets[0],
        gap=distance.quantize(Decimal("0.0001")),
        by=by,
        at=at,
    )


def _pass_on(sheet: ScoreSheet, to: PanelMember | None, at: datetime) -> None:
    """Give the sheet of a member in conflict to the next one drawn, blank; to nobody, it is no longer due."""
    blank(sheet)
    if to is None:
        sheet.excused_at = at
    else:
        sheet.member = to
    sheet.save()
