"""What only the auditor reads in the admin: the jury's own work, once its minutes are final, and what led to the decision."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.policy import is_auditor, person
from applications.admin import ReadOnlyAdmin
from applications.models import Application, Shown
from applications.viewing import record_viewings
from evaluations.models import (
    Ballot,
    DecisionDraft,
    DecisionOutcome,
    MinutesSignature,
    OrderVote,
    ReferencesConclusion,
    Renunciation,
    Score,
    ScoreSheet,
    Succession,
    Voice,
)
from journal.admin_read_only import ReadOnly


class FileShown(ReadOnlyAdmin):
    """Rows whose page shows something of one or several files: opening it is recorded."""

    shown = Shown.MARKS

    def files_of(self, row: Any) -> Iterable[Application]:
        """The files that the row's page tells something of."""
        return [row.application]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        row = self.get_object(request, unquote(object_id))
        if row is not None and request.method == "GET" and self.has_view_permission(request, row):
            record_viewings(applications=self.files_of(row), shown=self.shown, by=person(request))
        return super().change_view(request, object_id, *args, **kwargs)


class AuditorAdmin(FileShown):
    """``final``: the way from the row to its posting's deliberation. Nothing leaves the jury before the minutes are final."""

    may_view = staticmethod(is_auditor)
    final = ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows.filter(**{f"{self.final}__frozen_at__isnull": False}) if self.final else rows


class ScoreInline(ReadOnly, admin.TabularInline):
    model = Score
    extra = 0
    can_delete = False
    fields = ["criterion", "value", "comment"]
    may_view = staticmethod(is_auditor)


@admin.register(ScoreSheet)
class ScoreSheetAdmin(AuditorAdmin):
    """Each member's marks of each file."""

    final = "application__posting__deliberation"
    list_display = ["application", "stage", "member", "sealed_at", "excused_at"]
    list_filter = ["stage", "application__posting"]
    search_fields = ["application__dossier_code"]
    list_select_related = ["application", "member__user"]
    fields = ["application", "stage", "member", "sealed_at", "excused_at"]
    inlines = [ScoreInline]


class BallotInline(ReadOnly, admin.TabularInline):
    model = Ballot
    extra = 0
    can_delete = False
    fields = ["who", "voice"]
    readonly_fields = ["who"]
    may_view = staticmethod(is_auditor)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ballot]:
        return super().get_queryset(request).select_related("member__user")

    @admin.display(description=_("membre"))
    def who(self, ballot: Ballot) -> str:
        return str(ballot.member)


@admin.register(OrderVote)
class OrderVoteAdmin(AuditorAdmin):
    """The votes on the order, by name where the posting says so. Of a secret one: who voted, and the counts."""

    final = "deliberation"
    list_display = ["application", "from_rank", "to_rank", "secret", "voices", "accepted", "opened_at", "closed_at"]
    list_filter = ["accepted", "secret", "deliberation__posting"]
    search_fields = ["application__dossier_code"]
    list_select_related = ["application"]
    fields = [
        "application", "from_rank", "to_rank", "motive", "secret", "opened_by", "opened_at", "closed_at", "voices",
        "casting", "accepted",
    ]  # fmt: skip
    readonly_fields = ["voices"]
    inlines = [BallotInline]

    @admin.display(description=_("voix"))
    def voices(self, vote: OrderVote) -> str:
        counts = vote.counts or {}
        return ", ".join(f"{voice.label} : {counts[voice]}" for voice in Voice if voice in counts)


@admin.register(MinutesSignature)
class MinutesSignatureAdmin(AuditorAdmin):
    """Who signed the minutes, who refused, and in which words."""

    final = "deliberation"
    list_display = ["member", "deed", "by", "at", "posting"]
    list_filter = ["deed", "deliberation__posting"]
    list_select_related = ["member__user", "by", "deliberation__posting"]
    fields = ["posting", "member", "deed", "words", "body_sha256", "by", "at"]
    readonly_fields = ["posting"]

    def files_of(self, row: MinutesSignature) -> Iterable[Application]:
        return ()

    @admin.display(description=_("avis"), ordering="deliberation__posting")
    def posting(self, signature: MinutesSignature) -> str:
        return str(signature.deliberation.posting)


@admin.register(DecisionDraft)
class DecisionDraftAdmin(AuditorAdmin):
    """What HR prepared and the authority found."""

    final = "posting__deliberation"
    list_display = ["notice", "by", "at"]
    list_select_related = ["posting", "by"]
    fields = ["notice", "choices_told", "departure", "by", "at"]
    readonly_fields = ["notice", "choices_told"]

    def files_of(self, row: DecisionDraft) -> Iterable[Application]:
        codes = [choice["dossier"] for choice in row.choices]
        return Application.objects.filter(posting=row.posting, dossier_code__in=codes).select_related("posting")

    @admin.display(description=_("avis"), ordering="posting")
    def notice(self, draft: DecisionDraft) -> str:
        return str(draft.posting)

    @admin.display(description=_("choix"))
    def choices_told(self, draft: DecisionDraft) -> str:
        return "\n".join(
            f"{choice['dossier']} : {DecisionOutcome(choice['outcome']).label} — {choice['reasons']}"
            for choice in draft.choices
        )


@admin.register(ReferencesConclusion)
class ReferencesConclusionAdmin(AuditorAdmin):
    """What HR concluded on each file's references: every conclusion, the later ones too."""

    shown = Shown.REFERENCES
    list_display = ["application", "outcome", "by", "at"]
    list_filter = ["outcome", "application__posting"]
    search_fields = ["application__dossier_code"]
    list_select_related = ["application", "by"]


@admin.register(Renunciation)
class RenunciationAdmin(AuditorAdmin):
    """Who renounced after the decision, and who wrote it down."""

    shown = Shown.FILE
    list_display = ["application", "by", "at"]
    search_fields = ["application__dossier_code"]
    list_select_related = ["application", "by"]


@admin.register(Succession)
class SuccessionAdmin(AuditorAdmin):
    """Who was called from the reserve list, in whose place."""

    shown = Shown.FILE
    list_display = ["called", "renounced", "rank", "by", "at"]
    search_fields = ["called__dossier_code", "renounced__dossier_code"]
    list_select_related = ["called", "renounced", "by"]
    fields = ["renounced", "called", "rank", "by", "at"]

    def files_of(self, row: Succession) -> Iterable[Application]:
        return [row.renounced, row.called]
