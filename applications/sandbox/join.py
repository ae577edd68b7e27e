"""The task of joining photos into one PDF."""

from applications.sandbox import photos
from applications.sandbox.protocol import Picture, say, serve
from applications.sandbox.thumbnail import as_png


def join(files: list[bytes], max_bytes: int) -> Picture | None:
    try:
        content, first = photos.join(files, max_bytes)
    except photos.Unfit as unfit:
        say(unfit.fault, index=unfit.index)
        return None
    say("", pages=len(files), content=content)
    return lambda: as_png(first)


def main() -> None:
    serve(join)
