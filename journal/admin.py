"""The journal in Django's admin: read, search, filter by day; nothing is ever written here."""

import json
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from journal import clock
from journal.admin_read_only import ReadOnly
from journal.models import Checkpoint, Entry
from journal.policy import may_read, may_read_facts
from journal.words import WORDS, words


class EstimatingPaginator(Paginator):
    """Takes the number of all entries from PostgreSQL's own estimate when they are too many to count each time."""

    EXACT_UP_TO = 50_000
    object_list: QuerySet[Any]

    @cached_property
    def count(self) -> int:
        """The number of rows: exact when the list is filtered or short."""
        query = self.object_list.query
        if connection.vendor == "postgresql" and not query.where:
            table = self.object_list.model._meta.db_table
            with connection.cursor() as cursor:
                cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = %s::regclass", [table])
                estimate: int = cursor.fetchone()[0]
            if estimate > self.EXACT_UP_TO:
                return estimate
        return super().count


class ReadOnlyAdmin(ReadOnly, admin.ModelAdmin):
    """Rows that may be read, and that the database itself refuses to change."""

    actions = None
    show_full_result_count = False
    paginator = EstimatingPaginator
    may_view = staticmethod(may_read)


class KindFilter(admin.SimpleListFilter):
    """The kinds by their French names, without a search of the whole table for those that occur."""

    title = _("nature")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return sorted(WORDS.items(), key=lambda item: str(item[1]))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Entry]) -> QuerySet[Entry]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    list_display = ["id", "moment", "act", "subject", "actor", "place"]
    list_filter = [KindFilter, ("at", admin.DateFieldListFilter)]
    search_fields = ["subject__startswith", "kind__startswith", "actor__exact"]
    search_help_text = _("Début de l’objet ou de la nature, ou auteur exact")
    list_select_related = ["leaf"]
    ordering = ["-id"]

    def get_fields(self, request: HttpRequest, obj: Entry | None = None) -> list[Any]:
        """Without its facts go the text and the hash: marks are few enough to be guessed from it."""
        known = ["act", "kind", "moment", "subject", "actor", "place"]
        if obj is not None and not may_read_facts(request.user, obj.kind):
            return known
        return [*known, "told", "leaf_hash", "body"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The filters alone: a query on the facts would tell, answer by answer, what their page hides."""
        return lookup.partition("__")[0] in {"kind", "at"}

    @admin.display(description=_("heure"), ordering="at")
    def moment(self, entry: Entry) -> str:
        local = entry.at.astimezone(clock.zone())
        return f"{local:%d/%m/%Y %H:%M:%S}.{local.microsecond // 1000:03}"

    @admin.display(description=_("acte"), ordering="kind")
    def act(self, entry: Entry) -> str:
        return words(entry.kind)

    @admin.display(description=_("faits"))
    def told(self, entry: Entry) -> str:
        return format_html("<pre>{}</pre>", json.dumps(entry.facts, ensure_ascii=False, indent=2, sort_keys=True))

    @admin.display(description=_("place au registre"))
    def place(self, entry: Entry) -> str:
        return str(entry.leaf.index + 1) if hasattr(entry, "leaf") else str(_("pas encore scellée"))

    @admin.display(description=_("empreinte de l’inscription"))
    def leaf_hash(self, entry: Entry) -> str:
        return entry.leaf_hash


@admin.register(Checkpoint)
class CheckpointAdmin(ReadOnlyAdmin):
    list_display = ["size", "at", "root_hex"]
    list_filter = [("at", admin.DateFieldListFilter)]
    fields = ["size", "at", "root_hex", "signed"]

    @admin.display(description=_("racine"))
    def root_hex(self, checkpoint: Checkpoint) -> str:
        return checkpoint.root_hex

    @admin.display(description=_("note signée"))
    def signed(self, checkpoint: Checkpoint) -> str:
        return format_html("<pre>{}</pre>", checkpoint.note)
