"""Interview sheets that will not come: a member absent, or in conflict."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from applications.models import Application
from applications.states import State
from evaluations.models import Declaration, ScoreSheet
from evaluations.policy import presides
from evaluations.results import interview_is_complete, record_interview
from evaluations.sheets import blank
from journal import clock
from journal.append import append
from postings.models import Stage


def _excuse(sheet: ScoreSheet, *, cause: str, reason: str, at: datetime, by: User) -> None:
    blank(sheet)
    sheet.excused_at = at
    sheet.excuse = reason
    sheet.save()
    facts = {"stage": sheet.stage, "member": sheet.member.user.actor, "cause": cause}
    append(
        "sheet.excused",
        at=at,
        actor=by.actor,
        subject=sheet.application.subject,
        facts=facts,
    )


def _close_if_complete(application: Application, *, at: datetime, by: User) -> None:
    sealed = ScoreSheet.objects.sealed().filter(application=application, stage=Stage.INTERVIEW).exists()
    if sealed and application.state == State.SHORTLISTED and interview_is_complete(application):
        record_interview(application, at=at, by=by)


def excuse(*, sheet: ScoreSheet, reason: str, by: User) -> ScoreSheet:
    """Record that a member's interview sheet will not come, so that the others' suffice; the quorum still holds.

    The reason stays out of the journal: it may tell of the member.
    Raises PermissionDenied unless ``by`` presides over the file, ValidationError without a reason, for a sealed
    sheet, for a blind one (it is reassigned instead), or when too few would be left for the quorum.
    """
    if not presides(by, sheet.application):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError({"reason": _("Dites pourquoi cette grille ne viendra pas.")})
    with transaction.atomic():
        application = (
            Application.objects.select_for_update(of=("self",)).select_related("posting").get(pk=sheet.application_id)
        )
        locked = (
            ScoreSheet.objects.select_for_update(of=("self",))
            .select_related("member__user", "application")
            .get(pk=sheet.pk)
        )
        if locked.excused_at:
            return locked
        if locked.stage != Stage.INTERVIEW or locked.sealed_at:
            raise ValidationError(_("Seule une grille d'entretien encore ouverte peut être dispensée."))
        others = ScoreSheet.objects.due().filter(application=application, stage=Stage.INTERVIEW).exclude(pk=locked.pk)
        if others.count() < application.posting.quorum:
            raise ValidationError(_("Sans cette grille, le quorum du jury ne serait plus atteint."))
        at = clock.now()
        _excuse(locked, cause="absence", reason=reason.strip(), at=at, by=by)
        _close_if_complete(application, at=at, by=by)
    return locked


def excuse_for_conflict(declaration: Declaration, *, at: datetime, by: User) -> None:
    """A member in conflict owes no interview sheet. A blind sheet stays due: it must go to another marker.

    In the transaction of the declaration, which holds the application.
    """
    sheets = (
        ScoreSheet.objects.due()
        .unsealed()
        .filter(
            member=declaration.member,
            application=declaration.application,
            stage=Stage.INTERVIEW,
        )
    )
    for sheet in sheets.select_related("member__user", "application"):
        _excuse(sheet, cause="conflict", reason="", at=at, by=by)
        _close_if_complete(
            Application.objects.select_related("posting").get(pk=sheet.application_id),
            at=at,
            by=by,
        )
