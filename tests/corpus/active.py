"""PDFs that do more than show pages."""

import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.corpus.case import Case
from tests.corpus.pdfs import (
    Change,
    action,
    annotated,
    link,
    made,
    plain,
    rooted,
    script,
    stream_of,
    updated,
    written,
)


def _in_stream(document: pikepdf.Pdf) -> None:
    """The script's own words in a stream, which may be compressed."""
    document.Root.OpenAction = Dictionary(S=Name.JavaScript, JS=document.make_stream(b"app.alert(1)"))


def _on_page(document: pikepdf.Pdf) -> None:
    document.pages[0].obj.AA = Dictionary(O=script())


def _in_outline(document: pikepdf.Pdf) -> None:
    item = document.make_indirect(Dictionary(Title="Suite", A=script()))
    document.Root.Outlines = document.make_indirect(Dictionary(Type=Name.Outlines, First=item, Last=item, Count=1))


def _in_nested_arrays(document: pikepdf.Pdf) -> None:
    kept = Array([script()])
    for _depth in range(60):
        kept = Array([kept])
    document.Root.PieceInfo = Dictionary(X=kept)


def _after_a_link(document: pikepdf.Pdf) -> None:
    chain = action("URI", URI="https://exemple.example", Next=Array([action("GoTo", D="a"), action("Launch", F="cmd")]))
    annotated(A=chain)(document)


def _field(**entries: object) -> Change:
    def change(document: pikepdf.Pdf) -> None:
        annotated(Subtype=Name.Widget, FT=Name.Btn, T="envoyer", **entries)(document)
        document.Root.AcroForm = Dictionary(Fields=document.pages[0].obj.Annots)

    return change


def _attached(document: pikepdf.Pdf) -> None:
    document.attachments["autre.txt"] = b"autre"


def _pinned(document: pikepdf.Pdf) -> None:
    file = Dictionary(Type=Name.Filespec, F="a.exe", EF=Dictionary(F=document.make_stream(b"MZ")))
    annotated(Subtype=Name.FileAttachment, FS=file)(document)


def _unlisted(document: pikepdf.Pdf) -> None:
    """An embedded file that nothing names: a reader's « repair » would find it."""
    stream = document.make_stream(b"MZ")
    stream.stream_dict["/Type"] = Name.EmbeddedFile
    document.Root.PieceInfo = Dictionary(X=stream)


def _elsewhere(document: pikepdf.Pdf) -> None:
    """A picture whose data stands in another file."""
    stream = document.make_stream(b"", F="//serveur.example/partage/a.jpg", FFilter=Name.DCTDecode)
    document.Root.PieceInfo = Dictionary(X=stream)


def _referring(document: pikepdf.Pdf) -> None:
    form = document.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    form.stream_dict["/Ref"] = Dictionary(F="autre.pdf", Page=0)
    document.Root.PieceInfo = Dictionary(X=form)


def _escaped_name() -> bytes:
    """/J#61vaScript is /JavaScript (ISO 32000-2, 7.3.5): a search of the bytes would not see it."""
    act = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /J#61vaScript /#4aS (app.alert\\(1\\)) >> >>"
    return written(plain(catalogue=act))


