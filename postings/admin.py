"""Postings in the admin: to be read, never typed over."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from postings.lifecycle import RULES
from postings.models import Criterion, DeadlineExtension, DocumentRequirement, Posting, Question
from postings.policy import may_read_in_admin


class _ReadOnly:
    """Whoever may read reads; nobody adds, changes or deletes."""

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return may_read_in_admin(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class CriterionInline(_ReadOnly, admin.TabularInline):
    model = Criterion
    fields = ("stage", "label", "weight", "quotation")


class QuestionInline(_ReadOnly, admin.TabularInline):
    model = Question
    fields = ("criterion", "text", "max_characters")


class RequirementInline(_ReadOnly, admin.TabularInline):
    model = DocumentRequirement
    fields = ("label", "required", "max_files", "max_bytes", "max_pages")


class ExtensionInline(_ReadOnly, admin.TabularInline):
    model = DeadlineExtension
    fields = ("previous", "closes_at", "reason", "incident", "by", "at")


@admin.register(Posting)
class PostingAdmin(_ReadOnly, admin.ModelAdmin):
    list_display = ("title", "opens_at", "closes_at", "published_at", "closed_at", "accepted_count")
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
                )
            },
        ),
        (_("Règles"), {"fields": RULES}),
        (_("Texte"), {"fields": ("notice_text", "deadline_quotation", "procedure_quotation", "answers_advice")}),
        (_("Empreintes"), {"fields": ("notice_sha256", "content_sha256")}),
    )
    inlines = (ExtensionInline, RequirementInline, CriterionInline, QuestionInline)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_read_in_admin(request.user)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        return {}
