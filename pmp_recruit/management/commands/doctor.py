"""``manage.py doctor``: is everything as it must be?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmp_recruit.invariants import INVARIANTS, broken


class Command(BaseCommand):
    help = (
        "Check the states that should be impossible (--invariants). Reports, repairs nothing; exits 1 if one is found."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--invariants", action="store_true", required=True, help="check every invariant")

    def handle(self, *args: Any, **options: Any) -> None:
        problems = broken()
        for check in INVARIANTS:
            found = problems.get(check.__name__, [])
            self.stdout.write(f"{'FAILS' if found else 'holds'}  {check.__name__}")
            for problem in found:
                self.stdout.write(f"       - {problem}")
        if problems:
            raise CommandError(f"{len(problems)} of {len(INVARIANTS)} invariants fail.")
