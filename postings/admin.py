"""Postings in the admin: to be read, never typed over."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from accounts.policy import is_hr, is_hr_head
from journal.admin_read_only import ReadOnly
from postings import admin_draft
from postings.lifecycle import RULES
from postings.models import Criterion, DeadlineExtension, DocumentRequirement, Posting, Question
from postings.policy import may_read_in_admin


class _ReadOnly(ReadOnly):
    may_view = staticmethod(may_read_in_admin)


class CriterionInline(_ReadOnly, admin.TabularInline):
    model = Criterion
    fields = ("stage", "label", "weight", "eliminatory", "quotation")


class QuestionInline(_ReadOnly, admin.TabularInline):
    model = Question
    fields = ("criterion", "text", "max_characters")


class RequirementInline(_ReadOnly, admin.TabularInline):
    model = DocumentRequirement
    fields = ("label", "required", "max_files", "max_bytes", "max_pages", "photos", "photo_bytes")


class ExtensionInline(_ReadOnly, admin.TabularInline):
    model = DeadlineExtension
    fields = ("previous", "closes_at", "reason", "incident", "by", "at")


@admin.register(Posting)
class PostingAdmin(_ReadOnly, admin.ModelAdmin):
    list_display = ("title", "opens_at", "closes_at", "published_at", "closed_at", "accepted_count", "cancelled_at")
    fieldsets = (
        (None, {"fields": ("title", "institution", "contract", "locality", "slug")}),
        (
            _("Dates"),
            {
                "fields": (
                    "timezone",
                    "opens_at",
                    "closes_at",
                    "published_at",
                    "closed_at",
                    "accepted_count",
                    "accepted_sha256",
                    "cancelled_at",
                    "cancellation_reason",
                )
            },
        ),
        (_("Règles"), {"fields": RULES}),
        (_("Texte"), {"fields": ("notice_text", "deadline_quotation", "procedure_quotation", "answers_advice")}),
        (_("Empreintes"), {"fields": ("notice_sha256", "content_sha256")}),
    )
    inlines = (ExtensionInline, RequirementInline, CriterionInline, QuestionInline)

    def get_urls(self) -> list[URLPattern]:
        views = [
            path("copier/<slug:slug>/", admin_draft.copy, name="postings_posting_copy"),
            path("modifier/<slug:slug>/", admin_draft.edit, name="postings_posting_edit"),
            path("publier/<slug:slug>/", admin_draft.publish, name="postings_posting_publish"),
        ]
        for pattern in views:
            pattern.callback = self.admin_site.admin_view(pattern.callback)
        return [*views, *super().get_urls()]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """With the acts, for HR."""
        kwargs["extra_context"] = {
            **(kwargs.get("extra_context") or {}),
            "acts": is_hr(request.user),
            "heads": is_hr_head(request.user),
        }
        return super().change_view(request, object_id, *args, **kwargs)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}
