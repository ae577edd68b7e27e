"""``manage.py verify PROOF``: check a proof against this register's key; exit 1 when it fails."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from journal import proofs


class Command(BaseCommand):
    help = "Vérifie une preuve du registre (fichier JSON) avec la clé de ce registre."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("proof", metavar="PREUVE", type=Path)

    def handle(self, *args: Any, proof: Path, **options: Any) -> None:
        try:
            with proof.open("rb") as file:
                text = file.read(proofs.MAX_BYTES + 1)
        except OSError as error:
            raise CommandError(f"Impossible de lire {proof} : {error.strerror}.") from error
        verdict = proofs.verify_here(proofs.load(text))
        for name in ("kind", "at", "actor", "subject", "facts", "index", "size", "leaf", "root"):
            if name in verdict.details:
                self.stdout.write(f"{name:8} {verdict.details[name]}")
        if not verdict.ok:
            raise CommandError(f"{verdict.sentence} [{verdict.code}]")
        self.stdout.write(verdict.sentence)
