"""What HR and the auditor read of the evaluation, in Django's admin: nothing is written here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from applications.admin import ReadOnlyAdmin
from applications.models import Application, PurgeCertificate, Shown
from applications.policy_screening import may_read_files
from evaluations.admin_record import FileShown
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
from evaluations.references import LISTED, overdue_requests
from journal import clock
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


class OverdueFilter(admin.SimpleListFilter):
    """What did not come in time, of the files whose references are read."""

    title = _("en retard")
    parameter_name = "retard"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("oui", _("oui"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ReferenceRequest]) -> QuerySet[ReferenceRequest]:
        late = overdue_requests(clock.now()).filter(referee__application__state__in=sorted(LISTED))
        return queryset.filter(pk__in=late.values("pk")) if self.value() == "oui" else queryset


@admin.register(ReferenceRequest)
class ReferenceRequestAdmin(FileShown):
    """Without the link's hash: it is of no use to a reader."""

    shown = Shown.REFERENCES
    list_display = ["referee", "dossier", "state", "times_asked", "asked_at", "expires_at", "answered_at"]
    list_filter = ["state", OverdueFilter, "referee__application__posting"]
    list_select_related = ["referee__application"]
    fields = ["referee", "state", "times_asked", "asked_at", "expires_at", "answered_at", "answers"]

    def files_of(self, row: ReferenceRequest) -> list[Application]:
        return [row.referee.application]

    @admin.display(description="dossier")
    def dossier(self, request: ReferenceRequest) -> str:
        return request.referee.application.dossier_code


@admin.register(ReferenceVerification)
class ReferenceVerificationAdmin(FileShown):
    shown = Shown.REFERENCES
    list_display = ["referee", "method", "outcome", "by", "at"]
    list_filter = ["method", "outcome", "referee__application__posting"]
    list_select_related = ["referee", "by"]

    def files_of(self, row: ReferenceVerification) -> list[Application]:
        return [row.referee.application]


class RankedFileInline(ReadOnlyInline):
    model = RankedFile
    fields = ["rank", "application", "skills_total", "interview_total", "total", "tie_broken_by", "appreciation"]


@admin.register(Deliberation)
class DeliberationAdmin(FileShown):
    """Its ranking and its minutes' hash; the minutes themselves are on the campaign's page."""

    list_display = ["posting", "opened_at", "closed_at", "minutes_sha256"]
    list_select_related = ["posting"]
    fields = ["posting", "opened_at", "opened_by", "present", "outcome", "closed_at", "minutes_sha256"]
    inlines = [RankedFileInline]

    def files_of(self, row: Deliberation) -> list[Application]:
        return [place.application for place in row.ranking.select_related("application__posting")]


class DecisionInline(ReadOnlyInline):
    model = Decision
    fields = ["application", "outcome", "rank", "reasons"]


@admin.register(Ruling)
class RulingAdmin(FileShown):
    list_display = ["posting", "by", "at"]
    list_select_related = ["posting", "by"]
    inlines = [DecisionInline]

    def files_of(self, row: Ruling) -> list[Application]:
        return [decision.application for decision in row.decisions.select_related("application__posting")]


admin.site.register(PurgeCertificate, PurgeCertificateAdmin)
