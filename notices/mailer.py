"""A notice as a mail message, and the two ways a message leaves: SMTP, or kept on disk."""

import hashlib
import smtplib
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from notices import letters, rendering
from notices.kinds import KINDS
from notices.models import Notice

#: The name of each kind's letter, as the reader's computer keeps it.
LETTER_NAMES = {
    "receipt": "recepisse",
    "exercise_invitation": "convocation-epreuve",
    "interview_invitation": "convocation",
    "posting_cancelled": "annulation",
    "decision": "decision",
    "objection_answered": "recours",
    "renunciation_recorded": "renonciation",
    "called_from_reserve": "appel",
}


def message_id(notice: Notice) -> str:
    """The same for every try of one notice, so that a mailbox can tell a repetition."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    return f"<{hashlib.sha256(notice.key.encode()).hexdigest()[:32]}@{domain}>"


def letter_name(notice: Notice) -> str:
    """What the letter's file is called."""
    return f"{LETTER_NAMES[notice.kind]}-{notice.context.get('dossier', notice.public_id)}.pdf"


def build(notice: Notice) -> EmailMultiAlternatives:
    """The whole message: plain text, HTML, the letter, the enclosures. Draws the letter where it isn't yet."""
    values = rendering.context(notice)
    message = EmailMultiAlternatives(
        subject=rendering.subject(notice, values),
        body=rendering.render(f"notices/{notice.kind}/body.txt", values).strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[notice.address],
        reply_to=[settings.PMP_CONTACT_EMAIL],
        headers={"Message-ID": message_id(notice), "Auto-Submitted": "auto-generated", "Content-Language": "fr"},
    )
    message.attach_alternative(rendering.render(f"notices/{notice.kind}/body.html", values), "text/html")
    if KINDS[notice.kind].letter:
        message.attach(letter_name(notice), letters.render(notice), "application/pdf")
    for enclosure in notice.attachments.all():
        message.attach(enclosure.name, enclosure.content, enclosure.content_type)
    return message


class _WatchedDialogue(smtplib.SMTP):
    """Knows whether the body has left while its fate is still unsaid."""

    in_doubt = False

    def getreply(self) -> tuple[int, bytes]:
        reply = super().getreply()
        # 354 asks for the body: from there to the next reply nobody knows.
        self.in_doubt = reply[0] == 354
        return reply


class _WatchedDialogueOverTLS(_WatchedDialogue, smtplib.SMTP_SSL):
    pass


class SmtpBackend(EmailBackend):
    """Django's SMTP, which can tell whether a broken dialogue may have delivered."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _WatchedDialogueOverTLS if self.use_ssl else _WatchedDialogue

    @property
    def in_doubt(self) -> bool:
        """Whether the last message was handed over without the server's word on it."""
        return isinstance(self.connection, _WatchedDialogue) and self.connection.in_doubt


class DiskBackend(BaseEmailBackend):
    """Keeps each message as one private ``.eml`` under ``PMP_MAIL_DIR``; names sort by time of sending."""

    def __init__(self, fail_silently: bool = False, **options: Any) -> None:
        super().__init__(fail_silently=fail_silently)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.PMP_MAIL_DIR)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            _keep(folder, message)
        return len(email_messages)


def _keep(folder: Path, message: EmailMessage) -> None:
    mail = message.message()
    mark = "".join(c for c in str(mail["Message-ID"]).partition("@")[0] if c.isalnum())
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}-{mark}.eml"
    draft = folder / f".{name}.part"
    draft.touch(mode=0o600)
    draft.write_bytes(mail.as_bytes())
    # Readers see a whole message or none.
    draft.replace(folder / name)
