"""``manage.py fsck``: check the whole journal; exit 1 and say what is wrong, when something is."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from journal import fsck, tree


class Command(BaseCommand):
    help = "Vérifie tout le registre : textes, feuilles, nœuds, empreintes, signatures, déclencheurs. Ne répare rien."

    def handle(self, *args: Any, **options: Any) -> None:
        problems = fsck.check()
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            raise CommandError(f"{len(problems)} anomalie(s) dans le registre.")
        self.stdout.write(f"Le registre est sain : {tree.size()} inscription(s) scellée(s).")
