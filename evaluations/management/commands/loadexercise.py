"""``manage.py loadexercise SLUG --opens-at 2025-11-12T09:00``: the posting's written exercise from a folder, sealed at once if asked."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from evaluations import exercises, subjects
from evaluations.exercises import Terms
from evaluations.models import Opening
from journal import clock
from postings.models import Posting


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.zone())


class Command(BaseCommand):
    help = "Prepare a posting's written exercise from a folder (epreuve.toml, sujet.txt, documents); --seal seals its subject."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("posting", help="the posting's slug")
        parser.add_argument("--folder", type=Path, help="the one that ships with the posting, if none is named")
        parser.add_argument("--opens-at", type=_instant, required=True, help="in Casablanca, unless it names a zone")
        parser.add_argument("--closes-at", type=_instant, help="makes it a window in which each begins when they like")
        parser.add_argument("--seal", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        posting = Posting.objects.filter(slug=options["posting"]).first()
        if posting is None:
            raise CommandError(f"No posting is named {options['posting']}.")
        closes_at = options["closes_at"]
        try:
            found = subjects.read(posting, options["folder"])
            exercise = exercises.prepare(
                posting=posting,
                title=found.title,
                instructions=found.instructions,
                subject=found.subject,
                documents=found.documents,
                terms=Terms(
                    minutes=found.minutes,
                    opening=Opening.WINDOW if closes_at else Opening.TOGETHER,
                    opens_at=options["opens_at"],
                    closes_at=closes_at,
                ),
                by=None,
            )
            if options["seal"]:
                exercise = exercises.seal_subject(posting=posting, by=None)
        except (OSError, KeyError, ValueError) as error:
            raise CommandError(f"The folder can't be read: {error}") from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(f"{exercise} : {exercise.commitment[:12] or 'not sealed'}")
