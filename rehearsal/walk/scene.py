"""What every stretch of the walk shares: the stage, the people, their browsers, and the mail they read."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from rehearsal.people import Person
from rehearsal.stage import Stage, wait_until
from rehearsal.visitor import Page, Visitor, WalkFailed

SLUG = "secretaire-general"
CODE = re.compile(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4}|\d{6})\s*$", re.MULTILINE)
#: The second factor of a demonstration account, as the rehearsal's banner shows it.
DEMO_CODE = re.compile(r'data-demo-code="(\d{6})"')


@dataclass
class Scene:
    """One walk. ``say`` tells the reader what happens; ``opinions``: how many have marked the file that divides them."""

    stage: Stage
    people: list[Person]
    output: Path
    say: Callable[[str], None]
    browsers: dict[str, Visitor] = field(default_factory=dict)
    dossiers: dict[int, str] = field(default_factory=dict)
    opened: dict[str, EmailMessage] = field(default_factory=dict)
    letterboxes: dict[str, list[EmailMessage]] = field(default_factory=dict)
    withdrawn: Person | None = None
    refused: Person | None = None
    heard: list[Person] = field(default_factory=list)
    last_day: str = ""
    opinions: int = 0

    def mails(self, address: str, containing: str = "") -> list[EmailMessage]:
        """The mails that a person got, oldest first, whose subject contains a text."""
        for path in sorted((self.stage.home / "mail").glob("*.eml")):
            if path.name not in self.opened:
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                self.opened[path.name] = mail
                self.letterboxes.setdefault(str(mail["To"]), []).append(mail)
        return [m for m in self.letterboxes.get(address, []) if containing.lower() in str(m["Subject"]).lower()]

    def wait_for_mail(self, address: str, containing: str, *, seconds: float = 60) -> EmailMessage:
        """The last such mail, once it has come."""
        wait_until(
            lambda: bool(self.mails(address, containing)), f"a mail on « {containing} » to {address}", seconds=seconds
        )
        return self.mails(address, containing)[-1]

    def signed_in(self, email: str) -> Visitor:
        """A browser in which that person is signed in, by the code that they got by mail, and by a second factor if they need one."""
        if email not in self.browsers:
            self.browsers[email] = self._sign_in(email)
        return self.browsers[email]

    def _sign_in(self, email: str) -> Visitor:
        visitor = Visitor(self.stage.base_url)
        asked = visitor.get("/compte/")
        known = len(self.mails(email))
        page = visitor.submit(asked, asked.form(having="email").fill(email=email))
        wait_until(lambda: len(self.mails(email)) > known, f"the code of {email}")
        found = CODE.search(text_of(self.mails(email)[-1]))
        if found is None:
            raise WalkFailed(f"No code in the mail to {email}.")
        page = visitor.submit(page, page.form(having="code").fill(code=found[1]))
        if "/second-facteur/" in page.url:
            shown = DEMO_CODE.search(page.text)
            if shown is None:
                raise WalkFailed(f"The banner shows {email} no code.", page)
            visitor.submit(page, page.form(having="code").fill(code=shown[1]))
        return visitor

    def keep(self, name: str, content: bytes) -> Path:
        """Leave a file in the output folder."""
        path = self.output / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path


def text_of(mail: EmailMessage) -> str:
    """The plain text of a mail."""
    part = mail.get_body(("plain",))
    if part is None:
        raise WalkFailed(f"{mail['Subject']}: no plain text.")
    return str(part.get_content())


def pdf(page: Page) -> bytes:
    """The PDF that an address answered with. Raises WalkFailed for anything else."""
    if not page.body.startswith(b"%PDF-"):
        raise WalkFailed(f"{page.url} is no PDF.")
    return page.body
