"""What a file is, by what it holds: its name proves nothing."""

import re

PDF = "pdf"
PHOTOS = frozenset({"jpeg", "png", "heic"})
PICTURES = PHOTOS | {"gif", "webp", "tiff", "bmp", "avif", "jpeg2000", "photoshop", "svg"}

#: What a file begins with. Of two that fit, the first.
_BEGINNINGS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF8", "gif"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"8BPS", "photoshop"),
    (b"\x00\x00\x00\x0cjP  ", "jpeg2000"),
    (b"\xff\x4f\xff\x51", "jpeg2000"),
    (b"{\\rtf", "rtf"),
    (b"%!PS", "postscript"),
    (b"\xc5\xd0\xd3\xc6", "postscript"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xce\xfa\xed\xfe", "program"),
    (b"#!", "program"),
    (b"dex\n", "program"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "shortcut"),
    (b"[InternetShortcut]", "shortcut"),
    (b"\x00\x05\x16\x07", "hidden"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!\x1a\x07", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"MSCF", "archive"),
    (b"\x1aE\xdf\xa3", "video"),
    (b"FLV\x01", "video"),
    (b"\x00\x00\x01\xba", "video"),
    (b"\x00\x00\x01\xb3", "video"),
    (b"ID3", "sound"),
    (b"OggS", "sound"),
    (b"fLaC", "sound"),
    (b"#!AMR", "sound"),
    (b"\xff\xfb", "sound"),
    (b"\xff\xf1", "sound"),
)
#: The brands of the ISO base media container (ISO/IEC 14496-12, 4.3): the same outside for photos, videos and sounds.
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "heic"),
    **dict.fromkeys((b"avif", b"avis"), "avif"),
    **dict.fromkeys((b"M4A ", b"M4B "), "sound"),
}
#: Found in a ZIP or in an OLE container, which office documents are.
_IN_ZIP = (
    (b"word/", "word"),
    (b"xl/", "sheet"),
    (b"ppt/", "slides"),
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "odt"),
    (b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "sheet"),
    (b"mimetypeapplication/vnd.oasis.opendocument.presentation", "slides"),
    (b"mimetypeapplication/epub+zip", "book"),
    (b"Index/Document.iwa", "pages"),
)
_IN_OLE = (("WordDocument", "word"), ("Workbook", "sheet"), ("PowerPoint Document", "slides"), ("__substg", "mail"))
_WEB = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|meta|div|p|h1|table)[\s>]", re.IGNORECASE)
_MAIL = re.compile(rb"(?:(?:received|from|return-path|delivered-to|mime-version|message-id):|From )", re.IGNORECASE)
_SIGNED = re.compile(rb"\x30[\x80-\x84].{0,4}\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02", re.DOTALL)


def _boxed(content: bytes) -> str:
    """Of an ISO container, by its brand and those that it says it fits; "" if it is none."""
    if content[4:8] != b"ftyp":
        return ""
    brands = [content[8:12], *(content[at : at + 4] for at in range(16, min(content[3], 64), 4))]
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), "video")


def _riff(content: bytes) -> str:
    return {b"WEBP": "webp", b"AVI ": "video", b"WAVE": "sound"}.get(content[8:12], "unknown")


def _is_bitmap(content: bytes) -> bool:
    """Two letters alone may begin a text: four bytes are reserved, and zero."""
    return content.startswith(b"BM") and content[6:10] == bytes(4)


def _contained(content: bytes) -> str:
    """Of a file that holds others: an office document, or an archive; "" if it is none."""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return next((kind for mark, kind in _IN_ZIP if mark in content), "archive")
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return next((kind for mark, kind in _IN_OLE if mark.encode("utf-16-le") in content), "word")
    if _is_bitmap(content):
        return "bmp"
    return "archive" if content[257:262] == b"ustar" else ""


def _written(content: bytes) -> str:
    """Of what is made of characters; "unknown" if it isn't."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if _SIGNED.match(head):
        return "signed"
    if b"<svg" in head.lower():
        return "svg"
    if _WEB.search(head):
        return "web"
    if _MAIL.match(head):
        return "mail"
    if b"docs.google.com" in head or b"<key>URL</key>" in head:
        return "shortcut"
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    controls = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1b" for byte in head)
    return "text" if head and not controls else "unknown"


def kind_of(content: bytes) -> str:
    """One word for what ``content`` is: "pdf", "jpeg", "word"...; "unknown" when nothing tells."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning) and not (beginning == b"#!" and content.startswith(b"#!AMR")):
            return kind
    found = _boxed(content) or (_riff(content) if content.startswith(b"RIFF") else "") or _contained(content)
    if found:
        return found
    if not content.strip(b"\x00"):
        return "hollow"
    if b"%PDF-" in content[:1024]:
        return "shifted"
    return _written(content)


def begins_plainly(content: bytes) -> bool:
    """Whether a PDF begins with its header and comments alone, so that it can't pass for a page of the web too.

    Between the header and the first object there may be comments only (ISO 32000-2, 7.5.2); writers put four bytes there.
    """
    head = re.match(rb"%PDF-[12]\.\d[ \t]*(?:[\r\n\s]|%[^\r\n<]{0,200}[\r\n])*(?=\d+\s+\d+\s+obj\b)", content[:2048])
    return head is not None


def broke_off(content: bytes) -> bool:
    """Whether the end that every PDF has is missing, or further objects come after the last one."""
    end = content.rfind(b"%%EOF")
    return end < 0 or b"startxref" not in content[max(0, end - 1024) : end] or b" obj" in content[end:]


def ends_plainly(content: bytes) -> bool:
    """Whether nothing but blanks stands after the PDF's end, and it can't pass for an archive too."""
    after = content[content.rfind(b"%%EOF") + 5 :].strip(b"\x00\t\n\f\r \x1a")
    return len(after) <= 64 and b"PK\x05\x06" not in content[-65_557:]
