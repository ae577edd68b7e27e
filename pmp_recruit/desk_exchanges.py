"""What candidates wait for from HR, and what HR waits for from them: the desk's lines, in a constant number of queries."""

from collections import defaultdict
from datetime import datetime

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from applications.exchanges.objections import days_left
from applications.models import Accommodation, Objection, PieceRequest
from applications.states import IN_PLAY, State

Line = tuple[str, str]


def waiting(now: datetime, *, acts: bool) -> dict[int, list[Line]]:
    """By posting: words, and the address of what they speak of. What candidates need is for HR alone."""
    lines: dict[int, list[Line]] = defaultdict(list)
    for found in (_pieces(now), _accommodations() if acts else {}, _objections(now)):
        for posting, more in found.items():
            lines[posting] += more
    return lines


def next_due(now: datetime) -> dict[int | str, datetime]:
    """By posting, when the next piece asked for is due."""
    awaited = PieceRequest.objects.filter(
        answered_at=None, due_at__gt=now, application__state__in=sorted(IN_PLAY)
    ).order_by()
    return dict(awaited.values_list("application__posting").annotate(Min("due_at")))


def _pieces(now: datetime) -> dict[int, list[Line]]:
    page = reverse("admin:applications_piecerequest_changelist")
    open_ = PieceRequest.objects.filter(settled_at=None, application__state__in=sorted(IN_PLAY)).order_by()
    rows = open_.values_list("application__posting").annotate(
        awaited=Count("pk", filter=Q(answered_at=None, due_at__gt=now)),
        came=Count("pk", filter=Q(answered_at__isnull=False)),
        lacking=Count("pk", filter=Q(answered_at=None, due_at__lte=now)),
    )
    lines: dict[int, list[Line]] = defaultdict(list)
    for posting, awaited, came, lacking in rows:
        only = f"&application__posting__id__exact={posting}"
        if awaited:
            words = ngettext("pièce demandée, attendue", "pièces demandées, attendues", awaited)
            lines[posting].append((f"{awaited} {words}", f"{page}?suite=attendue{only}"))
        if came:
            words = ngettext("pièce reçue à examiner", "pièces reçues à examiner", came)
            lines[posting].append((f"{came} {words}", f"{page}?suite=recue{only}"))
        if lacking:
            words = ngettext("pièce non reçue à temps", "pièces non reçues à temps", lacking)
            lines[posting].append((f"{lacking} {words}", f"{page}?suite=retard{only}"))
    return lines


def _accommodations() -> dict[int, list[Line]]:
    page = reverse("admin:applications_accommodation_changelist")
    over = {State.WITHDRAWN, State.LAPSED}
    rows = Accommodation.objects.filter(answered_at=None).exclude(application__state__in=over).order_by()
    return {
        posting: [
            (
                f"{n} {ngettext('aménagement à répondre', 'aménagements à répondre', n)}",
                f"{page}?reponse=attendue&application__posting__id__exact={posting}",
            )
        ]
        for posting, n in rows.values_list("application__posting").annotate(Count("pk"))
    }


def _objections(now: datetime) -> dict[int, list[Line]]:
    """With the days left for the first of them: past them, silence refuses."""
    page = reverse("admin:applications_objection_changelist")
    waiting = Objection.objects.filter(answered_at=None).select_related("application__posting").order_by("lodged_at")
    of_posting: dict[int, list[Objection]] = defaultdict(list)
    for objection in waiting:
        of_posting[objection.application.posting_id].append(objection)
    lines: dict[int, list[Line]] = {}
    for posting, found in of_posting.items():
        n, left = len(found), days_left(found[0], now)
        words = ngettext("recours à répondre", "recours à répondre", n)
        limit = (
            _("délai dépassé")
            if left < 0
            else ngettext("%(d)d jour restant", "%(d)d jours restants", left) % {"d": left}
        )
        lines[posting] = [
            (f"{n} {words} ({limit})", f"{page}?answered_at__isempty=1&application__posting__id__exact={posting}")
        ]
    return lines
