"""What a failed try means, sorted by who must act: us, time, the address, or a person who finds out."""

import random
import smtplib
from datetime import timedelta

from django.core.mail.backends.base import BaseEmailBackend

from notices.mailer import SmtpBackend
from notices.models import Outcome

#: Refused for the moment: half a minute, then twice as long each time; twelve tries over some twelve hours.
TEMPORARY_TRIES = 12
_TEMPORARY = (timedelta(seconds=30), timedelta(hours=4))
#: A fault of ours: soon again, and without end, since a mended server must find what is owed.
_TECHNICAL = (timedelta(seconds=5), timedelta(minutes=10))


def classify(error: Exception, connection: BaseEmailBackend) -> Outcome:
    """The outcome of a try that ended in ``error`` on ``connection``, asked before the connection is closed."""
    if isinstance(connection, SmtpBackend) and connection.in_doubt:
        return Outcome.UNCERTAIN
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _by_code(next(iter(error.recipients.values()))[0])
    if isinstance(error, smtplib.SMTPDataError):
        return _by_code(error.smtp_code)
    return Outcome.TECHNICAL


def _by_code(code: int) -> Outcome:
    # RFC 5321, 4.2.1: 4yz is transient, 5yz permanent; 421 closes the service, whatever the address.
    return Outcome.PERMANENT if code >= 500 else Outcome.TEMPORARY


def describe(error: Exception) -> str:
    """One line for HR: the server's code and words where it spoke, never the address."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, words = next(iter(error.recipients.values()))
        return f"{code} {words.decode(errors='replace')}"[:300]
    return f"{type(error).__name__}: {error}"[:300]


def wait(outcome: Outcome, number: int) -> timedelta:
    """How long until the next try, after try ``number``: doubled each time, capped, spread by a quarter."""
    base, cap = _TEMPORARY if outcome == Outcome.TEMPORARY else _TECHNICAL
    step = min(base * 2 ** min(number - 1, 20), cap)
    return step * random.uniform(0.75, 1.25)  # noqa: S311 - spreads a crowd, keeps no secret
