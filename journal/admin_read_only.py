"""Rows that some may read in the admin, and nobody writes there: every change is an act, made elsewhere."""

from typing import Any

from django.http import HttpRequest


def row_key(text: str) -> int:
    """The key of a row as an address of the admin gives it; 0, which no row has, for what is none or too long for one."""
    return int(text) if text.isdecimal() and len(text) <= 18 else 0


class ReadOnly:
    """For a ModelAdmin or an inline, named before it. ``may_view`` is a policy's predicate; without one, nobody reads."""

    @staticmethod
    def may_view(user: Any) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.may_view(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_view(request.user)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
