"""A picture that looks like a QR code; it cannot be scanned, since no bank is behind it."""

import hashlib
import io

from PIL import Image

MODULES = 29
MARGIN = 2
SCALE = 8
FINDER = 7


def draw_modules(data: str) -> list[tuple[int, int]]:
    """Return the (x, y) of the dark modules: noise made of the data, and three finders."""
    bits = int.from_bytes(hashlib.shake_256(data.encode()).digest(MODULES * MODULES // 8 + 1))
    last = MODULES - FINDER
    corners = ((0, 0), (last, 0), (0, last))
    dark = []
    for y in range(MODULES):
        for x in range(MODULES):
            corner = next(((x - a, y - b) for a, b in corners if -1 <= x - a <= 7 and -1 <= y - b <= 7), None)
            if is_finder(*corner) if corner else bits >> (y * MODULES + x) & 1:
                dark.append((x, y))
    return dark


def is_finder(x: int, y: int) -> bool:
    """Return whether a module of a finder pattern is dark: a frame around a square."""
    ring = max(abs(x - 3), abs(y - 3))
    return ring in (0, 1, 3)


def draw_svg(data: str) -> str:
    side = MODULES + 2 * MARGIN
    path = "".join(f"M{x + MARGIN} {y + MARGIN}h1v1h-1z" for x, y in draw_modules(data))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{side}v{side}H0z"/><path d="{path}"/></svg>'
    )


def draw_png(data: str) -> bytes:
    side = MODULES + 2 * MARGIN
    picture = Image.new("1", (side, side), 1)
    for x, y in draw_modules(data):
        picture.putpixel((x + MARGIN, y + MARGIN), 0)
    file = io.BytesIO()
    picture.resize((side * SCALE, side * SCALE), Image.Resampling.NEAREST).save(file, "PNG")
    return file.getvalue()
