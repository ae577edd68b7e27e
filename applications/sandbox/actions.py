"""What a PDF's dictionaries would have a reader do, or hold beside the pages (ISO 32000-2, 7.11, 12.5, 12.6)."""

import re
from collections.abc import Iterator
from typing import Any

import pikepdf

#: An action by its /S, wherever it stands: attackers hide one where no reader looks for it but theirs.
_BY_ACTION = {
    "/JavaScript": "javascript",
    "/Launch": "launch",
    "/SubmitForm": "submit",
    "/ImportData": "submit",
    "/GoToR": "remote",
    "/GoToE": "remote",
    "/Rendition": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/GoTo3DView": "media",
    "/RichMediaExecute": "media",
}
_HARMLESS_ACTIONS = frozenset({"/GoTo", "/GoToDp", "/URI", "/Named", "/Thread", "/Hide", "/SetOCGState", "/Trans"}) | {
    "/ResetForm"
}
_HARMLESS_NAMES = frozenset({"/NextPage", "/PrevPage", "/FirstPage", "/LastPage", "/Print"})
_BY_SUBTYPE = {
    "/RichMedia": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/Screen": "media",
    "/3D": "media",
    "/FileAttachment": "attachment",
}
_BY_KEY = {
    "/JS": "javascript",
    "/JavaScript": "javascript",
    "/XFA": "xfa",
    "/EF": "attachment",
    "/Collection": "attachment",
    "/OPI": "remote",
}
_LEADS_TO_ACTION = frozenset({"/A", "/PA", "/OpenAction", "/Next"})
#: Whatever stands under one of these keys is looked at; nothing else in a dictionary matters here.
_TELLING = (
    frozenset(_BY_KEY)
    | _LEADS_TO_ACTION
    | {"/S", "/Subtype", "/Type", "/EmbeddedFiles", "/URI", "/Base", "/F", "/FS", "/Ref"}
)
_SCHEME = re.compile(r"[a-z][a-z0-9+-]*:")
_SAFE_SCHEMES = ("http:", "https:", "mailto:", "tel:", "sms:", "ftp:")


def name_of(value: Any) -> str:
    """A name, with its slash; "" of anything else. Old programs wrote names in bytes that are no UTF-8."""
    return value.unparse().decode("latin-1") if isinstance(value, pikepdf.Name) else ""


def _leads_astray(address: Any) -> bool:
    """Whether a link does more than open a page, a mail or a call. Readers overlook spaces and controls, so this does too."""
    text = re.sub(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\ufeff]", "", str(address)).lower()
    scheme = _SCHEME.match(text)
    return text.startswith(("\\", "//")) or bool(scheme and scheme[0] not in _SAFE_SCHEMES)


def _by_action(kind: str, values: dict[str, Any]) -> Iterator[str]:
    if kind in _BY_ACTION:
        yield _BY_ACTION[kind]
    elif kind == "/Named" and "/N" in values and name_of(values["/N"]) not in _HARMLESS_NAMES:
        yield "action"
    elif kind in {"/Thread", "/GoTo"} and "/F" in values:
        yield "remote"


def _follow(value: Any) -> Iterator[str]:
    """What stands where readers expect an action and is none that we know to be harmless."""
    if isinstance(value, pikepdf.Dictionary) and "/S" in value:
        kind = name_of(value["/S"])
        if kind not in _HARMLESS_ACTIONS and kind not in _BY_ACTION:
            yield "action"


def _holds_files(tree: Any) -> bool:
    """Whether a name tree names anything; some writers leave an empty one."""
    if not isinstance(tree, pikepdf.Dictionary):
        return False
    return any(isinstance(tree.get(key), pikepdf.Array) and len(tree[key]) > 0 for key in ("/Names", "/Kids"))


def _by_key(key: str, value: Any) -> Iterator[str]:
    if key in _BY_KEY:
        yield _BY_KEY[key]
    elif key in _LEADS_TO_ACTION:
        yield from _follow(value)
    elif key in {"/URI", "/Base"} and isinstance(value, pikepdf.String) and _leads_astray(value):
        yield "link"
    elif key == "/EmbeddedFiles" and _holds_files(value):
        yield "attachment"


def faults(item: Any, keys: set[str]) -> Iterator[str]:
    """What is wrong with one dictionary or stream, that has ``keys``; not what is wrong in what it refers to."""
    telling = keys & _TELLING
    if not telling:
        return
    values = {key: item[key] for key in telling}
    if "/N" in keys:
        values["/N"] = item["/N"]
    for key, value in values.items():
        yield from _by_key(key, value)
    yield from _by_action(name_of(values.get("/S")), values)
    subtype = name_of(values.get("/Subtype"))
    if subtype in _BY_SUBTYPE:
        yield _BY_SUBTYPE[subtype]
    if "/EmbeddedFile" in {name_of(values.get("/Type")), subtype}:
        yield "attachment"
    if isinstance(item, pikepdf.Stream) and "/F" in values:  # its data would come from another file
        yield "remote"
    if isinstance(values.get("/Ref"), pikepdf.Dictionary) and "/F" in values["/Ref"]:
        yield "remote"