def _in_object_stream() -> bytes:
    return made(rooted(OpenAction=script()), object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _compressed_script() -> bytes:
    packed = stream_of(zlib.compress(b"app.alert(1)"), b"/Filter /FlateDecode")
    names = b"<< /Type /Catalog /Pages 2 0 R /Names << /JavaScript << /Names [(a) 6 0 R] >> >> >>"
    return written({**plain(catalogue=names), 6: b"<< /S /JavaScript /JS 7 0 R >>", 7: packed})


def _by_update() -> bytes:
    body = b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> >>"
    return updated(written(plain()), 1, body)


_FDF = Array(["donnees.fdf"])

SCRIPTS = [
    Case("script on opening", lambda: made(rooted(OpenAction=script())), "javascript"),
    Case("script in a stream", lambda: made(_in_stream), "javascript"),
    Case("script before printing", lambda: made(rooted(AA=Dictionary(WP=script()))), "javascript"),
    Case("script on a page", lambda: made(_on_page), "javascript"),
    Case("script in the names, compressed", _compressed_script, "javascript"),
    Case("script on a link", lambda: made(annotated(A=script())), "javascript"),
    Case("script when the mouse passes", lambda: made(annotated(AA=Dictionary(E=script()))), "javascript"),
    Case("script in an outline", lambda: made(_in_outline), "javascript"),
    Case("script in a field", lambda: made(_field(AA=Dictionary(K=script()))), "javascript"),
    Case("script sixty arrays deep", lambda: made(_in_nested_arrays), "javascript"),
    Case("script in an object stream", _in_object_stream, "javascript"),
    Case("script under an escaped name", _escaped_name, "javascript"),
    Case("script by an incremental update", _by_update, "javascript"),
    Case("script in a rendition", lambda: made(annotated(A=action("Rendition", JS="1", OP=0))), "javascript"),
]

ACTIONS = [
    Case("launch on opening", lambda: made(rooted(OpenAction=action("Launch", F="cmd.exe"))), "launch"),
    Case(
        "launch with windows' own words",
        lambda: made(annotated(A=action("Launch", Win=Dictionary(F="cmd", P="/c")))),
        "launch",
    ),
    Case("launch after a link", lambda: made(_after_a_link), "launch"),
    Case(
        "form that sends",
        lambda: made(_field(A=action("SubmitForm", F="https://exemple.example", Fields=_FDF))),
        "submit",
    ),
    Case("form that loads", lambda: made(_field(A=action("ImportData", F="a.fdf"))), "submit"),
    Case("dynamic form", lambda: made(rooted(AcroForm=Dictionary(Fields=Array([]), XFA="<xdp/>"))), "xfa"),
    Case("other file", lambda: made(annotated(A=action("GoToR", F="//serveur.example/a.pdf"))), "remote"),
    Case("file within", lambda: made(annotated(A=action("GoToE", D="a"))), "remote"),
    Case("thread of another file", lambda: made(annotated(A=action("Thread", F="a.pdf", D=0))), "remote"),
    Case("picture from elsewhere", lambda: made(_elsewhere), "remote"),
    Case("page from elsewhere", lambda: made(_referring), "remote"),
    Case("script as a link", lambda: made(link("javascript:alert(1)")), "link"),
    Case("script as a link, in disguise", lambda: made(link(" Java\tScript:alert(1)")), "link"),
    Case("page as a link", lambda: made(link("data:text/html,<script>alert(1)</script>")), "link"),
    Case("file of the machine as a link", lambda: made(link("file:///C:/Windows/System32/calc.exe")), "link"),
    Case("shared folder as a link", lambda: made(link("\\\\serveur.example\\partage")), "link"),
    Case("base of all links", lambda: made(rooted(URI=Dictionary(Base="javascript:"))), "link"),
    Case("menu of the reader", lambda: made(annotated(A=action("Named", N=Name("/SaveAs")))), "action"),
    Case("action that nobody knows", lambda: made(rooted(OpenAction=action("Format", F="c"))), "action"),
    Case("sound", lambda: made(annotated(A=action("Sound", Sound=Dictionary()))), "media"),
    Case("film", lambda: made(annotated(Subtype=Name.Movie, Movie=Dictionary(F="a.avi"))), "media"),
    Case("rich media", lambda: made(annotated(Subtype=Name.RichMedia, RichMediaContent=Dictionary())), "media"),
    Case("3D", lambda: made(annotated(Subtype=Name("/3D"))), "media"),
    Case("embedded file", lambda: made(_attached), "attachment"),
    Case("file pinned to a page", lambda: made(_pinned), "attachment"),
    Case("embedded file that nothing names", lambda: made(_unlisted), "attachment"),
    Case("portfolio", lambda: made(rooted(Collection=Dictionary(View=Name.D))), "attachment"),
]

CASES = [*SCRIPTS, *ACTIONS]
