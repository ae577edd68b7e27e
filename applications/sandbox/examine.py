"""The task of looking into one PDF and drawing its first page."""

from applications.sandbox import drawing, structure
from applications.sandbox.protocol import Picture, say, serve


def examine(files: list[bytes], max_bytes: int) -> Picture | None:
    fault, pages = structure.examine(files[0])
    say(fault, pages=pages)
    return None if fault else lambda: drawing.first_page(files[0])


def main() -> None:
    serve(examine)
