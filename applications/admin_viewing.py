"""Who saw what, for the auditor: by person, by file, by day. HR doesn't read who reads."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Role, User
from accounts.policy import WORKING_ROLES, is_auditor
from applications.models import Viewing
from journal import clock
from journal.admin_read_only import ReadOnly


class PersonFilter(admin.SimpleListFilter):
    """By who looked: those who have an account to work here, in one query."""

    title = _("personne")
    parameter_name = "personne"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        people = User.objects.filter(role__in=WORKING_ROLES).order_by("full_name", "email")
        return [(str(user.public_id), str(user)) for user in people]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Viewing]) -> QuerySet[Viewing]:
        chosen = self.value()
        known = {value for value, _name in self.lookup_choices}
        return queryset.filter(viewer__public_id=chosen) if chosen in known and chosen else queryset


class RoleFilter(admin.SimpleListFilter):
    """By the role that they had when they looked."""

    title = _("rôle")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, role.label) for role in Role if role in WORKING_ROLES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Viewing]) -> QuerySet[Viewing]:
        return queryset.filter(role=self.value()) if self.value() else queryset


class ViewingAdmin(ReadOnly, admin.ModelAdmin):
    """The list is the whole of it; the search finds a file by its code."""

    list_display = ["moment", "viewer", "part", "dossier", "shown", "told"]
    list_display_links = ["moment"]
    list_filter: ClassVar[Any] = [
        PersonFilter,
        RoleFilter,
        "shown",
        ("at", admin.DateFieldListFilter),
        "application__posting",
    ]
    search_fields = ["=application__dossier_code"]
    search_help_text = _("Numéro de dossier, en entier")
    list_select_related = ["viewer", "application"]
    list_per_page = 100
    show_full_result_count = False
    ordering = ["-id"]
    actions = None
    fields = ["moment", "viewer", "part", "dossier", "shown", "document", "told"]
    readonly_fields = ["moment", "part", "dossier", "told"]
    may_view = staticmethod(is_auditor)

    @admin.display(description=_("instant"), ordering="id")
    def moment(self, viewing: Viewing) -> str:
        return f"{viewing.at.astimezone(clock.zone()):%d/%m/%Y %H:%M:%S}"

    @admin.display(description=_("registre"))
    def told(self, viewing: Viewing) -> str:
        """The first of the day has its entry."""
        return str(_("inscrite")) if viewing.first else "–"

    @admin.display(description=_("rôle à cet instant"))
    def part(self, viewing: Viewing) -> str:
        return str(Role(viewing.role).label)

    @admin.display(description=_("dossier"), ordering="application")
    def dossier(self, viewing: Viewing) -> str:
        return viewing.application.dossier_code
