"""How a task is given to the process, and how it answers.

In: a line of JSON (an :class:`Asked`), then each file's bytes. Out: a line of JSON (the findings), then as many bytes of
content as it says, then a picture, if any. The findings go out before the picture is tried, so that a first page that
can't be drawn, or takes for ever, costs nothing else.
"""

import json
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import TypedDict

from applications.sandbox import bounds

Picture = Callable[[], bytes]


class Asked(TypedDict):
    """``sizes`` of the files in bytes, ``seconds`` of processor and ``memory`` in bytes allowed, ``max_bytes`` of result."""

    sizes: list[int]
    seconds: int
    memory: int
    max_bytes: int


class Answer(TypedDict):
    """``fault``: "" or what won't do, in the ``index``-th file; ``pages`` of the PDF; ``content``: how many bytes follow.

    ``error``: where the reader itself failed, for the log; nothing of what the file holds.
    """

    fault: str
    pages: int
    index: int
    content: int
    error: str


def say(fault: str, *, pages: int = 0, index: int = 0, content: bytes = b"", error: str = "") -> None:
    answer = Answer(fault=fault, pages=pages, index=index, content=len(content), error=error)
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + content)
    sys.stdout.buffer.flush()


def _where(error: Exception) -> str:
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return f"{frame.name}:{frame.lineno}"


def serve(task: Callable[[list[bytes], int], Picture | None]) -> None:
    """Run ``task`` on the files and ``max_bytes``; it says what it found, and gives back how to draw the picture."""
    asked: Asked = json.loads(sys.stdin.buffer.readline())
    bounds.limit(seconds=asked["seconds"], memory=asked["memory"])
    bounds.shut_in()
    try:
        draw = task([sys.stdin.buffer.read(size) for size in asked["sizes"]], asked["max_bytes"])
    except MemoryError:
        say("heavy")
        return
    except Exception as error:  # a broken file may bring a library to any
        say("damaged", error=f"{type(error).__name__} at {_where(error)}")
        return
    if draw:
        with suppress(Exception):
            sys.stdout.buffer.write(draw())
