"""Make an unpublished posting from another: ``manage.py newposting FROM SLUG --title … --opens … --closes …``."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from journal import clock
from postings.checks import problems
from postings.drafting import copy, source_of
from postings.models import Posting


def _moment(text: str) -> datetime:
    """A local instant, in the institution's zone."""
    return datetime.fromisoformat(text).replace(tzinfo=clock.zone())


class Command(BaseCommand):
    help = "Make an unpublished posting with the rules, criteria, questions and documents of another."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FROM", help="the slug of the posting to copy")
        parser.add_argument("slug", metavar="SLUG", help="the new posting's own")
        parser.add_argument("--title", required=True)
        parser.add_argument("--opens", required=True, type=_moment, help="2026-03-01T09:00, local time")
        parser.add_argument("--closes", required=True, type=_moment, help="2026-03-30T16:30, local time")
        parser.add_argument("--notice", type=Path, help="the notice's own text, in UTF-8")

    def handle(self, *args: Any, **options: Any) -> None:
        source = Posting.objects.filter(slug=options["source"]).first()
        if source is None:
            raise CommandError(_("Aucun avis ne porte l’identifiant « %(slug)s ».") % {"slug": options["source"]})
        own = {"title": options["title"], "opens_at": options["opens"], "closes_at": options["closes"]}
        try:
            notice = options["notice"].read_text(encoding="utf-8") if options["notice"] else ""
            posting = copy(source=source, slug=options["slug"], by=None, notice=notice, **own)
        except OSError as error:
            raise CommandError(str(error)) from error
        except ValidationError as error:
            raise CommandError("\n".join(error.messages)) from error
        self.stdout.write(_("%(title)s : préparé, non publié.") % {"title": posting.title})
        for problem in problems(source_of(posting)):
            self.stdout.write(f"- {problem}")
