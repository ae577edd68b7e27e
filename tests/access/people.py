"""Who tries every address, in sets that have names, and what the table says of one address."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.access.scene import Scene

ANYONE = frozenset(
    {
        "anonymous",
        "owner",
        "stranger",
        "chair",
        "juror",
        "unseated",
        "hr",
        "officer",
        "secretary",
        "authority",
        "auditor",
    }
) | {"administrator"}
SIGNED_IN = ANYONE - {"anonymous"}
CANDIDATES = frozenset({"owner", "stranger"})
OWNER = frozenset({"owner"})
JURORS = frozenset({"chair", "juror"})
#: A juror of another campaign has a desk, and nothing on it.
ANY_JUROR = JURORS | {"unseated"}
CHAIR = frozenset({"chair"})
#: HR's head. An officer passes wherever they do, unless the line says ``head_only``: see :class:`Line`.
HR = frozenset({"hr"})
SECRETARY = frozenset({"secretary"})
AUTHORITY = frozenset({"authority"})
#: Those who prove a second factor: whoever works here.
SECOND_FACTOR = SIGNED_IN - CANDIDATES
READERS = frozenset({"hr", "auditor"})
AUDITOR = frozenset({"auditor"})
ACCOUNTS = frozenset({"administrator"})
STAFF = READERS | ACCOUNTS
#: Who convenes the jury, and those whom it hears.
JURY_DESK = HR | SECRETARY
NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """``people`` may pass at the address, with ``method``, for the objects that ``kwargs`` and ``data`` take from the scene.

    Where HR passes, its officers pass too; with ``head_only`` they don't.
    """

    people: frozenset[str]
    kwargs: Callable[[Scene], Mapping[str, Any]] = field(default=lambda scene: {})
    method: str = "GET"
    data: Callable[[Scene], Mapping[str, Any]] = field(default=lambda scene: {})
    head_only: bool = False

    def __post_init__(self) -> None:
        if self.people >= HR and not self.head_only:
            object.__setattr__(self, "people", self.people | {"officer"})
