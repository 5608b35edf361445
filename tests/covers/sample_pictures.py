"""Make small pictures in every format."""

from io import BytesIO
from typing import Any

from PIL import Image

RED, BLUE = (200, 30, 30), (30, 30, 200)


def a_picture(
    kind: str = "JPEG", size: tuple[int, int] = (200, 300), mode: str = "RGB", **options: Any
) -> bytes:
    """Make a picture that is red above and blue below, as a file in this format."""
    picture = Image.new("RGB", size, RED)
    picture.paste(BLUE, (0, size[1] // 2, *size))
    return as_file(picture.quantize(4) if mode == "P" else picture.convert(mode), kind, **options)


def as_file(picture: Image.Image, kind: str, **options: Any) -> bytes:
    """Return a picture as a file in this format."""
    file = BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()
