"""A mail server that behaves as told, and notices to send through it."""

import asyncio
import socket
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import LazySettings


class Server:
    """What the mail server does, by name in ``manner``, and what it accepted."""

    manner = "accept"

    def __init__(self) -> None:
        self.accepted: list[EmailMessage] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.manner == "no such address":
            return "550 5.1.1 No such person here"
        if self.manner == "one a line" and session.__dict__.setdefault("carried", 0):
            server.transport.abort()
        if self.manner == "greylist":
            return "451 4.7.1 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.manner == "refuse the message":
            return "554 5.7.1 Not this one"
        if self.manner == "drop after data":
            self._keep(envelope)
            server.transport.abort()
            return "250 nobody hears this"
        if self.manner == "silent after data":
            await asyncio.sleep(3)
        self._keep(envelope)
        session.__dict__["carried"] = 1
        return "250 OK"

    def _keep(self, envelope: Any) -> None:
        self.accepted.append(message_from_bytes(envelope.content, policy=policy.default))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def server(settings: LazySettings) -> Iterator[Server]:
    """A real SMTP server on this machine, to which the project is pointed."""
    handler, port = Server(), free_port()
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "notices.mailer.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port, 1
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield handler
    controller.stop()
