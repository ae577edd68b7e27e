"""``manage.py doctor``: is everything as it must be?"""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from pmp_recruit.checkups.registry import CHECKUPS
from pmp_recruit.checkups.verdict import Verdict, run
from pmp_recruit.invariants import INVARIANTS, broken

_SIGNS = {"ok": "holds", "failed": "FAILS", "skipped": "-    "}


def _invariants() -> list[Verdict]:
    problems = broken()
    return [
        Verdict(
            check.__name__,
            "failed" if check.__name__ in problems else "ok",
            (check.__doc__ or "").partition("\n")[0],
            problems.get(check.__name__, []),
        )
        for check in INVARIANTS
    ]


class Command(BaseCommand):
    help = (
        "Check settings, clocks, mail, broker, storage, certificates and processes; or, with --invariants, the states "
        "that should be impossible. Reports, repairs nothing, sends nothing; exits 1 if something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--invariants", action="store_true", help="check every invariant, in full")
        parser.add_argument("--only", metavar="NAME", action="append", help="this checkup alone (may be repeated)")
        parser.add_argument("--json", action="store_true", help="one JSON object, for a machine")

    def handle(self, *args: Any, **options: Any) -> None:
        verdicts = _invariants() if options["invariants"] else self._checkups(options["only"])
        failed = [verdict for verdict in verdicts if verdict.state == "failed"]
        if options["json"]:
            told = {"ok": not failed, "checks": [asdict(verdict) for verdict in verdicts]}
            self.stdout.write(json.dumps(told, ensure_ascii=False, indent=2))
        else:
            for verdict in verdicts:
                self._say(verdict)
        if failed:
            kind = "invariants" if options["invariants"] else "checkups"
            raise CommandError(f"{len(failed)} of {len(verdicts)} {kind} fail.")

    def _checkups(self, names: list[str] | None) -> list[Verdict]:
        known = {checkup.__name__: checkup for checkup in CHECKUPS}
        unknown = set(names or ()) - set(known)
        if unknown:
            raise CommandError(f"No checkup is called {sorted(unknown)[0]}: {', '.join(known)}.")
        return [run(checkup) for name, checkup in known.items() if not names or name in names]

    def _say(self, verdict: Verdict) -> None:
        self.stdout.write(f"{_SIGNS[verdict.state]}  {verdict.name}".rstrip())
        for words in verdict.words:
            self.stdout.write(f"       {'-' if verdict.state == 'failed' else '·'} {words}")
