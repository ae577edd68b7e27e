"""Files that are not what their name says, that pass for two things, or that broke off."""

import gzip
import io
import struct
import tarfile
import zipfile

from PIL import Image

from tests.corpus.case import Case
from tests.corpus.pdfs import made, plain, written


def zipped(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, "contenu")
    return content.getvalue()


def opendocument(kind: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        archive.writestr("content.xml", "<office/>")
    return content.getvalue()


def picture(form: str, mode: str = "RGB", size: tuple[int, int] = (300, 400), **saving: object) -> bytes:
    content = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert(mode).save(content, form, **saving)
    return content.getvalue()


def _tar() -> bytes:
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("cv.txt"))
    return content.getvalue()


def _ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + stream.encode("utf-16-le") + bytes(512)


def _container(brand: bytes, *compatible: bytes) -> bytes:
    brands = b"".join(compatible)
    return struct.pack(">I", 16 + len(brands)) + b"ftyp" + brand + bytes(4) + brands + bytes(64)


def _cut(content: bytes, share: float) -> bytes:
    return content[: int(len(content) * share)]


def _long() -> bytes:
    return made(pages=8)


def _word() -> bytes:
    return zipped("[Content_Types].xml", "word/document.xml")


def _pdf_and_jpeg() -> bytes:
    """A JPEG whose comment is a PDF: some readers look for the header in the first 1,024 bytes."""
    pdf, jpeg = made(), picture("JPEG")
    return jpeg[:2] + b"\xff\xfe" + struct.pack(">H", len(pdf) + 2) + pdf + jpeg[2:]


_HTML = b"<!doctype html><html><body><script>alert(1)</script></body></html>"
_HEADED = b"%PDF-1.4 <html><script>alert(1)</script></html>\n"

NAMED_PDF = [
    Case("word document named pdf", _word, "kind_word"),
    Case("old word document named pdf", lambda: _ole("WordDocument"), "kind_word"),
    Case("odt named pdf", lambda: opendocument("text"), "kind_odt"),
    Case("pages document named pdf", lambda: zipped("Index/Document.iwa", "preview.jpg"), "kind_pages"),
    Case("spreadsheet named pdf", lambda: zipped("xl/workbook.xml"), "kind_sheet"),
    Case("slides named pdf", lambda: zipped("ppt/presentation.xml"), "kind_slides"),
    Case("ebook named pdf", lambda: b"PK\x03\x04" + bytes(26) + b"mimetypeapplication/epub+zip", "kind_book"),
    Case("rtf named pdf", lambda: rb"{\rtf1\ansi Bonjour}", "kind_rtf"),
    Case("zip named pdf", lambda: zipped("cv.pdf", "lettre.pdf"), "kind_archive"),
    Case("7z named pdf", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(64), "kind_archive"),
    Case("rar named pdf", lambda: b"Rar!\x1a\x07\x01\x00" + bytes(64), "kind_archive"),
    Case("gzip named pdf", lambda: gzip.compress(made()), "kind_archive"),
    Case("tar named pdf", _tar, "kind_archive"),
    Case("web page named pdf", lambda: b"\xef\xbb\xbf\n" + _HTML, "kind_web"),
    Case("saved login page named pdf", lambda: b"<?xml version='1.0'?>\n" + _HTML, "kind_web"),
    Case("svg named pdf", lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "kind_svg"),
    Case("mail named pdf", lambda: b"Received: from a\r\nFrom: b@c.example\r\n\r\nBonjour", "kind_mail"),
    Case("mail of outlook named pdf", lambda: _ole("__substg1.0_0037001F"), "kind_mail"),
    Case(
        "signed envelope named pdf",
        lambda: b"\x30\x82\x04\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + bytes(64),
        "kind_signed",
    ),
    Case("plain text named pdf", lambda: b"Je sais faire", "kind_text"),
    Case("text in utf-16 named pdf", lambda: "Je sais faire".encode("utf-16"), "kind_text"),
    Case("shortcut named pdf", lambda: b"[InternetShortcut]\r\nURL=https://exemple.example", "kind_shortcut"),
    Case("link to an online document", lambda: b'{"url": "https://docs.google.com/open?id=1"}', "kind_shortcut"),
    Case("windows program named pdf", lambda: b"MZ" + bytes(200), "kind_program"),
    Case("linux program named pdf", lambda: b"\x7fELF" + bytes(200), "kind_program"),
    Case("shell script named pdf", lambda: b"#!/bin/sh\nrm -rf ~\n", "kind_program"),
    Case("hidden file of a mac", lambda: b"\x00\x05\x16\x07" + bytes(60), "kind_hidden", "._cv.pdf"),
    Case("video named pdf", lambda: _container(b"isom", b"mp42"), "kind_video"),
    Case("sound named pdf", lambda: b"ID3\x03" + bytes(60), "kind_sound"),
    Case("postscript named pdf", lambda: b"%!PS-Adobe-3.0\nshowpage", "kind_postscript"),
    Case("jpeg named pdf", lambda: picture("JPEG"), "kind_jpeg"),
    Case("png named pdf", lambda: picture("PNG"), "kind_png"),
    Case("heic named pdf", lambda: _container(b"heic", b"mif1"), "kind_heic"),
    Case("tiff named pdf", lambda: picture("TIFF"), "kind_tiff"),
    Case("noise named pdf", lambda: bytes(range(256)) * 8, "kind_unknown"),
]

