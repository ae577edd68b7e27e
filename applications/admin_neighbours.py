"""The file before and the file after, in the list as the officer left it: its filter, its search, its order."""

from copy import copy
from typing import Any

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import SuspiciousOperation
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse

from applications.models import Application
from applications.states import UNSUBMITTED

KEPT = "_changelist_filters"
#: The orders in which a file has one place: columns of its own, never empty once it is submitted.
_ORDERS = frozenset({"submitted_at", "id", "pk", "dossier_code", "family_name", "state"})
DEFAULT = ("-submitted_at", "-id")


class OrderOnly(ChangeList):
    """The list's choice and order, without its rows: they are not asked for."""

    def get_results(self, request: HttpRequest) -> None:
        self.result_count, self.full_result_count, self.result_list = 0, 0, self.queryset.none()
        self.show_full_result_count, self.show_admin_actions = False, False
        self.can_show_all, self.multi_page = False, False
        self.paginator = self.model_admin.get_paginator(request, self.result_list, self.list_per_page)


def kept_filter(request: HttpRequest) -> str:
    """The list's own query, as the address of the file carries it."""
    return request.GET.get(KEPT, "")


def here(request: HttpRequest) -> str:
    """What an address of this file ends with, so that the list it was opened from isn't lost: empty, or ``?…``."""
    query = QueryDict(mutable=True)
    if kept := kept_filter(request):
        query[KEPT] = kept
    return f"?{query.urlencode()}" if query else ""


def list_address(request: HttpRequest) -> str:
    """The list, filtered and ordered as it was left."""
    kept = kept_filter(request)
    return reverse("admin:applications_application_changelist") + (f"?{kept}" if kept else "")


def _listing(request: HttpRequest) -> tuple[QuerySet[Application], tuple[str, ...]]:
    """The submitted files of that list, and their order. What no list could have asked for is no filter."""
    asked: Any = copy(request)
    asked.GET = QueryDict(kept_filter(request))
    asked.order_only = True
    try:
        found = admin.site.get_model_admin(Application).get_changelist_instance(asked)
    except (IncorrectLookupParameters, SuspiciousOperation):
        found = None
    if found is None:
        return Application.objects.exclude(state__in=sorted(UNSUBMITTED)), DEFAULT
    order = tuple(field for field in found.queryset.query.order_by if isinstance(field, str))
    known = order if order and all(field.lstrip("-") in _ORDERS for field in order) else DEFAULT
    return found.queryset.exclude(state__in=sorted(UNSUBMITTED)), known


def _beyond(application: Application, order: tuple[str, ...], *, back: bool) -> Q:
    """Those whose place is after the file's, or before it: by the values of the columns, never by counting rows."""
    places, equal = Q(), Q()
    for field in order:
        name = field.lstrip("-")
        up = field.startswith("-") == back
        value = getattr(application, name)
        places |= equal & Q(**{f"{name}__{'gt' if up else 'lt'}": value})
        equal &= Q(**{name: value})
    return places


def neighbours(request: HttpRequest, application: Application) -> tuple[Application | None, Application | None]:
    """The file before and the file after, each None at an end. The file itself need not be in the list any more."""
    rows, order = _listing(request)
    backwards = tuple(field[1:] if field.startswith("-") else f"-{field}" for field in order)
    rows = rows.select_related(None).only("dossier_code")
    before = rows.filter(_beyond(application, order, back=True)).order_by(*backwards).first()
    after = rows.filter(_beyond(application, order, back=False)).order_by(*order).first()
    return before, after
