"""How long answers take, and the health of the mail. Means and longest waits, worked out by the database."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Avg, Count, DurationField, ExpressionWrapper, F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from applications.models import Objection, PieceRequest, Screening
from evaluations.figures.drawing import Series, across, figure
from evaluations.figures.indicator import Indicator, span
from notices.kinds import LABELS
from notices.models import Notice, NoticeState
from postings.models import Posting

_HOURS = 3600


def _wait(rows: QuerySet[Any], begun: str, ended: str) -> dict[str, Any]:
    """How many ended, how many are awaited, the mean and the longest wait of those that ended."""
    lasted = ExpressionWrapper(F(ended) - F(begun), output_field=DurationField())
    there = Q(**{f"{ended}__isnull": False})
    found: dict[str, Any] = rows.order_by().aggregate(
        done=Count("pk", filter=there),
        open=Count("pk", filter=~there),
        mean=Avg(lasted, filter=there),
        longest=Max(lasted, filter=there),
    )
    return found


def waits(posting: Posting) -> Indicator:
    """From the question to the answer: receipts, screening, pieces, recourses."""
    receipts = Notice.objects.filter(campaign=posting.slug, kind="receipt")
    screened = Screening.objects.filter(application__posting=posting, application__posting__closed_at__isnull=False)
    rows = [
        (_("Récépissé (envoi)"), _wait(receipts, "created_at", "sent_at")),
        (_("Recevabilité"), _wait(screened, "application__posting__closed_at", "at")),
        (
            _("Pièce demandée"),
            _wait(PieceRequest.objects.filter(application__posting=posting), "asked_at", "answered_at"),
        ),
        (
            _("Recours"),
            _wait(Objection.objects.filter(application__posting=posting), "lodged_at", "answered_at"),
        ),
    ]
    return _timed(
        key="delais",
        title=_("Délais de réponse"),
        note=_("Délai moyen, en heures, de ce qui a reçu une réponse ; la recevabilité compte depuis la clôture."),
        rows=rows,
        empty=_("Rien n’a encore reçu de réponse."),
    )


def _timed(*, key: str, title: str, note: str, rows: list[tuple[str, dict[str, Any]]], empty: str) -> Indicator:
    columns = [_("réponses"), _("en attente"), _("délai moyen"), _("le plus long")]
    if not any(found["done"] or found["open"] for _label, found in rows):
        return Indicator(key, title, note, _("Objet"), columns, (), empty=empty)
    cells = [
        (label, [figure(found["done"]), figure(found["open"]), span(found["mean"]), span(found["longest"])])
        for label, found in rows
    ]
    hours = [(found["mean"] or timedelta()).total_seconds() / _HOURS for _label, found in rows]
    chart = across(key, title, note, [label for label, _found in rows], [Series(_("heures"), hours)])
    return Indicator(key, title, note, _("Objet"), columns, cells, chart)


_WAITING = (NoticeState.PREPARED, NoticeState.APPROVED, NoticeState.RELEASED, NoticeState.SENDING)


#: That somebody asked for an arrangement is between them and HR: it may tell of their health.
_UNSAID = ("accommodation_answered",)


def deliveries(posting: Posting) -> Indicator:
    """Messages by kind: sent, on their way, failed, uncertain; and the time from release to sending."""
    states = {"sent": [NoticeState.SENT], "failed": [NoticeState.FAILED], "uncertain": [NoticeState.UNCERTAIN]}
    lasted = ExpressionWrapper(F("sent_at") - F("released_at"), output_field=DurationField())
    rows: Iterable[Any] = (
        Notice.objects.filter(campaign=posting.slug)
        .exclude(kind__in=_UNSAID)
        .order_by()
        .values("kind")
        .annotate(
            waiting=Count("pk", filter=Q(state__in=_WAITING)),
            mean=Avg(lasted, filter=Q(sent_at__isnull=False)),
            **{name: Count("pk", filter=Q(state__in=group)) for name, group in states.items()},
        )
        .order_by("kind")
    )
    found = [(str(LABELS.get(row["kind"], row["kind"])).capitalize(), row) for row in rows]
    title, note = _("Santé des envois"), _("Messages par nature ; délai de la libération à l’envoi dans le tableau.")
    names = {"sent": _("envoyés"), "waiting": _("en attente"), "failed": _("échoués"), "uncertain": _("incertains")}
    columns = [*names.values(), _("délai moyen")]
    if not found:
        return Indicator(
            "envois", title, note, _("Nature"), columns, (), empty=_("Aucun message n’a encore été préparé.")
        )
    cells = [(label, [*(figure(row[name]) for name in names), span(row["mean"])]) for label, row in found]
    parts = [Series(words, [row[name] for _label, row in found]) for name, words in names.items()]
    chart = across("envois", title, note, [label for label, _row in found], parts)
    return Indicator("envois", title, note, _("Nature"), columns, cells, chart)
