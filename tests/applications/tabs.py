"""A tab of a browser: a page that was drawn once, typed in, and sent when its reader likes."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from rehearsal.visitor import Form, Page
from tests.factories import applications as factory


def address(step: str) -> str:
    return reverse(f"applications:{step}", args=[factory.SLUG])


def form_of(page: HttpResponse, having: str) -> Form:
    """The form of a page that has a field of that name."""
    return Page("", page.status_code, page.content, "").form(having=having)


class Tab:
    """One step, as it was when the tab was opened."""

    def __init__(self, client: Client, url: str, having: str = "seen") -> None:
        self.client, self.url, self.having = client, url, having
        self.open(client.get(url))

    def open(self, page: Any) -> None:
        """Show another page here."""
        self.page, self.form = page, form_of(page, self.having)

    @property
    def fields(self) -> dict[str, str]:
        return dict(self.form.fields)

    def type(self, **words: str) -> "Tab":
        self.form.fill(**words)
        return self

    def press(self, button: str = "save", value: str = "1") -> Any:
        """Press a button; the answer, which the tab shows when it is a form that came back."""
        answer = self.client.post(self.url, {**self.fields, button: value})
        if answer.status_code in (409, 422) and self.having.encode() in answer.content:
            self.open(answer)
        return answer

    def autosave(self, *names: str) -> Any:
        """What the page sends by itself when these fields change: with them, what is hidden; of rows, everything."""
        hidden = {"seen", "unsure", "author"}
        whole = any(name.endswith("-TOTAL_FORMS") for name in self.fields)
        sent = {name: value for name, value in self.fields.items() if whole or name in hidden or name in names}
        return self.client.post(self.url, sent, headers={"X-Autosave": "1"})
