"""The deadline as an iCalendar file (RFC 5545)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

from postings.models import Posting

REMINDERS = (timedelta(days=2), timedelta(hours=3))


def deadline_calendar(posting: Posting, *, url: str, at: datetime) -> bytes:
    """One event that ends at the deadline, with reminders two days and three hours before.

    The times carry their zone and its rules, so that a calendar in another country shows the right instant.
    The identifier is the posting's: after an extension, importing the file again moves the same event.
    """
    closes_at = posting.closes_at.astimezone(ZoneInfo(posting.timezone))
    event = Event()
    event.add("uid", f"echeance-{posting.slug}@pmp-recruit")
    event.add("dtstamp", at)
    event.add("sequence", posting.extensions.count())
    event.add("dtstart", closes_at - timedelta(minutes=30))
    event.add("dtend", closes_at)
    event.add("summary", _("Date limite de dépôt : %(title)s") % {"title": posting.title})
    event.add(
        "description", _("Toute candidature doit être déposée avant la fin de cet événement.\n%(url)s") % {"url": url}
    )
    event.add("url", url)
    event.add("transp", "TRANSPARENT")
    for before in REMINDERS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", posting.title)
        alarm.add("trigger", -before)
        event.add_component(alarm)
    calendar = Calendar()
    calendar.add("prodid", "-//pmp-recruit//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return calendar.to_ical()
