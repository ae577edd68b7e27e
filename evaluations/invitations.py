"""The calendar file that goes with an invitation to an interview."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from applications.models import Application
from evaluations.models import Interview
from notices.outbox import Enclosure


def uid(application: Application) -> str:
    """The event's name, the same each time the interview moves, so that calendars replace it."""
    return f"entretien-{application.dossier_code}@{settings.PMP_JOURNAL_ORIGIN.split('/')[0]}"


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"MAILTO:{email}")
    address.params["CN"] = vText(name)
    return address


def _event(interview: Interview, application: Application, at: datetime) -> Event:
    event = Event()
    event.add("UID", uid(application))
    event.add("SEQUENCE", interview.sequence)
    event.add("DTSTAMP", at.astimezone(UTC))
    # UTC: Morocco's offset changes with Ramadan, and a calendar with an old zone table would be an hour wrong.
    event.add("DTSTART", interview.starts_at.astimezone(UTC))
    event.add("DTEND", interview.ends_at.astimezone(UTC))
    event.add("SUMMARY", _("Entretien – %(post)s") % {"post": interview.posting.title})
    event.add("LOCATION", interview.place or interview.link)
    if interview.link:
        event.add("URL", interview.link)
    event.add(
        "DESCRIPTION",
        _("Dossier %(dossier)s. Munissez-vous d'une pièce d'identité.") % {"dossier": application.dossier_code},
    )
    event.add("STATUS", "CONFIRMED")
    event.add("ORGANIZER", _address(settings.PMP_CONTACT_EMAIL, interview.posting.institution))
    event.add("ATTENDEE", _address(application.candidate.email, application.full_name))
    return event


def enclosure(*, interview: Interview, application: Application, at: datetime) -> Enclosure:
    """The invitation as iCalendar (RFC 5545), a request to attend as RFC 5546 has it."""
    calendar = Calendar()
    calendar.add("PRODID", "-//pmp_recruit//entretiens//FR")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "REQUEST")
    calendar.add_component(_event(interview, application, at))
    return Enclosure(
        name="entretien.ics",
        content_type="text/calendar; method=REQUEST; charset=utf-8",
        content=calendar.to_ical().decode(),
    )
