"""A browser that sends files in pieces, as the page's script does."""

import base64
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import User
from applications.models import Upload
from tests import cast
from tests.factories import applications as factory

HEADERS = {"Tus-Resumable": "1.0.0"}
PIECE = "application/offset+octet-stream"
BEGIN = reverse("applications:uploads", args=[factory.SLUG])
DOCUMENTS = reverse("applications:documents", args=[factory.SLUG])


def metadata(**told: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items())


class Sender:
    """One person's browser."""

    def __init__(self, user: User, client: Client | None = None) -> None:
        self.client = client or cast.signed_in(user)

    def begin(
        self, size: int | str, name: str = "cv.pdf", requirement: str = "cv", headers: Mapping[str, str] | None = None
    ) -> Any:
        told = {"Upload-Length": str(size), "Upload-Metadata": metadata(filename=name, requirement=requirement)}
        return self.client.post(BEGIN, headers={**HEADERS, **told, **(headers or {})})

    def append(self, address: str, offset: int | str, piece: bytes, **headers: str) -> Any:
        told = {**HEADERS, "Upload-Offset": str(offset), **{k.replace("_", "-"): v for k, v in headers.items()}}
        return self.client.patch(address, piece, content_type=PIECE, headers=told)

    def ask(self, address: str, **headers: str) -> Any:
        return self.client.head(address, headers=HEADERS | {k.replace("_", "-"): v for k, v in headers.items()})

    def give_up(self, address: str) -> Any:
        return self.client.delete(address, headers=HEADERS)

    def send(self, content: bytes, name: str = "cv.pdf", requirement: str = "cv") -> Upload:
        """The whole file, in one piece."""
        address = self.begin(len(content), name, requirement)["Location"]
        assert self.append(address, 0, content).status_code == 204
        return Upload.objects.get(public_id=address.rstrip("/").rsplit("/", 1)[1])

    def attach(self, *parts: Upload, requirement: str = "cv", **more: object) -> HttpResponse:
        data = {"requirement": requirement, "parts": [str(part.public_id) for part in parts], **more}
        response: Any = self.client.post(DOCUMENTS, data, headers={"Accept": "application/json"})
        return response
