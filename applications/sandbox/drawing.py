"""A PDF's first page as a picture."""

import signal

import pypdfium2

from applications.sandbox.thumbnail import HEIGHT, WIDTH, as_png

SECONDS = 6


def first_page(content: bytes) -> bytes:
    """PNG. The process ends, by SIGALRM, when this takes longer than SECONDS."""
    signal.alarm(SECONDS)
    document = pypdfium2.PdfDocument(content)
    page = document[0]
    width, height = page.get_size()
    scale = min(WIDTH / width, HEIGHT / height)
    picture = as_png(page.render(scale=scale, may_draw_forms=False, no_smoothimage=False).to_pil())
    signal.alarm(0)
    return picture
