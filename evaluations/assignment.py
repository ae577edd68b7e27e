"""Who marks which file: a drawing of lots that anyone can make again from the journal."""

import secrets
from collections.abc import Iterable, Sequence
from hashlib import sha256

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import runs_the_jury
from applications.models import Application
from applications.states import State
from evaluations.models import PanelMember, ScoreSheet, StageClosing, ThirdMarker
from evaluations.policy import in_conflict, presides
from evaluations.policy_exercise import MISSED, still_to_sit
from evaluations.sheets import blank, open_sheets
from journal import clock
from journal.append import append
from postings.locks import hold_exclusive
from postings.models import Posting, Stage


def _lot(seed: str, *parts: str) -> str:
    return sha256(":".join((seed, *parts)).encode()).hexdigest()


def draw(seed: str, codes: Iterable[str], members: Sequence[str], markers: int) -> dict[str, list[str]]:
    """The markers of each dossier code: a function of its arguments alone, whatever their order.

    Files are taken in the order of SHA-256(``seed:code``). Each goes to the ``markers`` members who have the fewest
    files so far, ties told by SHA-256(``seed:code:member``). So loads differ by one at most, and no two files in a
    row have the same markers as soon as there are more members than markers.
    Raises ValueError when there are fewer members than markers.
    """
    if len(members) < markers:
        raise ValueError("Fewer members than markers.")
    load = dict.fromkeys(members, 0)
    drawn: dict[str, list[str]] = {}
    for code in sorted(codes, key=lambda c: _lot(seed, c)):
        keyed = sorted((load[member], _lot(seed, code, member), member) for member in members)
        drawn[code] = sorted(member for _load, _key, member in keyed[:markers])
        for member in drawn[code]:
            load[member] += 1
    return drawn


def _files_to_mark(posting: Posting) -> list[Application]:
    """The admissible files, once there is nothing left to screen. Raises ValidationError when it is too early."""
    if posting.closed_at is None:
        raise ValidationError(_("Les correcteurs se tirent au sort après la clôture des candidatures."))
    waiting = Application.objects.filter(posting=posting, state=State.SUBMITTED).count()
    if waiting:
        raise ValidationError(_("%(n)d dossier(s) attendent encore l'examen de recevabilité.") % {"n": waiting})
    if sitting := still_to_sit(posting):
        raise ValidationError(_("L’épreuve écrite n’est pas finie pour %(n)d candidat(s).") % {"n": len(sitting)})
    rows = Application.objects.select_for_update(of=("self",)).filter(posting=posting, state=State.ADMISSIBLE)
    files = list(rows.exclude(MISSED))
    if not files:
        raise ValidationError(_("Aucun dossier n'est recevable : il n'y a rien à attribuer."))
    return files


def assign_markers(*, posting: Posting, by: User) -> list[ScoreSheet]:
    """Draw the markers of every admissible file and open their blind sheets. Twice is once: no second drawing.

    Raises PermissionDenied unless ``by`` is HR, ValidationError before the jury is composed, before intake is closed,
    while a file waits for its screening or a candidate for the exercise, or when nothing is to be marked.
    """
    if not runs_the_jury(by):
        raise PermissionDenied
    with transaction.atomic():
        hold_exclusive(posting)
        posting.refresh_from_db()
        sheets = ScoreSheet.objects.filter(application__posting=posting, stage=Stage.SKILLS)
        if sheets.exists():
            return list(sheets)
        members = {m.user.actor: m for m in PanelMember.objects.filter(panel__posting=posting).select_related("user")}
        if not members:
            raise ValidationError(_("Composez d'abord le jury."))
        files = {file.dossier_code: file for file in _files_to_mark(posting)}
        seed = secrets.token_hex(32)
        pairs = draw(seed, files, sorted(members), posting.markers_per_file)
        for code, markers in pairs.items():
            open_sheets(files[code], Stage.SKILLS, [members[marker] for marker in markers])
        facts = {
            "seed": seed,
            "members": sorted(members),
            "markers": posting.markers_per_file,
            "pairs": pairs,
        }
        subject = f"posting:{posting.slug}"
        append(
            "skills.assigned",
            at=clock.now(),
            actor=by.actor,
            subject=subject,
            facts=facts,
        )
        return list(sheets)


def _refuse_reassignment(sheet: ScoreSheet, to: PanelMember) -> None:
    if sheet.stage != Stage.SKILLS:
        raise ValidationError(_("Tous les membres notent l'entretien : une grille d'entretien ne se réattribue pas."))
    if sheet.sealed_at or StageClosing.objects.filter(posting_id=to.panel.posting_id, stage=sheet.stage).exists():
        raise ValidationError(_("Une grille scellée ne se réattribue pas."))
    if to.panel.posting_id != sheet.application.posting_id or in_conflict(to, sheet.application):
        raise ValidationError({"to": _("Cette personne ne peut pas noter ce dossier.")})
    if ThirdMarker.objects.filter(sheet=sheet).exists():
        _refuse_as_third(sheet, to)
    if ScoreSheet.objects.filter(application=sheet.application, stage=sheet.stage, member=to).exists():
        raise ValidationError({"to": _("Cette personne note déjà ce dossier.")})


def _refuse_as_third(sheet: ScoreSheet, to: PanelMember) -> None:
    """Lots alone replace a third marker in conflict; another who can't mark goes to whom the marks were never open."""
    if in_conflict(sheet.member, sheet.application):
        raise ValidationError({"to": _("Ce correcteur a été tiré au sort : son remplaçant l'est aussi.")})
    if presides(to.user, sheet.application):
        raise ValidationError({"to": _("Cette personne préside sur ce dossier : ses notes lui étaient ouvertes.")})


def reassign(*, sheet: ScoreSheet, to: PanelMember, by: User) -> ScoreSheet:
    """Give an unsealed blind sheet to another member, blank: its marker is in conflict, or can't mark.

    Raises PermissionDenied unless ``by`` presides over the file, ValidationError for a sheet that can't move or a
    member who can't take it.
    """
    if not presides(by, sheet.application):
        raise PermissionDenied
    with transaction.atomic():
        Application.objects.select_for_update(of=("self",)).get(pk=sheet.application_id)
        locked = _locked_sheet(sheet)
        _refuse_reassignment(locked, to)
        marker = locked.member
        blank(locked)
        locked.member = to
        locked.save()
        facts = {
            "from": marker.user.actor,
            "to": to.user.actor,
            "cause": "conflict" if in_conflict(marker, locked.application) else "unavailable",
        }
        append(
            "sheet.reassigned",
            at=clock.now(),
            actor=by.actor,
            subject=locked.application.subject,
            facts=facts,
        )
    return locked


def _locked_sheet(sheet: ScoreSheet) -> ScoreSheet:
    rows = ScoreSheet.objects.select_for_update(of=("self",)).select_related("member__user", "application")
    return rows.get(pk=sheet.pk)
