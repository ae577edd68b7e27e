"""The jury's progress, interviews and references: how many are done, never a mark, whatever is sealed."""

from collections import Counter

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from evaluations.figures.drawing import Series
from evaluations.figures.indicator import Indicator, drawn
from evaluations.models import Interview, ReferenceRequest, ReferenceState, ReferenceVerification, ScoreSheet
from journal import clock
from postings.models import Posting, Stage


def sheets(posting: Posting) -> Indicator:
    """Sheets of each member, by stage: sealed, and still to be."""
    rows = (
        ScoreSheet.objects.due()
        .filter(application__posting=posting)
        .order_by()
        .values_list("stage", "member__user__full_name")
        .annotate(sealed=Count("pk", filter=Q(sealed_at__isnull=False)), left=Count("pk", filter=Q(sealed_at=None)))
        .order_by("-stage", "member__user__full_name")
    )
    found = list(rows)
    several = len({stage for stage, *_rest in found}) > 1
    words = {Stage.SKILLS: _("écrit"), Stage.INTERVIEW: _("entretien")}
    return drawn(
        "across",
        key="jury",
        title=_("Avancement du jury"),
        note=_("Grilles scellées et grilles à sceller. Aucune note n’est lue ici."),
        heading=_("Membre"),
        labels=[f"{name} ({words[Stage(stage)]})" if several else name for stage, name, *_counts in found],
        parts=[
            Series(_("scellées"), [sealed for _stage, _name, sealed, _left in found]),
            Series(_("à sceller"), [left for _stage, _name, _sealed, left in found]),
        ],
        empty=_("Les correcteurs ne sont pas encore tirés au sort."),
    )


def interviews(posting: Posting) -> Indicator:
    """The slots as they stand by the clock of record."""
    now = clock.now()
    slots = Interview.objects.filter(posting=posting)
    free = slots.free().filter(starts_at__gt=now).count()
    found = slots.expected().aggregate(
        ahead=Count("pk", filter=Q(starts_at__gt=now, absent_at=None)),
        over=Count("pk", filter=Q(starts_at__lte=now, absent_at=None)),
        absent=Count("pk", filter=Q(absent_at__isnull=False)),
        moved=Count("pk", filter=Q(sequence__gt=0)),
    )
    rows = [
        (_("Créneaux libres à venir"), free),
        (_("Entretiens à venir"), found["ahead"]),
        (_("Entretiens passés"), found["over"]),
        (_("Absences constatées"), found["absent"]),
        (_("Entretiens déplacés"), found["moved"]),
    ]
    return drawn(
        "across",
        key="entretiens",
        title=_("Entretiens"),
        note=_("Un entretien déplacé est compté aussi à sa nouvelle place."),
        heading=_("Entretiens"),
        labels=[label for label, _value in rows],
        parts=[Series(_("nombre"), [value for _label, value in rows])],
        empty=_("Aucun créneau d’entretien n’est encore fixé."),
    )


def references(posting: Posting) -> Indicator:
    """What was asked of referees, what came, what HR verified."""
    now = clock.now()
    checked = Exists(ReferenceVerification.objects.filter(referee=OuterRef("referee")))
    rows = ReferenceRequest.objects.filter(referee__application__posting=posting).order_by()
    waiting = Q(state=ReferenceState.ASKED)
    found: Counter[str] = Counter(
        rows.annotate(checked=checked).aggregate(
            waiting=Count("pk", filter=waiting & Q(expires_at__gt=now)),
            overdue=Count("pk", filter=waiting & Q(expires_at__lte=now)),
            answered=Count("pk", filter=Q(state=ReferenceState.ANSWERED)),
            declined=Count("pk", filter=Q(state=ReferenceState.DECLINED)),
            verified=Count("pk", filter=Q(checked=True)),
        )
    )
    labels = {
        "waiting": _("Attendues"),
        "overdue": _("En retard"),
        "answered": _("Reçues"),
        "declined": _("Déclinées"),
        "verified": _("Vérifiées par le bureau"),
    }
    return drawn(
        "across",
        key="references",
        title=_("Références professionnelles"),
        note=_("Une référence reçue, déclinée ou en retard peut être vérifiée aussi."),
        heading=_("Références"),
        labels=list(labels.values()),
        parts=[Series(_("nombre"), [found[name] for name in labels])],
        empty=_("Aucun référent n’a encore été sollicité."),
    )
