"""A named file, and what becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """``build`` makes the bytes when the case is lived; ``code`` and ``values`` say which refusal it meets ("": none)."""

    name: str
    build: Callable[[], bytes]
    code: str = ""
    file: str = "cv.pdf"
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name
