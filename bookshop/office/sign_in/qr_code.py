"""Draw the QR code that an authenticator app reads."""

import segno
from markupsafe import Markup

PIXELS_PER_MODULE = 5


def draw_qr_code(text: str) -> Markup:
    """Return an inline picture, black on white in dark mode too, without a style attribute."""
    drawn = segno.make(text, micro=False).svg_inline(
        scale=PIXELS_PER_MODULE,
        dark="#000",
        light="#fff",
        svgclass="qr",
        lineclass=None,
        title="QR code for the app",
    )
    return Markup(drawn)  # noqa: S704 - segno draws it from numbers
