"""``manage.py clock``: show the clock of record; in a rehearsal, move, stop or run it."""

import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from journal import clock

_STEP = re.compile(r"([+-]?)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"« {text} » n'est pas une date : par exemple 2025-10-30 16:29:30.") from error
    return moment if timezone.is_aware(moment) else moment.replace(tzinfo=clock.zone())


def _step(text: str) -> timedelta:
    found = _STEP.fullmatch(text)
    if found is None or not any(found.groups()[1:]):
        raise ArgumentTypeError(f"« {text} » n'est pas une durée : par exemple 1h, 1d, 30s, -10m, 1d12h.")
    sign, days, hours, minutes, seconds = found.groups()
    step = timedelta(days=int(days or 0), hours=int(hours or 0), minutes=int(minutes or 0), seconds=int(seconds or 0))
    return -step if sign == "-" else step


class Command(BaseCommand):
    help = "Montre l'horloge de référence ; en répétition, la déplace, l'arrête ou la relance."

    def add_arguments(self, parser: ArgumentParser) -> None:
        move = parser.add_mutually_exclusive_group()
        move.add_argument(
            "--to", type=_moment, metavar="MOMENT", help="« 2025-10-30 16:29:30 », heure de l'institution"
        )
        move.add_argument("--by", type=_step, metavar="DUREE", help="par exemple 1h, 1d, 30s, 1d12h ; --by=-1h recule")
        run = parser.add_mutually_exclusive_group()
        run.add_argument("--stop", action="store_true", help="arrête l'horloge")
        run.add_argument("--run", action="store_true", help="relance l'horloge")

    def handle(self, *args: Any, **options: Any) -> None:
        if any(options[name] for name in ("to", "by", "stop", "run")):
            if not settings.PMP_REHEARSAL:
                raise CommandError("Seule l'horloge d'une répétition se déplace (PMP_REHEARSAL=1).")
            stopped = options["stop"] or (clock.is_stopped() and not options["run"])
            moment = options["to"] or clock.now() + (options["by"] or timedelta())
            clock.move_to(moment, by="command", stopped=stopped)
        state = "arrêtée" if clock.is_stopped() else "en marche"
        local = clock.now().astimezone(clock.zone())
        self.stdout.write(f"{local:%Y-%m-%d %H:%M:%S.%f} {local:%Z} ({state})")
