"""The command that gives an empty installation its first administrator."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from journal.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db
WANTED = ("Chef@pmp.example", "Laïla Amrani", Role.ADMINISTRATOR)


def opened(*wanted: str) -> str:
    out = StringIO()
    call_command("openaccount", *wanted, stdout=out)
    return out.getvalue()


def test_the_first_administrator_opens_the_others_accounts() -> None:
    assert opened(*WANTED) == "chef@pmp.example: administrator\n"
    account = User.objects.get()
    entry = Entry.objects.get(kind="account.created")
    assert (account.full_name, entry.actor, entry.subject) == ("Laïla Amrani", "system", account.actor)
    browser: Client = cast.signed_in(account)
    assert browser.get(reverse("admin:accounts_user_add")).status_code == 200


def test_opening_twice_is_opening_once() -> None:
    opened(*WANTED)
    opened(*WANTED)
    assert (User.objects.count(), Entry.objects.filter(kind="account.created").count()) == (1, 1)


@pytest.mark.parametrize(
    "wanted",
    [("no address", "X", Role.ADMINISTRATOR), ("chef@pmp.example", "X", "emperor"), ("chef@pmp.example", "X", Role.HR)],
)
def test_what_cannot_be_is_refused_and_changes_nothing(wanted: tuple[str, str, str]) -> None:
    opened(*WANTED)
    with pytest.raises(CommandError):
        opened(*wanted)
    assert (User.objects.count(), User.objects.get().role) == (1, Role.ADMINISTRATOR)
