"""A QR code (ISO/IEC 18004) as SVG that stands in a page or a letter: no picture to fetch, no script, no style."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

register = template.Library()
#: The margin that readers need, in modules.
QUIET = 4


def matrix(text: str) -> list[list[bool]]:
    """The dark modules, row by row, without the margin; level M stands a crease or a stain over 15 % of it."""
    code = QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    rows: list[list[bool]] = code.get_matrix()
    return rows


def _runs(row: list[bool]) -> list[tuple[int, int]]:
    """Where each run of dark modules begins, and how long it is."""
    edges = [x for x in range(len(row) + 1) if (x < len(row) and row[x]) != (x > 0 and row[x - 1])]
    return [(start, end - start) for start, end in zip(edges[::2], edges[1::2], strict=True)]


@register.simple_tag
def qr(text: str, label: str) -> SafeString:
    """The code of ``text``; ``label`` is what a person who can't see it is told."""
    rows = matrix(text)
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{x + QUIET} {y + QUIET}h{length}v1h-{length}z" for y, row in enumerate(rows) for x, length in _runs(row)
    )
    return format_html(
        '<svg class="pmp-qr" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="184" height="184" role="img"'
        ' aria-label="{label}" shape-rendering="crispEdges"><title>{label}</title>'
        '<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path fill="#000" d="{path}"/></svg>',
        side=side,
        label=label,
        path=path,
    )
