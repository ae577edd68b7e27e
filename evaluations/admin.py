"""What HR and the auditor read of the evaluation, in Django's admin: nothing is written here."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from applications.admin import ReadOnlyAdmin
from applications.models import PurgeCertificate
from applications.policy_screening import may_read_files
from evaluations.admin_retention import PurgeCertificateAdmin
from evaluations.models import (
    Decision,
    Deliberation,
    Interview,
    Panel,
    PanelMember,
    RankedFile,
    ReferenceRequest,
    ReferenceVerification,
    Rescheduling,
    Ruling,
    Substitute,
)
from journal.admin_read_only import ReadOnly


class ReadOnlyInline(ReadOnly, admin.TabularInline):
    """Rows shown with what they belong to."""

    extra = 0
    can_delete = False
    may_view = staticmethod(may_read_files)


class PanelMemberInline(ReadOnlyInline):
    model = PanelMember
    fields = ["user", "chair", "outsider", "joined_at", "left_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[PanelMember]:
        """Who left is shown too."""
        return PanelMember.everyone.select_related("user")


class SubstituteInline(ReadOnlyInline):
    model = Substitute
    fields = ["rank", "user", "chair", "outsider"]


@admin.register(Panel)
class PanelAdmin(ReadOnlyAdmin):
    list_display = ["posting", "frozen_at"]
    list_select_related = ["posting"]
    inlines = [PanelMemberInline, SubstituteInline]


class ReschedulingInline(ReadOnlyInline):
    model = Rescheduling
    fields = ["previous", "starts_at", "reason", "by", "at"]


@admin.register(Interview)
class InterviewAdmin(ReadOnlyAdmin):
    list_display = ["starts_at", "minutes", "place", "link", "application", "invited_at", "sequence"]
    list_display_links = ["starts_at"]
    list_filter = ["posting"]
    list_select_related = ["application"]
    # Named, or Django would build a form field for it and warn of the scheme that it assumes.
    readonly_fields = ["link"]
    inlines = [ReschedulingInline]


@admin.register(ReferenceRequest)
class ReferenceRequestAdmin(ReadOnlyAdmin):
    """Without the link's hash: it is of no use to a reader."""

    list_display = ["referee", "dossier", "state", "times_asked", "asked_at", "expires_at", "answered_at"]
    list_filter = ["state", "referee__application__posting"]
    list_select_related = ["referee__application"]
    fields = ["referee", "state", "times_asked", "asked_at", "expires_at", "answered_at", "answers"]

    @admin.display(description="dossier")
    def dossier(self, request: ReferenceRequest) -> str:
        return request.referee.application.dossier_code


@admin.register(ReferenceVerification)
class ReferenceVerificationAdmin(ReadOnlyAdmin):
    list_display = ["referee", "method", "outcome", "by", "at"]
    list_filter = ["method", "outcome", "referee__application__posting"]
    list_select_related = ["referee", "by"]


class RankedFileInline(ReadOnlyInline):
    model = RankedFile
    fields = ["rank", "application", "skills_total", "interview_total", "total", "tie_broken_by", "appreciation"]


@admin.register(Deliberation)
class DeliberationAdmin(ReadOnlyAdmin):
    """Its ranking and its minutes' hash; the minutes themselves are on the campaign's page."""

    list_display = ["posting", "opened_at", "closed_at", "minutes_sha256"]
    list_select_related = ["posting"]
    fields = ["posting", "opened_at", "opened_by", "present", "outcome", "closed_at", "minutes_sha256"]
    inlines = [RankedFileInline]


class DecisionInline(ReadOnlyInline):
    model = Decision
    fields = ["application", "outcome", "rank", "reasons"]


@admin.register(Ruling)
class RulingAdmin(ReadOnlyAdmin):
    list_display = ["posting", "by", "at"]
    list_select_related = ["posting", "by"]
    inlines = [DecisionInline]


admin.site.register(PurgeCertificate, PurgeCertificateAdmin)
