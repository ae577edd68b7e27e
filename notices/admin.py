"""HR's desk for notices: what is owed, what left, what failed. Every act is a button; nothing is typed over."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.policy import is_hr_head
from journal.admin_read_only import ReadOnly
from notices import admin_bounces, admin_notice, outbox
from notices.forms import HoldForm
from notices.kinds import LABELS
from notices.models import Notice, NoticeState
from notices.policy import sees_notices


class KindFilter(admin.SimpleListFilter):
    title = _("nature")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(LABELS.items())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Notice]) -> QuerySet[Notice]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


__all__ = ["NoticeAdmin", "admin_bounces"]


@admin.register(Notice)
class NoticeAdmin(ReadOnly, admin.ModelAdmin):
    """The list; a click opens the notice's page."""

    list_display = ("dossier", "what", "address", "state_pill", "leaves", "tries")
    list_filter = ("state", KindFilter, "campaign")
    search_fields = ("subject", "address", "recipient__full_name")
    search_help_text = _("Numéro de dossier, adresse ou nom")
    list_per_page = 50
    show_full_result_count = False
    actions = ("approve_selected",)
    change_list_template = "admin/notices/notice/change_list.html"
    may_view = staticmethod(sees_notices)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The filters alone: a query on the context would tell a code or a link, character by character."""
        return lookup.partition("__")[0] in {"state", "kind", "campaign"}

    def has_approve_permission(self, request: HttpRequest) -> bool:
        return is_hr_head(request.user)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        return super().get_queryset(request).annotate(tried=Count("deliveries"))

    @admin.display(description=_("dossier"), ordering="subject")
    def dossier(self, notice: Notice) -> str:
        return notice.subject.partition(":")[2] or "–"

    @admin.display(description=_("nature"), ordering="kind")
    def what(self, notice: Notice) -> str:
        return str(LABELS[notice.kind])

    @admin.display(description=_("état"), ordering="state")
    def state_pill(self, notice: Notice) -> str:
        return format_html('<span class="pmp-pill pmp-pill-{}">{}</span>', notice.state, notice.get_state_display())

    @admin.display(description=_("départ"), ordering="sent_at")
    def leaves(self, notice: Notice) -> datetime | None:
        """When it left, or when it is to leave."""
        return notice.sent_at or notice.release_at

    @admin.display(description=_("essais"), ordering="tried")
    def tries(self, notice: Any) -> int:
        tried: int = notice.tried
        return tried

    def get_urls(self) -> list[URLPattern]:
        views = [
            path("<int:pk>/courrier/", self.admin_site.admin_view(admin_notice.letter), name="notices_notice_letter"),
            path("<int:pk>/acte/", self.admin_site.admin_view(admin_notice.act), name="notices_notice_act"),
        ]
        return [*views, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return admin_notice.page(request, object_id)

    @admin.action(description=_("Approuver…"), permissions=["approve"])
    def approve_selected(self, request: HttpRequest, queryset: QuerySet[Notice]) -> HttpResponse | None:
        """Show what is about to be approved, then approve it."""
        waiting = queryset.filter(state__in=[NoticeState.PREPARED, NoticeState.RECALLED]).order_by("kind", "subject")
        form = HoldForm(request.POST if "confirmed" in request.POST else None)
        if not waiting:
            messages.warning(request, _("Aucune des notifications choisies n’attend d’approbation."))
            return None
        if not form.is_valid():
            return self._summary(request, waiting, form)
        if not is_hr_head(request.user):
            raise PermissionDenied
        release_at, approved, refusals = form.release_at(), 0, set()
        for notice in waiting:
            try:
                outbox.approve(notice=notice, by=request.user, release_at=release_at)
                approved += 1
            except outbox.NoticeRefused as refusal:  # a colleague was quicker, or it is the person's own work
                refusals.add(str(refusal))
        for why in sorted(refusals):
            messages.error(request, why)
        said = ngettext("Une notification approuvée.", "%(n)d notifications approuvées.", approved)
        messages.success(request, said % {"n": approved})
        return None

    def _summary(self, request: HttpRequest, waiting: QuerySet[Notice], form: HoldForm) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": _("Approuver des notifications"),
            "lines": [(notice, LABELS[notice.kind]) for notice in waiting],
            "form": form,
        }
        return render(request, "admin/notices/notice/approve.html", context, status=422 if form.is_bound else 200)