OTHERWISE_NAMED = [
    Case("docx", _word, "kind_word", "cv.docx"),
    Case("odt", lambda: opendocument("text"), "kind_odt", "cv.odt"),
    Case("gif", lambda: picture("GIF"), "kind_gif", "photo.gif"),
    Case("webp", lambda: picture("WEBP"), "kind_webp", "photo.webp"),
    Case("tiff", lambda: picture("TIFF"), "kind_tiff", "scan.tif"),
    Case("bmp", lambda: picture("BMP"), "kind_bmp", "scan.bmp"),
    Case("avif", lambda: _container(b"avif", b"mif1"), "kind_avif", "photo.avif"),
    Case("zip", lambda: zipped("cv.pdf"), "kind_archive", "dossier.zip"),
    Case("program with two endings", lambda: b"MZ" + bytes(200), "kind_program", "cv.pdf.exe"),
    Case("program behind a right-to-left override", lambda: b"MZ" + bytes(200), "kind_program", "cv\u202efdp.exe"),
]

POLYGLOTS = [
    Case("script before the header", lambda: b"<script></script>\n" + made(), "shifted"),
    Case("blank line before the header", lambda: b"\r\n" + made(), "shifted"),
    Case("html in the header line", lambda: written(plain(), header=_HEADED), "foreign"),
    Case("html before the first object", lambda: written(plain(), header=b"%PDF-1.4\n" + _HTML + b"\n"), "foreign"),
    Case("html in a comment", lambda: written(plain(), header=b"%PDF-1.4\n%" + _HTML + b"\n"), "foreign"),
    Case("header of no version", lambda: written(plain(), header=b"%PDF-latest\n"), "foreign"),
    Case("zip after the end", lambda: made() + zipped("virus.exe"), "trailing"),
    Case("empty zip after the end", lambda: made() + b"PK\x05\x06" + bytes(18), "trailing"),
    Case("html after the end", lambda: made() + _HTML, "trailing"),
    Case("jpeg after the end", lambda: made() + picture("JPEG"), "trailing"),
    Case("pdf in a jpeg's comment", _pdf_and_jpeg, "kind_jpeg"),
    Case("pdf in a zip", lambda: zipped("a") + made(), "kind_archive"),
]

BROKEN = [
    Case("empty", lambda: b"", "empty"),
    Case("only zeros", lambda: bytes(5000), "hollow"),
    Case("header alone", lambda: b"%PDF-1.7", "truncated"),
    Case("cut in the first object", lambda: b"%PDF-1.7\n1 0 obj\n<<", "truncated"),
    Case("cut at a third", lambda: _cut(_long(), 0.33), "truncated"),
    Case("cut before its table", lambda: _cut(_long(), 0.9), "truncated"),
    Case("cut before the last line", lambda: made().rpartition(b"%%EOF")[0], "truncated"),
    Case("linearized, cut at a half", lambda: _cut(made(pages=8, linearize=True), 0.5), "truncated"),
    Case("table that points elsewhere", lambda: made().replace(b"startxref\n", b"startxref\n9"), "damaged"),
    Case("no catalogue", lambda: written(plain(catalogue=b"<< /Type /Font >>")), "damaged"),
    Case("no page", lambda: written(plain(pages=b"<< /Type /Pages /Kids [] /Count 0 >>")), "no_pages"),
    Case("pages in a circle", lambda: written(plain(pages=b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>")), "damaged"),
]

CASES = [*NAMED_PDF, *OTHERWISE_NAMED, *POLYGLOTS, *BROKEN]
