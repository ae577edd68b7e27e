"""The embedded broker never shows a worker half a message."""

from pathlib import Path
from threading import Thread

import pytest
from kombu import Connection
from kombu.simple import SimpleQueue

from pmp_recruit import broker


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    broker.register()
    folders = {
        "data_folder_in": str(tmp_path),
        "data_folder_out": str(tmp_path),
        "control_folder": str(tmp_path / "control"),
    }
    return Connection("filesystem://", transport_options={**folders, "polling_interval": 0.01})


def test_a_message_arrives_as_it_was_put(connection: Connection) -> None:
    with connection, connection.SimpleQueue("q") as queue:
        queue.put({"n": 1})
        message = queue.get(timeout=5)
        assert message.payload == {"n": 1}
        message.ack()


def test_a_message_cut_short_in_writing_is_never_seen(connection: Connection, tmp_path: Path) -> None:
    with connection:
        channel = connection.default_channel
        with pytest.raises(TypeError):
            channel._put("q", {"body": object})
        assert list(tmp_path.glob("*.msg")) == []


def test_a_reader_beside_a_writer_reads_every_message_whole(connection: Connection) -> None:
    count = 400  # another queue than above: kombu remembers for the whole process which queues it has bound
    with (
        connection,
        connection.clone() as other,
        connection.SimpleQueue("r") as reader,
        SimpleQueue(other, "r") as writer,
    ):

        def write() -> None:
            for n in range(count):
                writer.put({"n": n, "filling": "x" * 2000})

        thread = Thread(target=write)
        thread.start()
        seen = set()
        for _message in range(count):
            message = reader.get(timeout=20)
            seen.add(message.payload["n"])
            message.ack()
        thread.join()
    assert seen == set(range(count))
