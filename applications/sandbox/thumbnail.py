"""A picture made small enough to stand in a list."""

import io

from PIL import Image

WIDTH, HEIGHT = 480, 1400
# Now: by the time a picture is made, this process can't open a file any more.
Image.preinit()


def as_png(picture: Image.Image) -> bytes:
    """A picture no wider than WIDTH, in few colours: some 20 kB for a page of text."""
    small = picture.convert("RGB")
    small.thumbnail((WIDTH, HEIGHT))
    content = io.BytesIO()
    small.quantize(64, method=Image.Quantize.FASTOCTREE).save(content, "PNG", optimize=True)
    return content.getvalue()
