"""What a PDF says, as its reader would copy it."""

import pypdfium2


def text_of_pdf(content: bytes) -> str:
    """The words of every page, with plain spaces."""
    document = pypdfium2.PdfDocument(content)
    words = " ".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    return " ".join(words.replace("\ufffe", "").split())
