"""Names of uploaded files, fit to be shown and to be given back to any machine."""

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

LENGTH = 200
#: Windows takes these for devices, whatever ending follows (Win32, Naming Files).
_RESERVED = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])", re.IGNORECASE)
_UNUSABLE = re.compile(r'[<>:"/\\|?*]')
#: Endings that would have another program open a PDF.
_ENDINGS = re.compile(r"(\.(pdf|jpe?g|png|hei[cf]|docx?|odt|rtf|txt|html?|zip))+$", re.IGNORECASE)


def plain(raw: str) -> str:
    """The name as it came, without path, control or direction-changing character: what a message may repeat."""
    base = PureWindowsPath(PurePosixPath(raw).name).name
    kept = "".join(
        " " if unicodedata.category(c) in {"Zs", "Zl", "Zp"} else c
        for c in unicodedata.normalize("NFC", base)
        if unicodedata.category(c)[0] != "C"
    )
    return " ".join(kept.split())[:LENGTH]


def _stem(raw: str) -> str:
    stem = _UNUSABLE.sub("_", _ENDINGS.sub("", plain(raw))).strip(" .")
    return f"_{stem}" if _RESERVED.fullmatch(stem.partition(".")[0].strip()) else stem


def display_name(raw: str) -> str:
    """The name for a PDF that came as ``raw``.

    No path, no control or direction-changing character, none that Windows refuses, none of its devices; 200 characters at
    most; one ending, « .pdf ».
    """
    return f"{_stem(raw)[: LENGTH - 4].strip(' .') or 'document'}.pdf"
