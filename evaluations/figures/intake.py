"""Files as they come: by day, by state, in the last hours; what they lack, what was refused. Counted in the database."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db.models import Count, Q
from django.db.models.functions import TruncDate, TruncHour
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from applications.models import Application, Document, LateAttempt, PieceRequest, Screening
from applications.models.events import Ground
from applications.states import UNSUBMITTED, State
from evaluations.figures.drawing import Series
from evaluations.figures.indicator import Indicator, drawn
from journal import clock
from postings.models import Posting

_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
#: A chart of days holds as many at most: the last ones.
_DAYS = 120


def _by_day(posting: Posting, field: str) -> Counter[date]:
    """In the institution's days, not in those of UTC."""
    rows = Application.objects.filter(posting=posting, **{f"{field}__isnull": False}).order_by()
    days = rows.annotate(day=TruncDate(field, tzinfo=clock.zone())).values_list("day").annotate(Count("pk"))
    return Counter(dict(days))


def by_day(posting: Posting) -> Indicator:
    """Drafts opened and files submitted each day, from the first of either."""
    opened, submitted = _by_day(posting, "created_at"), _by_day(posting, "submitted_at")
    known = sorted({*opened, *submitted})
    days = [known[0] + _DAY * n for n in range((known[-1] - known[0]).days + 1)][-_DAYS:] if known else []
    return drawn(
        "upright",
        key="jours",
        title=_("Dossiers jour par jour"),
        note=_("Brouillons ouverts et candidatures déposées, aux jours de Casablanca."),
        heading=_("Jour"),
        labels=[date_format(day, "l j F Y") for day in days],
        ticks=[date_format(day, "j M") for day in days],
        parts=[
            Series(_("ouverts"), [opened[day] for day in days]),
            Series(_("déposés"), [submitted[day] for day in days]),
        ],
        empty=_("Aucun brouillon n’est encore ouvert."),
    )


def counts(posting: Posting) -> Counter[str]:
    """How many files are in each state."""
    rows = Application.objects.filter(posting=posting).order_by().values_list("state").annotate(Count("pk"))
    return Counter(dict(rows))


def by_state(found: Counter[str]) -> Indicator:
    """Where the files stand."""
    states = [state for state in State if found[state]]
    return drawn(
        "across",
        key="etats",
        title=_("Dossiers par état"),
        note=_("Où en est chaque dossier aujourd’hui."),
        heading=_("État"),
        labels=[str(state.label).capitalize() for state in states],
        parts=[Series(_("dossiers"), [found[state] for state in states])],
        empty=_("Aucun dossier n’est encore ouvert."),
    )


def _hours(posting: Posting) -> Iterator[datetime]:
    """Each whole hour that the last day touches."""
    start = (posting.closes_at - _DAY).astimezone(clock.zone()).replace(minute=0, second=0, microsecond=0)
    while start < posting.closes_at:
        yield start
        start += _HOUR


def _by_hour(posting: Posting, field: str, start: datetime) -> Counter[datetime]:
    rows = Application.objects.filter(posting=posting, **{f"{field}__gte": start, f"{field}__lt": posting.closes_at})
    found = (
        rows.order_by().annotate(hour=TruncHour(field, tzinfo=clock.zone())).values_list("hour").annotate(Count("pk"))
    )
    return Counter(dict(found))


def last_day(posting: Posting) -> Indicator:
    """Drafts against submissions, hour by hour, in the twenty-four before the deadline."""
    hours = [hour for hour in _hours(posting) if hour <= clock.now()]
    drafts, done = [], []
    if hours:
        before = Application.objects.filter(posting=posting).aggregate(
            opened=Count("pk", filter=Q(created_at__lt=hours[0])),
            submitted=Count("pk", filter=Q(submitted_at__lt=hours[0])),
        )
        opened, submitted = before["opened"], before["submitted"]
        created, sent = _by_hour(posting, "created_at", hours[0]), _by_hour(posting, "submitted_at", hours[0])
        for hour in hours:
            opened, submitted = opened + created[hour], submitted + sent[hour]
            drafts.append(opened - submitted)
            done.append(submitted)
    ends = [min(hour + _HOUR, posting.closes_at).astimezone(clock.zone()) for hour in hours]
    return drawn(
        "lines",
        key="dernier-jour",
        title=_("Le dernier jour, heure par heure"),
        note=_("Ce qui est déposé, et ce qui reste en brouillon, à la fin de chaque heure avant la date limite."),
        heading=_("À"),
        labels=[f"{date_format(end, 'j F')}, {end.hour}\u00a0h\u00a0{end.minute:02}" for end in ends],
        ticks=[f"{end.hour}\u00a0h" + (f"\u00a0{end.minute:02}" if end.minute else "") for end in ends],
        parts=[Series(_("déposées"), done), Series(_("brouillons"), drafts)],
        empty=_("Les dernières vingt-quatre heures n’ont pas commencé, ou personne n’a ouvert de dossier."),
    )


def completeness(posting: Posting, found: Counter[str]) -> Indicator:
    """Which pieces the drafts lack most, and which HR had to ask for afterwards; the most lacking first."""
    drafts = sum(found[state] for state in UNSUBMITTED)
    held = Document.objects.filter(application__posting=posting, application__state__in=sorted(UNSUBMITTED))
    has = dict(held.order_by().values_list("requirement").annotate(Count("application", distinct=True)))
    asked = PieceRequest.objects.filter(application__posting=posting).order_by()
    later = dict(asked.values_list("requirement").annotate(Count("pk")))
    rows = [
        (str(piece.label), drafts - has.get(piece.pk, 0) if piece.required else 0, later.get(piece.pk, 0))
        for piece in posting.requirements.all()
    ]
    rows.sort(key=lambda row: (-row[1] - row[2], row[0]))
    return drawn(
        "across",
        key="pieces",
        title=_("Les pièces qui manquent le plus"),
        note=_("Brouillons, non déposés compris, auxquels la pièce manque ; et pièces demandées après le dépôt."),
        heading=_("Pièce"),
        labels=[label for label, _lack, _asked in rows],
        parts=[
            Series(_("brouillons où elle manque"), [lack for _label, lack, _asked in rows]),
            Series(_("demandées après dépôt"), [asked_for for _label, _lack, asked_for in rows]),
        ],
        empty=_("Aucune pièce ne manque : aucun brouillon n’attend."),
    )


def refusals(posting: Posting) -> Indicator:
    """What was refused, by reason: files found inadmissible, and what came after its time."""
    rows = Screening.objects.filter(application__posting=posting, admitted=False).order_by()
    grounds = Counter(dict(rows.values_list("ground").annotate(Count("pk"))))
    late = LateAttempt.objects.filter(application__posting=posting).count()
    labels = [str(ground.label).capitalize() for ground in Ground if grounds[ground]]
    values = [grounds[ground] for ground in Ground if grounds[ground]]
    return drawn(
        "across",
        key="refus",
        title=_("Refus, par motif"),
        note=_("Dossiers irrecevables selon leur motif, et dépôts refusés car tardifs."),
        heading=_("Motif"),
        labels=[*labels, _("Dépôt après la date limite")] if late else labels,
        parts=[Series(_("refus"), [*values, late] if late else values)],
        empty=_("Rien n’a été refusé."),
    )
