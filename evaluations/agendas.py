"""The interviews in which a member of the jury sits. A calendar leaves the house, so it names nobody."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from evaluations.models import Interview, PanelMember
from evaluations.progress import Task, interview_tasks


@dataclass(frozen=True)
class Seat:
    """One slot of the jury as a member sees it. ``task`` is their part in it: none when it is free, or not for them."""

    slot: Interview
    task: Task | None

    @property
    def is_theirs(self) -> bool:
        return self.task is not None and self.task.status != "conflict"


def agenda(member: PanelMember) -> list[Seat]:
    """Every slot that the jury keeps, in time order, with what the member does in it; in a constant number of queries."""
    tasks = {task.interview.pk: task for task in interview_tasks(member) if task.interview is not None}
    slots = Interview.objects.standing().filter(posting=member.panel.posting).select_related("application")
    return [Seat(slot, tasks.get(slot.pk)) for slot in slots]


def calendar(member: PanelMember, *, at: datetime) -> str:
    """The slots in which the member hears somebody, as iCalendar (RFC 5545): hours, places and dossier codes, no name."""
    found = Calendar()
    found.add("PRODID", "-//pmp_recruit//jury//FR")
    found.add("VERSION", "2.0")
    found.add("METHOD", "PUBLISH")
    for seat in agenda(member):
        if seat.task is not None and seat.is_theirs:
            found.add_component(_event(seat.slot, seat.task, at))
    text: str = found.to_ical().decode()
    return text


def _event(slot: Interview, task: Task, at: datetime) -> Event:
    event = Event()
    event.add("UID", f"jury-{task.code}@{settings.PMP_JOURNAL_ORIGIN.split('/')[0]}")
    event.add("SEQUENCE", slot.sequence)
    event.add("DTSTAMP", at.astimezone(UTC))
    event.add("DTSTART", slot.starts_at.astimezone(UTC))
    event.add("DTEND", slot.ends_at.astimezone(UTC))
    event.add("SUMMARY", _("Jury : entretien, dossier %(code)s") % {"code": task.code})
    event.add("LOCATION", slot.place or slot.link)
    event.add("URL", settings.PMP_BASE_URL + reverse("evaluations:sheet", args=[task.code, task.stage]))
    return event
