"""A document as an HTTP answer: never from a public folder, never cached, never sniffed."""

import logging
from typing import Any

from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404

from applications.models import Document

logger = logging.getLogger(__name__)


def _response(stored: FieldFile, policy: str, **options: Any) -> FileResponse:
    try:
        content = stored.open("rb")
    except (FileNotFoundError, ValueError) as error:  # lost, or never drawn
        if stored:
            logger.error("A stored file is lost: %s", stored.name)
        raise Http404 from error
    response = FileResponse(content, **options)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = f"default-src 'none'; {policy}"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def pdf_response(document: Document, *, attachment: bool = False) -> FileResponse:
    """The stored PDF. The caller has checked the right to read it.

    An attachment is sandboxed. What is shown in place is not, since browsers refuse to show a PDF in a sandbox: the file
    was inspected at upload, and the answer carries nothing but a PDF viewer may run.
    """
    options = {"content_type": "application/pdf", "as_attachment": attachment, "filename": document.name}
    return _response(document.file, "sandbox" if attachment else "frame-ancestors 'self'", **options)


def preview_response(document: Document) -> FileResponse:
    """The first page as a picture. The caller has checked the right to read it."""
    return _response(document.preview, "sandbox", content_type="image/png")
