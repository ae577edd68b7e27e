"""The embedded broker: kombu's folder of messages, with messages that appear whole or not at all.

kombu creates a message's file and then fills it. A worker that reads in between finds it empty, and dies of it: the
closing at the deadline would wait for someone to start it again.
"""

import uuid
from pathlib import Path
from time import monotonic_ns
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Writes beside, then renames: a reader sees a whole message or none."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:  # type: ignore[override]  # kombu disagrees with itself
        name = f"{monotonic_ns() // 1_000_000}_{uuid.uuid4()}.{queue}.msg"
        folder = Path(self.data_folder_out)
        draft = folder / f".{name}.part"  # a name that no queue looks for
        draft.write_text(dumps(payload), encoding="utf-8")
        draft.rename(folder / name)


class Transport(filesystem.Transport):
    """``filesystem://`` with our channel."""

    Channel = Channel


def register() -> None:
    """Let ``filesystem://`` mean our transport."""
    TRANSPORT_ALIASES["filesystem"] = "pmp_recruit.broker:Transport"
