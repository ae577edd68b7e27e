"""What came back, for HR to see: of which notice, why, and what belongs to none."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.policy import is_hr
from journal.admin_read_only import ReadOnly
from notices import bounces
from notices.models import Bounce
from notices.policy import sees_notices


class SeenFilter(admin.SimpleListFilter):
    title = _("suite")
    parameter_name = "seen"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("à voir")), ("yes", _("vus"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Bounce]) -> QuerySet[Bounce]:
        return queryset.filter(settled_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(Bounce)
class BounceAdmin(ReadOnly, admin.ModelAdmin):
    """The list; one act, on those that are ticked: they have been seen."""

    list_display = ("received_at", "about", "status", "why", "applied", "settled_at")
    list_filter = (SeenFilter, "applied")
    list_select_related = ("notice",)
    list_per_page = 50
    show_full_result_count = False
    actions = ("settle_selected",)
    fields = (
        "received_at",
        "source",
        "about",
        "action",
        "status",
        "detail",
        "words",
        "applied",
        "settled_at",
        "settled_by",
    )
    readonly_fields = ("about",)
    may_view = staticmethod(sees_notices)

    def has_settle_permission(self, request: HttpRequest) -> bool:
        return is_hr(request.user)

    @admin.display(description=_("notification"))
    def about(self, bounce: Bounce) -> str:
        if bounce.notice is None:
            return str(_("aucune de celles-ci"))
        address = reverse("admin:notices_notice_change", args=[bounce.notice.pk])
        return format_html(
            '<a href="{}">{}</a>', address, bounce.notice.subject.partition(":")[2] or bounce.notice.kind
        )

    @admin.display(description=_("ce qu’il dit"))
    def why(self, bounce: Bounce) -> str:
        return bounce.detail or bounce.words or bounce.action or "–"

    @admin.action(description=_("Marquer comme vus"), permissions=["settle"])
    def settle_selected(self, request: HttpRequest, queryset: QuerySet[Bounce]) -> None:
        found = list(queryset.filter(settled_at=None))
        for bounce in found:
            bounces.settle(bounce=bounce, by=request.user)  # type: ignore[arg-type]
        said = ngettext("Un message marqué comme vu.", "%(n)d messages marqués comme vus.", len(found))
        messages.success(request, said % {"n": len(found)})
