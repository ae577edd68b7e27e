"""HR's view of the files, in Django's admin: nothing is typed over, every act is a button."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.policy import is_hr, is_hr_head
from applications import (
    admin_bulk,
    admin_cancel,
    admin_deadline,
    admin_erasure,
    admin_exchanges,
    admin_file,
    admin_filters,
    admin_incidents,
    admin_list,
    admin_neighbours,
    admin_trace,
    admin_urls,
    admin_viewing,
    saved_filters,
)
from applications.exchanges.objections import answer_by
from applications.models import (
    Accommodation,
    Application,
    ErasureRequest,
    Incident,
    LateAttempt,
    Objection,
    ObjectionAssignment,
    PieceRequest,
    Viewing,
)
from applications.policy_screening import may_read_files, was_never_submitted
from applications.states import UNSUBMITTED
from journal import clock
from journal.admin_read_only import ReadOnly
from postings.models import Posting


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """Rows that HR and the auditor read, and nobody writes here."""

    show_full_result_count = False
    actions: Any = None
    may_view = staticmethod(may_read_files)


@admin.register(Application)
class ApplicationAdmin(ReadOnlyAdmin):
    """The list of files; a click opens the file page."""

    list_display = ["dossier_code", "who", "state_pill", "completeness", "checked", "officer_name", "deposited"]
    list_filter = [
        "state",
        admin_filters.OfficerFilter,
        admin_filters.CheckFilter,
        admin_filters.SecondLookFilter,
        admin_filters.PieceFilter,
        admin_filters.LateFilter,
        "screening__ground",
        "posting",
    ]
    search_fields = ["dossier_code"]  # what is searched, admin_list.search says
    search_help_text = _("Numéro de dossier, nom, prénoms ou adresse électronique")
    list_select_related = ["posting", "officer"]
    list_per_page = 50
    paginator = admin_list.BoundedPaginator
    ordering = ["-submitted_at", "-id"]
    change_list_template = "admin/applications/application/change_list.html"
    actions = ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """What may be done to many files at once, for who works on them."""
        return admin_bulk.actions() if is_hr(request.user) else {}

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return admin_neighbours.OrderOnly if getattr(request, "order_only", False) else admin_list.FileList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The filters alone: a query on a field would tell who holds a draft."""
        own = {"tardive", "agent", "grille", "regard", "piece"}
        return lookup.partition("__")[0] in {"state", "screening", "posting", *own}

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        """A search finds a draft by its whole code alone: by a name or an address, it would tell whose it is."""
        return (admin_list.search(queryset, search_term), False) if search_term else (queryset, False)

    def get_urls(self) -> list[URLPattern]:
        views = [
            *admin_urls.office(),
            path("<int:pk>/pieces/<uuid:public_id>/", admin_file.document, name="applications_application_document"),
            path("<int:pk>/demander/", admin_exchanges.ask_piece, name="applications_application_ask_piece"),
            path("demandes/<int:pk>/classer/", admin_exchanges.settle_piece, name="applications_piecerequest_settle"),
            path("report/<slug:slug>/", admin_deadline.ExtendView.as_view(), name="applications_application_extend"),
            path("annuler/<slug:slug>/", admin_cancel.cancel, name="applications_application_cancel"),
        ]
        for pattern in views:
            pattern.callback = self.admin_site.admin_view(pattern.callback)
        return [*views, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        running = Posting.objects.filter(closed_at__isnull=True, published_at__isnull=False, cancelled_at=None)
        context = {
            "open_postings": running if is_hr_head(request.user) else running.none(),
            "saved_filters": saved_filters.visible_to(request.user),
            "this_filter": saved_filters.plain(request.GET.urlencode()),
            "most_counted": admin_list.MOST_COUNTED,
            "acts": is_hr(request.user),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """The file; of one that was never submitted, only what happened to it."""
        if was_never_submitted(object_id):
            return admin_trace.trace(request, object_id)
        return admin_file.FileView.as_view()(request, pk=object_id)

    @admin.display(description=_("candidat"), ordering="family_name")
    def who(self, application: Application) -> str:
        # A draft belongs to the candidate alone until it is submitted.
        return "—" if application.state in UNSUBMITTED else application.full_name

    @admin.display(description=_("état"), ordering="state")
    def state_pill(self, application: Application) -> str:
        label = application.get_state_display()
        return format_html('<span class="pmp-pill pmp-pill-{}">{}</span>', application.state, label)

    @admin.display(description=_("pièces"))
    def completeness(self, application: Any) -> str:
        return format_html(
            '<span class="pmp-narrow">{} </span>{} / {}', _("pièces"), application.provided, application.asked
        )

    @admin.display(description=_("grille"))
    def checked(self, application: Any) -> str:
        if application.amiss:
            words = ngettext("%(n)d point à lever", "%(n)d points à lever", application.amiss)
            return format_html('<span class="pmp-check-missing">{}</span>', words % {"n": application.amiss})
        return format_html(
            '<span class="pmp-narrow">{} </span>{} / {}', _("grille"), application.fine, application.lines
        )

    @admin.display(description=_("déposée"), ordering="submitted_at")
    def deposited(self, application: Application) -> str:
        at = application.submitted_at
        return f"{timezone.localtime(at, clock.zone()):%d/%m/%Y %H:%M}" if at else ""

    @admin.display(description=_("agent"))
    def officer_name(self, application: Application) -> str:
        return str(application.officer or "")


@admin.register(LateAttempt)
class LateAttemptAdmin(ReadOnlyAdmin):
    """Submissions that came too late."""

    list_display = ["application", "at", "closes_at"]
    list_filter = ["application__posting"]
    search_fields = ["application__dossier_code"]
    list_select_related = ["application"]


class ExchangeAdmin(ReadOnlyAdmin):
    """The list of one sort of exchange; what is done about each, its own page says."""

    list_filter: ClassVar[Any] = [("answered_at", admin.EmptyFieldListFilter), "application__posting"]
    search_fields = ["application__dossier_code"]
    list_select_related = ["application"]


@admin.register(PieceRequest)
class PieceRequestAdmin(ExchangeAdmin):
    """Pieces that HR asked for."""

    list_display = ["application", "requirement", "asked_at", "due_at", "answered_at", "settled_at"]
    list_filter: ClassVar[Any] = [admin_exchanges.AwaitedFilter, "application__posting"]
    list_select_related = ["application", "requirement"]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        return admin_exchanges.file_of_request(request, object_id)


@admin.register(Accommodation)
class AccommodationAdmin(ExchangeAdmin):
    """What candidates need. HR alone reads it: it may tell of their health."""

    list_display = ["application", "asked_at", "answered_at"]
    list_filter: ClassVar[Any] = [
        admin_filters.WaitingFilter,
        ("answered_at", admin.EmptyFieldListFilter),
        "application__posting",
    ]
    may_view = staticmethod(is_hr)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        return admin_exchanges.accommodation(request, object_id)


@admin.register(Objection)
class ObjectionAdmin(ExchangeAdmin):
    """Recourses against the decision."""

    list_display = ["application", "lodged_at", "officer", "answer_by", "answered_at", "outcome"]
    list_select_related = ["application__posting"]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        return admin_exchanges.objection(request, object_id)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(admin_exchanges.assign_objection)
        return [path("<str:pk>/confier/", view, name="applications_objection_assign"), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Objection]:
        latest = ObjectionAssignment.objects.filter(objection=OuterRef("pk")).order_by("-pk")
        name = Subquery(latest.values("officer__full_name")[:1])
        return super().get_queryset(request).annotate(officer_name=name)

    @admin.display(description=_("confié à"))
    def officer(self, objection: Any) -> str:
        return objection.officer_name or "—"

    @admin.display(description=_("réponse au plus tard le"))
    def answer_by(self, objection: Objection) -> date:
        return answer_by(objection)


admin.site.register(Incident, admin_incidents.IncidentAdmin)
admin.site.register(ErasureRequest, admin_erasure.ErasureRequestAdmin)
admin.site.register(Viewing, admin_viewing.ViewingAdmin)
