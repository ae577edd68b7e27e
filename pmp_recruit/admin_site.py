"""The admin's own site: Django's, without its pages for passwords. Nobody has one. Its first page says what waits."""

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.template.response import TemplateResponse

from accounts.policy import is_hr
from journal import clock
from pmp_recruit.desk import campaigns, desk, sees_desk

#: What the header leads to; the first page leads to all the rest.
MAIN_MODELS = frozenset({"Application", "Notice", "Posting", "Entry", "User"})


class Site(AdminSite):
    """Where HR, the auditor and the administrator work."""

    empty_value_display = "–"

    def get_urls(self) -> list[Any]:
        without = {"password_change", "password_change_done"}
        return [url for url in super().get_urls() if getattr(url, "name", None) not in without]

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Every page of HR's leads to the campaign."""
        context = {"campaigns": campaigns() if is_hr(request.user) else [], "main_models": MAIN_MODELS}
        return {**super().each_context(request), **context}

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> TemplateResponse:
        context = dict(extra_context or {})
        if sees_desk(request.user):
            context["desk"], context["troubles"] = desk(request.user)
            context["now"] = clock.now()
        return super().index(request, context)
