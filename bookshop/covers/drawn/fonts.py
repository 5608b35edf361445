"""The two fonts of drawn covers: their families, and how wide a text is in them."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True, eq=False)
class Font:
    """A CSS class and font families; leading and widths are relative to the font size."""

    css: str
    families: str
    cjk_families: str
    generic: str
    max_size: int
    leading: float
    widths: tuple[int, ...]


# the height of capitals as a share of the size
CAP_HEIGHT = 0.74

# widths in thousandths of the size for the characters from space to tilde (Adobe's font metrics)
SANS = Font(
    "s",
    "'Helvetica Neue',Helvetica,'Arial Nova',Arial,'Liberation Sans'",
    "'PingFang SC','Hiragino Sans','Microsoft YaHei','Noto Sans CJK SC'",
    "sans-serif",
    92,
    1.02,
    (
        *(278, 333, 474, 556, 556, 889, 722, 278, 333, 333, 389, 584, 278, 333, 278, 278),
        *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611),
        *(975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778),
        *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556),
        *(333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611),
        *(611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584),
    ),
)
SERIF = Font(
    "r",
    "'Iowan Old Style','Palatino Linotype',Palatino,Georgia,'Times New Roman','Liberation Serif'",
    "'Songti SC','Hiragino Mincho ProN',SimSun,'Noto Serif CJK SC'",
    "serif",
    104,
    0.98,
    (
        *(250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278),
        *(500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 333, 333, 570, 570, 570, 500),
        *(930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778),
        *(611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500),
        *(333, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500),
        *(556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520),
    ),
)
ASCII_LOOKALIKES = str.maketrans("’‘“”–ßæÆœŒøØłŁđð", "''\"\"nBmMmMoOlLdd")
# of a character that is not in the table
UNKNOWN_WIDTH = 640

CJK = re.compile(
    r"[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]"
    r"[\u3001\u3002\u300b\u300d\u300f\u3011\u30fb\u30fc\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f]*"
)


def text_width(text: str, font: Font) -> float:
    """Return the width of a text in ems."""
    return sum(_character_width(c, font) for c in text) / 1000


@lru_cache(maxsize=4096)
def _character_width(character: str, font: Font) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(character) in "WF" or character in "—…":
        return 1000
    base = ord(unicodedata.normalize("NFKD", character).translate(ASCII_LOOKALIKES)[0]) - ord(" ")
    return font.widths[base] if 0 <= base < len(font.widths) else UNKNOWN_WIDTH


def font_style(drawing: str) -> str:
    """Return the style sheet for the fonts that a drawing uses."""
    rules = "".join(
        f".{font.css}{{font-family:{_font_family(font, drawing)}}}"
        for font in (SANS, SERIF)
        if f'class="{font.css}"' in drawing
    )
    return f"<style>text{{font-weight:700}}{rules}</style>"


def _font_family(font: Font, drawing: str) -> str:
    families = f"{font.families},{font.cjk_families}" if CJK.search(drawing) else font.families
    return f"{families},{font.generic}"
