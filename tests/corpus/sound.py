"""PDFs as honest programs write them, with what these put in beside the pages: all are taken."""

import base64
import io
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image, ImageDraw
from weasyprint import HTML

from tests.corpus.case import Case
from tests.corpus.heavy import lzw
from tests.corpus.outside import picture
from tests.corpus.pdfs import Change, action, annotated, link, made, plain, rooted, stream_of, updated, written

_CV = """<html lang="fr"><title>CV</title><h1 id="a">Salma Bennis</h1>
<p><a href="https://exemple.example/cv?a=1#b">Page</a> <a href="mailto:salma@exemple.example">Courrier</a>
<a href="tel:+212600000000">Téléphone</a> <a href="#a">Haut</a></p><h2>السيرة الذاتية</h2>"""
_OLD_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helv\xe9tique /S /\xe9 >>"
_OLD_PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /\xe9t\xe9 /#e9 >>"
_DRAWING = b"BT /F 24 Tf 72 720 Td (Bonjour) Tj ET"


def scanned(mode: str, pages: int = 2) -> bytes:
    """As a scanner does: pages that are pictures (grey and colours by JPEG, black and white by CCITT)."""
    sheet = Image.new("L", (1654, 2339), 250)
    ImageDraw.Draw(sheet).text((200, 200), "Diplôme", fill=0, font_size=90)
    content = io.BytesIO()
    sheets = [sheet.convert(mode)] * pages
    sheets[0].save(content, "PDF", save_all=True, append_images=sheets[1:], resolution=200)
    return content.getvalue()


def _page_in(filters: bytes, data: bytes) -> bytes:
    return written(plain(drawing=stream_of(data, b"/Filter " + filters)))


def _outlined(document: pikepdf.Pdf) -> None:
    with document.open_outline() as outline:
        outline.root.append(pikepdf.OutlineItem("Suite", 0))


def _form(document: pikepdf.Pdf) -> None:
    """Fields filled in, one of which is reset by a button: none sends anything."""
    annotated(Subtype=Name.Widget, FT=Name.Tx, T="nom", V="Bennis", A=action("ResetForm"))(document)
    document.Root.AcroForm = Dictionary(Fields=document.pages[0].obj.Annots, NeedAppearances=True)


def _goes(document: pikepdf.Pdf) -> None:
    page = document.pages[0].obj
    document.Root.OpenAction = Array([page, Name.XYZ, None, None, 0])
    annotated(A=action("GoTo", D=Array([page, Name.Fit])))(document)


def _layered(document: pikepdf.Pdf) -> None:
    layer = document.make_indirect(Dictionary(Type=Name.OCG, Name="Filigrane"))
    document.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(ON=Array([layer])))


def _described(document: pikepdf.Pdf) -> None:
    with document.open_metadata() as metadata:
        metadata["dc:title"] = "Développeuse Java/JavaScript : <script> et /Launch"


def _no_files(document: pikepdf.Pdf) -> None:
    """Word leaves an empty list of embedded files behind."""
    document.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([])))


def _signed(document: pikepdf.Pdf) -> None:
    signature = Dictionary(
        Type=Name.Sig,
        Filter=Name("/Adobe.PPKLite"),
        SubFilter=Name("/adbe.pkcs7.detached"),
        Contents=b"\x30\x80" + bytes(400),
    )
    annotated(Subtype=Name.Widget, FT=Name.Sig, T="signature", V=signature)(document)
    document.Root.AcroForm = Dictionary(Fields=document.pages[0].obj.Annots, SigFlags=3)


def _changed(*changes: Change) -> Case:
    name = ", ".join(change.__name__.strip("_") for change in changes)
    return Case(f"pdf {name}", lambda: made(*changes))


CASES = [
    Case("weasyprint's", lambda: bytes(HTML(string=_CV).write_pdf())),
    Case("weasyprint's, for all readers", lambda: bytes(HTML(string=_CV).write_pdf(pdf_variant="pdf/ua-1"))),
    Case("scanner's, in colours", lambda: scanned("RGB")),
    Case("scanner's, in grey", lambda: scanned("L")),
    Case("scanner's, in black and white", lambda: scanned("1")),
    Case("blank page", made),
    Case("ten pages", lambda: made(pages=10)),
    Case("linearized", lambda: made(pages=3, linearize=True)),
    Case("with object streams", lambda: made(object_stream_mode=pikepdf.ObjectStreamMode.generate)),
    Case("by hand, of long ago", lambda: written(plain(), header=b"%PDF-1.2\n")),
    Case("with the end of lines of a mac", lambda: written(plain(), header=b"%PDF-1.3\r%\xc4\xe5\xf2\xe5\r")),
    Case("updated", lambda: updated(written(plain()), 4, stream_of(_DRAWING))),
    Case("updated twice", lambda: updated(updated(written(plain()), 4, stream_of(b"")), 4, stream_of(_DRAWING))),
    Case("padded by the server", lambda: made() + b"\r\n" + bytes(512)),
    Case("drawing in letters", lambda: _page_in(b"[/A85 /Fl]", base64.a85encode(zlib.compress(_DRAWING)) + b"~>")),
    Case("drawing in figures", lambda: _page_in(b"/ASCIIHexDecode", _DRAWING.hex().encode() + b">")),
    Case("drawing by lzw", lambda: _page_in(b"/LZWDecode", lzw([256, *_DRAWING, 257]))),
    Case("drawing by runs", lambda: _page_in(b"/RunLengthDecode", bytes([len(_DRAWING) - 1]) + _DRAWING + b"\x80")),
    Case("drawing with a wrong sum", lambda: _page_in(b"/FlateDecode", zlib.compress(_DRAWING)[:-4] + bytes(4))),
    Case("names that are no utf-8", lambda: written(plain(font=_OLD_FONT, page=_OLD_PAGE))),
    Case("named after a picture", made, file="cv.jpg"),
    Case("named after a document", made, file="cv.docx"),
    Case("without a name's ending", made, file="cv"),
    Case("pdf links", lambda: made(link("https://www.exemple.example:443/a?b=c"))),
    Case("pdf link without a scheme", lambda: made(link("www.exemple.example/cv"))),
    Case("pdf next page", lambda: made(annotated(A=action("Named", N=Name.NextPage)))),
    Case("pdf with a reader's preferences", lambda: made(rooted(ViewerPreferences=Dictionary(DisplayDocTitle=True)))),
    *[_changed(change) for change in (_outlined, _form, _goes, _layered, _described, _no_files, _signed)],
]

__all__ = ["CASES", "picture", "scanned"]
