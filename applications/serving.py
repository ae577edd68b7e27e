"""A document as an HTTP answer: never from a public folder, never cached, never sniffed."""

from django.http import FileResponse

from applications.models import Document


def pdf_response(document: Document, *, attachment: bool = False) -> FileResponse:
    """The stored PDF. The caller has checked the right to read it.

    An attachment is sandboxed. What is shown in place is not, since browsers refuse to show a PDF in a sandbox: the file
    was inspected at upload, and the answer carries nothing but a PDF viewer may run.
    """
    response = FileResponse(
        document.file.open("rb"), content_type="application/pdf", as_attachment=attachment, filename=document.name
    )
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; " + (
        "sandbox" if attachment else "frame-ancestors 'self'"
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
