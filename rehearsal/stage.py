"""The stage of a rehearsal: a fresh home and database, and the real processes, all ended at the end."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit, urlunsplit
from urllib.request import urlopen

import psycopg
from django.conf import settings

from rehearsal.visitor import WalkFailed

PATIENCE = 60  # seconds that a process gets to start or to stop


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


#: The only settings that a walk takes from who starts it: a key, a mail server or a scanner of theirs stays theirs.
_KEPT = ("PMP_BROKER_URL", "PMP_STATIC_ROOT")


def _inherited() -> dict[str, str]:
    """The environment without this project's settings, but for what a walk uses; its database is its own."""
    kept = {form for name in _KEPT for form in (name, f"{name}_FILE")}
    return {name: value for name, value in os.environ.items() if name in kept or not name.startswith("PMP_")}


class Stage:
    """Where a walk takes place: its folder, its environment, and its processes by name."""

    def __init__(self, home: Path, environment: dict[str, str]) -> None:
        self.home = home
        self.port = _free_port()
        self.base_url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **_inherited(),
            **environment,
            "PMP_ENV": "development",
            "PMP_HOME": str(home),
            "PMP_REHEARSAL": "1",
            "PMP_BASE_URL": self.base_url,
            "PMP_MAIL_URL": "disk://",
            "PMP_QUEUE": f"rehearse-{secrets.token_hex(4)}",
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    def manage(self, *arguments: str) -> str:
        """Run one of the project's commands here; its output. Raises WalkFailed when it fails."""
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode:
            raise WalkFailed(f"manage.py {' '.join(arguments)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def start(self, name: str, *command: str) -> None:
        """Start a process whose words go to a log in the home."""
        log = (self.home / f"{name}.log").open("ab")
        with log:
            self.processes[name] = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", *command],
                env=self.environment,
                cwd=settings.BASE_DIR,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def stop(self, name: str, *, kill: bool = False) -> None:
        """End one of our processes, gently unless ``kill``."""
        process = self.processes.pop(name)
        group = os.getpgid(process.pid) if process.poll() is None else None
        if group is not None:
            os.killpg(group, signal.SIGKILL if kill else signal.SIGTERM)
        try:
            process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=PATIENCE)

    def start_web(self) -> None:
        """Start the web server and wait until it answers."""
        interface = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port)]
        self.start(
            "web", "granian", *interface, "--workers", "1", "--blocking-threads", "2", "pmp_recruit.wsgi:application"
        )
        wait_until(self._web_answers, "the web server answers")

    def _web_answers(self) -> bool:
        if self.processes["web"].poll() is not None:
            raise WalkFailed(f"The web server stopped: {(self.home / 'web.log').read_text()[-2000:]}")
        try:
            with urlopen(f"{self.base_url}/healthz", timeout=5) as answer:  # noqa: S310 - our own server
                return bool(answer.status == 200)
        except URLError:
            return False

    def start_workers(self) -> None:
        """Start the two Celery workers of the ``Procfile``: one that closes and seals, one that sends."""
        queue = self.environment["PMP_QUEUE"]
        for name, served in (("worker", queue), ("mailer", f"{queue}-notices")):
            options = [
                "--queues",
                served,
                "--hostname",
                f"{name}@%h",
                "--pool",
                "solo",
                "--without-gossip",
                "--without-mingle",
            ]
            self.start(name, "celery", "--quiet", "-A", "pmp_recruit", "worker", *options, "--loglevel", "WARNING")

    def start_beat(self) -> None:
        """Start Celery's beat."""
        self.start("beat", "celery", "-A", "pmp_recruit", "beat", "--loglevel", "WARNING", "--pidfile", "")

    def clock(self, moment: str, *, stopped: bool = False) -> None:
        """Set the clock of record: ``2025-10-30 16:29:59``, in the institution's zone."""
        self.manage("clock", "--to", moment, "--stop" if stopped else "--run")

    def stop_all(self) -> None:
        for name in list(self.processes):
            self.stop(name)


def wait_until(holds: Callable[[], bool], what: str, *, seconds: float = PATIENCE) -> None:
    """Ask until ``holds()``; raises WalkFailed when it doesn't within ``seconds``."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if holds():
            return
        time.sleep(0.2)
    raise WalkFailed(f"Waited {seconds:.0f} s in vain: {what}.")


@contextmanager
def fresh_database(home: Path) -> Iterator[str]:
    """The URL of an empty database like the configured one; dropped at the end."""
    if settings.SQLITE:
        yield f"sqlite:///{home / 'db.sqlite3'}"
        return
    name = f"pmp_rehearse_{secrets.token_hex(4)}"
    url = os.environ.get("PMP_DATABASE_URL") or Path(os.environ["PMP_DATABASE_URL_FILE"]).read_text().strip()
    server = settings.DATABASES["default"]
    keys = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
    parameters = {ours: server[theirs] for theirs, ours in keys.items() if server.get(theirs)}
    with psycopg.connect(dbname="postgres", autocommit=True, **parameters) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
