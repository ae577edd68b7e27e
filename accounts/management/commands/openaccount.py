"""``manage.py openaccount``: open an account from the machine itself; a new installation's first administrator."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Role
from accounts.roles import open_account


class Command(BaseCommand):
    help = "Open an account, once per address: who it names then signs in with a code sent there."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the address that codes are sent to")
        parser.add_argument("name", help="the person's full name")
        parser.add_argument("role", choices=Role.values)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            account = open_account(email=options["email"], full_name=options["name"], role=options["role"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{account.email}: {account.role}")
