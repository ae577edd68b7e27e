"""What a checkup finds, and how it says that it has nothing to look at."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

#: A checkup yields a sentence for each thing that is wrong: what it is, and what to do. Nothing yielded: all is well.
Checkup = Callable[[], Iterator[str]]


class NotConfigured(Exception):
    """There is nothing to look at here; the words say why."""


@dataclass(frozen=True)
class Verdict:
    """What one checkup found. ``state``: ``ok``, ``failed`` or ``skipped``."""

    name: str
    state: str
    what: str
    words: list[str] = field(default_factory=list)


def run(checkup: Checkup) -> Verdict:
    """Run one. What breaks in it has failed too: a doctor who stumbles goes on to the next."""
    name, what = checkup.__name__, (checkup.__doc__ or "").strip().partition("\n")[0]
    try:
        words = list(checkup())
    except NotConfigured as reason:
        return Verdict(name, "skipped", what, [str(reason)])
    except Exception as error:
        # Whatever a library may raise; its words may hold an address or a password, so its name alone is told.
        return Verdict(name, "failed", what, [f"The checkup itself broke: {type(error).__name__}."])
    return Verdict(name, "failed" if words else "ok", what, words)
