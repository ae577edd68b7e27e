"""Who of the jury may see and do what. Strangers to an object get 404."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.models import User
from applications.models import Application, Document
from evaluations.models import Declaration, PanelMember, ScoreSheet
from postings.models import Posting, Stage


def member_of(user: User, posting: Posting) -> PanelMember | None:
    """The person's seat on the posting's jury."""
    return PanelMember.objects.filter(panel__posting=posting, user=user, panel__frozen_at__isnull=False).first()


def is_chair(user: User, posting: Posting) -> bool:
    return PanelMember.objects.filter(panel__posting=posting, user=user, chair=True).exists()


def presiding_member(application: Application) -> PanelMember | None:
    """The chair; for a file that the chair has a conflict on, the next member, in the panel's order, who has none."""
    members = PanelMember.objects.filter(panel__posting_id=application.posting_id)
    return members.exclude(declarations__in=Declaration.objects.filter(application=application, conflict=True)).first()


def presides(user: User, application: Application) -> bool:
    member = presiding_member(application)
    return member is not None and member.user_id == user.pk


def declaration_of(member: PanelMember, application: Application) -> Declaration | None:
    return Declaration.objects.filter(member=member, application=application).first()


def in_conflict(member: PanelMember, application: Application) -> bool:
    return Declaration.objects.filter(member=member, application=application, conflict=True).exists()


def may_mark(user: User, sheet: ScoreSheet) -> bool:
    """Only its own member, who sits still and declared to be free of any conflict; in interview, knowing the name."""
    own = sheet.member.user_id == user.pk and sheet.excused_at is None and sheet.member.left_at is None
    return own and not must_declare(user, sheet.application, sheet.stage)


def is_barred(user: User, application: Application) -> bool:
    """Whether the person declared a conflict on the file: it is closed to them for good, whatever they did before."""
    return Declaration.objects.filter(member__user=user, application=application, conflict=True).exists()


def marks_are_open(application: Application, stage: str) -> bool:
    """Nobody sees another's marks before every sheet due for the file at this stage is sealed."""
    sheets = ScoreSheet.objects.due().filter(application=application, stage=stage)
    return sheets.exists() and not sheets.unsealed().exists()


def may_compare(user: User, application: Application, stage: str) -> bool:
    """Those who marked the file, and who presides over it, once its marks are open. Never who is in conflict, or left."""
    if is_barred(user, application):
        return False
    own = ScoreSheet.objects.sealed().filter(member__user=user, member__left_at=None)
    marked = own.filter(application=application, stage=stage).exists()
    return (marked or presides(user, application)) and marks_are_open(application, stage)


def must_declare(user: User, application: Application, stage: str) -> bool:
    """Whether no page of the file opens yet: the person has not said that they are free of any conflict on it."""
    declared = Declaration.objects.filter(member__user=user, application=application, conflict=False)
    if stage == Stage.INTERVIEW:
        declared = declared.filter(named_at__isnull=False)
    return not declared.exists()


def get_declaring_or_404(user: User, code: str, stage: str) -> tuple[PanelMember, Application]:
    """Who has to declare on a file before any page of it: a member with a sheet on it, or whoever presides over it."""
    try:
        sheet = get_sheet_or_404(user, code, stage)
    except Http404:
        application = get_compared_file_or_404(user, code, stage)
        return get_object_or_404(PanelMember, panel__posting=application.posting_id, user=user), application
    return sheet.member, sheet.application


def get_sheet_or_404(user: User, code: str, stage: str) -> ScoreSheet:
    """The person's own sheet, declared on or not yet. Excused, withdrawn or in conflict: it never opens."""
    sheet = (
        ScoreSheet.objects.due()
        .filter(member__user=user, member__left_at=None, application__dossier_code=code, stage=stage)
        .select_related("member__user", "application__posting")
        .first()
    )
    if sheet is None or in_conflict(sheet.member, sheet.application):
        raise Http404
    return sheet


def get_member_or_404(user: User, slug: str) -> PanelMember:
    """The person's seat on the jury of the posting ``slug``."""
    members = PanelMember.objects.select_related("user", "panel__posting")
    return get_object_or_404(members, user=user, panel__posting__slug=slug, panel__frozen_at__isnull=False)


def get_compared_file_or_404(user: User, code: str, stage: str) -> Application:
    """A file whose markers' sheets the person may look at side by side, or preside over."""
    marked = ScoreSheet.objects.filter(application__dossier_code=code, stage=stage)
    sheet = marked.select_related("application__posting").first()
    if sheet is None or not (may_compare(user, sheet.application, stage) or presides(user, sheet.application)):
        raise Http404
    return sheet.application


def get_heard_document_or_404(user: User, code: str, public_id: UUID) -> Document:
    """A document of a file that the person hears in interview, free of any conflict. Never at the blind stage."""
    sheet = get_sheet_or_404(user, code, Stage.INTERVIEW)
    if not may_mark(user, sheet):
        raise Http404
    return get_object_or_404(
        Document.objects.select_related("requirement"), application=sheet.application, public_id=public_id
    )
