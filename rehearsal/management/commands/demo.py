"""The demonstration accounts and the jury of the published notice."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError

from postings.policy import visible_postings
from rehearsal.cast import CAST, assemble, seat_panel


class Command(BaseCommand):
    help = "Open the demonstration accounts and compose the jury of the published posting. Only in a rehearsal; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            assemble()
        except PermissionDenied as error:
            raise CommandError("Comptes de démonstration : seulement en répétition (PMP_REHEARSAL=1).") from error
        for posting in visible_postings().filter(cancelled_at=None):
            seat_panel(posting)
        for part in CAST:
            self.stdout.write(f"{part.email:40} {part.role.label:22} {part.full_name}")
