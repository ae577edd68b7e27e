"""The invitation to an interview, and the calendar file that goes with it."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

from applications.models import Application
from evaluations.models import Interview
from notices.outbox import Enclosure, enqueue

#: The kind of what is sent some hours before; it has no object once the interview has moved, or there is none.
REMINDER = "interview_reminder"
CANCELLED = "interview_cancelled"


def uid(application: Application) -> str:
    """The event's name, the same each time the interview moves, so that calendars replace it."""
    return f"entretien-{application.dossier_code}@{settings.PMP_JOURNAL_ORIGIN.split('/')[0]}"


def _address(email: str, name: str) -> vCalAddress:
    address = vCalAddress(f"MAILTO:{email}")
    address.params["CN"] = vText(name)
    return address


def _event(interview: Interview, application: Application, at: datetime, *, cancelled: bool = False) -> Event:
    event = Event()
    event.add("UID", uid(application))
    event.add("SEQUENCE", interview.sequence + cancelled)
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
    event.add("STATUS", "CANCELLED" if cancelled else "CONFIRMED")
    event.add("ORGANIZER", _address(settings.PMP_CONTACT_EMAIL, interview.posting.institution))
    event.add("ATTENDEE", _address(application.candidate.email, application.full_name))
    return event


def calendar(*, interview: Interview, application: Application, at: datetime, method: str) -> str:
    """The interview as iCalendar (RFC 5545); ``method`` is REQUEST or CANCEL in a mail, PUBLISH in a file (RFC 5546)."""
    found = Calendar()
    found.add("PRODID", "-//pmp_recruit//entretiens//FR")
    found.add("VERSION", "2.0")
    found.add("METHOD", method)
    found.add_component(_event(interview, application, at, cancelled=method == "CANCEL"))
    text: str = found.to_ical().decode()
    return text


def enclosure(*, interview: Interview, application: Application, at: datetime, method: str = "REQUEST") -> Enclosure:
    """The calendar file as mail programs take it: a request to attend, or one that is taken back (CANCEL)."""
    return Enclosure(
        name="entretien.ics",
        content_type=f"text/calendar; method={method}; charset=utf-8",
        content=calendar(interview=interview, application=application, at=at, method=method),
    )


def invite(interview: Interview, application: Application, *, at: datetime, reason: str = "") -> None:
    """Owe the invitation, or the one that replaces it; ``reason`` says why it does. In the caller's transaction."""
    posting = interview.posting
    enqueue(
        key=f"interview:{application.dossier_code}:{interview.sequence + 1}",
        kind="interview_invitation",
        to=application.candidate,
        context={
            "post": posting.title,
            "dossier": application.dossier_code,
            "name": application.full_name,
            "starts_at": interview.starts_at.isoformat(),
            "minutes": interview.minutes,
            "place": interview.place,
            "link": interview.link,
            "reason": reason,
        },
        at=at,
        campaign=posting.slug,
        subject=application.subject,
        enclosures=[enclosure(interview=interview, application=application, at=at)],
    )


def cancel(interview: Interview, application: Application, *, at: datetime) -> None:
    """Owe the message that takes the event out of the candidate's calendar. In the caller's transaction."""
    posting = interview.posting
    enqueue(
        key=f"interview-cancelled:{application.dossier_code}",
        kind=CANCELLED,
        to=application.candidate,
        context={
            "post": posting.title,
            "dossier": application.dossier_code,
            "name": application.full_name,
            "starts_at": interview.starts_at.isoformat(),
        },
        at=at,
        campaign=posting.slug,
        subject=application.subject,
        enclosures=[enclosure(interview=interview, application=application, at=at, method="CANCEL")],
    )
