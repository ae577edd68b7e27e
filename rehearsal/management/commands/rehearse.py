"""``manage.py rehearse``: the whole campaign, walked by itself through real pages and real processes."""

import signal
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from rehearsal.people import invent
from rehearsal.stage import Stage, fresh_database
from rehearsal.visitor import WalkFailed
from rehearsal.walk.road import ROAD
from rehearsal.walk.scene import Scene


class Command(BaseCommand):
    help = (
        "Walk the whole road in a fresh database like the configured one: invented candidates apply, a worker closes, "
        "jurors mark, the authority decides, letters leave, proofs verify. Exits 1 if anything is not as it must be."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--candidates", type=int, default=24, help="how many invented candidates (8 at least)")
        parser.add_argument(
            "--output", type=Path, default=Path("var/rehearsal"), help="an empty folder for what it leaves"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A rehearsal invents a campaign: not on a machine that is in production.")
        output: Path = options["output"].resolve()
        if output.exists() and any(output.iterdir()):
            raise CommandError(f"{output} is not empty.")
        output.mkdir(parents=True, exist_ok=True)
        try:
            people = invent(options["candidates"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        # Ended from outside, the walk still ends the processes that it started.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
        with TemporaryDirectory(prefix="pmp-rehearse-") as folder, fresh_database(Path(folder)) as database:
            stage = Stage(Path(folder), {"PMP_DATABASE_URL": database})
            scene = Scene(stage, people, output, say=lambda words: self.stdout.write(f"      {words}"))
            try:
                self._walk(scene)
            except WalkFailed as failure:
                self._keep_traces(scene, failure)
                raise CommandError(str(failure)) from failure
            finally:
                stage.stop_all()

    def _walk(self, scene: Scene) -> None:
        begun = monotonic()
        for stretch in ROAD:
            self.stdout.write(f"{monotonic() - begun:5.0f} s  {stretch.title}")
            self.stdout.flush()
            stretch.set_clock(scene)
            stretch.walk(scene)

    def _keep_traces(self, scene: Scene, failure: WalkFailed) -> None:
        if failure.page is not None:
            scene.keep("logs/page.html", failure.page.body)
        for log in scene.stage.home.glob("*.log"):
            scene.keep(f"logs/{log.name}", log.read_bytes())
