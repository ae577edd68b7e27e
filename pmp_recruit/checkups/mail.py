"""Whether mail can leave and letters can be drawn; nothing is sent."""

import io
import smtplib
import ssl
from collections.abc import Iterator

import pikepdf
from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend

from notices import letters
from pmp_recruit.checkups.verdict import NotConfigured

#: The letterhead alone: no notice's letter, and nobody's.
_SAMPLE = "letters/base.html"


def server_takes_mail() -> Iterator[str]:
    """The mail server is reached, greets, speaks TLS where told to, and takes the password. No message is sent."""
    connection = get_connection(timeout=10)
    if not isinstance(connection, EmailBackend):
        raise NotConfigured("Mail stays on this disk (PMP_MAIL_URL is disk://): nobody receives any.")
    where = f"{connection.host}:{connection.port}"
    try:
        connection.open()
        line = connection.connection
        code = line.noop()[0] if line else 0
    except smtplib.SMTPAuthenticationError:
        yield f"{where} refuses the name or the password of PMP_MAIL_URL."
    except ssl.SSLError as error:
        yield f"{where} has no TLS that can be trusted ({error.reason}): smtp+tls:// or smtps://, or its certificate."
    except smtplib.SMTPNotSupportedError:
        yield f"{where} does not offer what PMP_MAIL_URL asks for: STARTTLS or a login."
    except smtplib.SMTPException as error:
        yield f"{where} refuses the dialogue ({type(error).__name__}): its log says why."
    except OSError as error:
        yield f"{where} can't be reached ({type(error).__name__}): is it the right address, is the port open?"
    else:
        if code != 250:
            yield f"{where} answers {code} to NOOP: its log says why."
        elif settings.PRODUCTION and not (connection.use_tls or connection.use_ssl):
            yield f"{where} is spoken to without TLS: letters go in clear. Use smtp+tls:// or smtps://."
    finally:
        connection.close()


def letters_can_be_drawn() -> Iterator[str]:
    """Pango and the fonts that letters need are there: one page is drawn."""
    try:
        drawn = letters.pdf(_SAMPLE, {})
    except OSError as error:
        yield f"WeasyPrint lacks a library ({type(error).__name__}): install libpango-1.0-0 and libharfbuzz-subset0."
        return
    with pikepdf.open(io.BytesIO(drawn)) as document:
        parts = [thing for thing in document.objects if isinstance(thing, pikepdf.Dictionary)]
        embedded = any(name in part for part in parts for name in ("/FontFile2", "/FontFile3"))
    if not embedded:
        yield "The letter was drawn without a font: install fonts-dejavu-core and fonts-noto-core."
