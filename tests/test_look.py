"""Styles: contrast in light and dark, one layer a sheet, no unused class, nothing external."""

import re
from hashlib import sha256
from pathlib import Path

import pytest

from bookshop.office.bulk.ship_grid import RowState
from bookshop.orders.receipt_look import LOOKS
from bookshop.trade.categories import CATEGORIES

SHEETS = sorted((Path(__file__).parents[1] / "bookshop/static/css").rglob("*.css"))
PAIR = re.compile(r"--([\w-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));")
BANDS = ("butter", "blush", "mint", "sky", "rose")
GROUNDS = ("paper", "card", "sunk", *BANDS, "stone")
TEXT_CONTRAST, GRAPHIC_CONTRAST = 4.5, 3.0
# text and lines with their background and the least contrast (WCAG 2.2, 1.4.3 and 1.4.11)
PAIRS = [
    *((ink, ground, TEXT_CONTRAST) for ink in ("ink", "ink-2", "act", "warn", "bad") for ground in GROUNDS),
    ("on-act", "act", TEXT_CONTRAST),
    ("on-act", "act-2", TEXT_CONTRAST),
    ("act-2", "paper", TEXT_CONTRAST),
    ("on-fascia", "fascia", TEXT_CONTRAST),
    ("on-find", "find", TEXT_CONTRAST),
    ("on-ticket", "ticket", TEXT_CONTRAST),
    ("on-ticket", "marigold", TEXT_CONTRAST),
    ("bad", "bad-wash", TEXT_CONTRAST),
    ("warn", "warn-wash", TEXT_CONTRAST),
    ("ink", "good-wash", TEXT_CONTRAST),
    ("ink", "bad-wash", TEXT_CONTRAST),
    ("ink", "warn-wash", TEXT_CONTRAST),
    ("act", "good-wash", TEXT_CONTRAST),
    ("card", "bad", TEXT_CONTRAST),
    ("edge", "card", GRAPHIC_CONTRAST),
    ("focus", "paper", GRAPHIC_CONTRAST),
    ("focus", "card", GRAPHIC_CONTRAST),
    ("focus", "fascia", GRAPHIC_CONTRAST),
    ("on-ticket", "kraft", TEXT_CONTRAST),
    *((f"letters-{n}", f"cloth-{n}", TEXT_CONTRAST) for n in range(1, 9)),
    *(("focus", band, GRAPHIC_CONTRAST) for band in (*BANDS, "stone")),
]


def read_tokens() -> dict[str, tuple[str, str]]:
    """Return the colours of each token, light and dark."""
    text = "".join(sheet.read_text() for sheet in SHEETS if "tokens" in sheet.name)
    return {name: (day or both, night or both) for name, day, night, both in PAIR.findall(text)}


def luminance(colour: str) -> float:
    """Return relative luminance as WCAG defines it."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours as WCAG defines it."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_contrast_is_counted_as_wcag_counts_it() -> None:
    assert contrast("#ffffff", "#000000") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", [0, 1], ids=["day", "night"])
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_what_is_written_can_be_read(ink: str, ground: str, least: float, scheme: int) -> None:
    tokens = read_tokens()
    assert contrast(tokens[ink][scheme], tokens[ground][scheme]) >= least


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_sheet_stays_in_its_layer_and_at_home(sheet: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.DOTALL).strip()
    layers = re.match(r"@layer ([\w, ]+);$", SHEETS[0].read_text().splitlines()[-1])
    assert layers
    if sheet is not SHEETS[0]:
        named = re.match(r"@layer (\w+) \{", text)
        assert named
        assert named[1] in layers[1].split(", ")
        assert text.endswith("}")
    assert ("url(" in text) == (sheet.name == "05-display-face.css")
    assert "@import" not in text


# a browser keeps a file as long as its name stays, and the name has the version of Fraunces: a file cut anew
# (bin/cut_display_face.py) needs a new name
FONTS = {
    "fraunces-basic-5.3.0.woff2": "d012032b1c005905aebbd3cd1b1bc365eb83f4a01e23c5d2c92b5a1560ab269a",
    "fraunces-latin1-5.3.0.woff2": "bdae45a3c5139ee133dc3cd457ec524c83c1f52dc47d9f496cef9f9e19cd6e26",
    "fraunces-extended-5.3.0.woff2": "4dce26419a0f720f9889d9d4a27debea72c66944518b0c10d56c39b4e096bc17",
}


def test_the_display_face_is_the_one_that_was_cut_and_has_its_licence() -> None:
    folder = Path(__file__).parents[1] / "bookshop/static/fonts"
    assert {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.glob("*.woff2")} == FONTS
    assert "SIL OPEN FONT LICENSE Version 1.1" in (folder / "OFL-Fraunces.txt").read_text()
    sheet = next(sheet for sheet in SHEETS if sheet.name == "05-display-face.css").read_text()
    assert re.findall(r'url\("../fonts/([^"]+)"\)', sheet) == list(FONTS)
    base = (Path(__file__).parents[1] / "bookshop/templates/base.html").read_text()
    assert "fonts/fraunces-basic-5.3.0.woff2" in base


def test_no_character_of_the_display_face_is_in_two_files() -> None:
    sheet = next(sheet for sheet in SHEETS if sheet.name == "05-display-face.css").read_text()
    found: list[int] = []
    for ranges in re.findall(r"unicode-range: ([^;]+);", sheet):
        for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges):
            found += range(int(first, 16), int(last or first, 16) + 1)
    assert len(found) == len(set(found))
    assert {*map(ord, "The Awning’s “best”: £9 & café, Łódź – Şapka…")} <= set(found)


def test_every_colour_is_a_token() -> None:
    allowed = {"#fff", "#000", "#333", "#999", "#ffffff", "#231a1c", "#6b5c5e", "#1d3fbb"}
    for sheet in SHEETS:
        if "tokens" not in sheet.name:
            found = set(
                re.findall(r"(?<=[ (])#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})\b", sheet.read_text())
            )
            assert found <= allowed, sheet.name


def test_every_token_that_is_used_exists() -> None:
    text = "".join(sheet.read_text() for sheet in SHEETS)
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= set(re.findall(r"(--[\w-]+):", text))


def test_every_class_is_used_and_every_used_class_has_a_style() -> None:
    styles = re.sub(r"/\*.*?\*/", "", "".join(sheet.read_text() for sheet in SHEETS), flags=re.DOTALL)
    styled = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r'"[^"]*"', "", styles)))
    assert styled == find_used_classes()


def find_used_classes() -> set[str]:
    """Return the classes that templates and scripts give to elements."""
    package = Path(__file__).parents[1] / "bookshop"
    used: set[str] = set()
    for template in (package / "templates").rglob("*.html"):
        text = template.read_text()
        # a macro takes the classes of its button as an argument
        used.update(*(call.split() for call in re.findall(r'hosted_form\("[^"]*", "([^"]*)"\)', text)))
        for attribute in re.findall(r'(?<![\w-])class="((?:\{\{.*?\}\}|\{%.*?%\}|[^"{])*)"', text):
            plain = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " ", attribute)
            used.update(plain.split())
            for expression in re.findall(r"\{\{.*?\}\}", attribute):
                literals = re.findall(r"'([^']*)'", re.sub(r"(in|==) (\(.*?\)|'[^']*'|\w+)", "", expression))
                used.update(*(literal.split() for literal in literals))
        used.update(re.findall(r"loop\.cycle\((.*?)\)", text) and BANDS)
    for script in ("payment.js", "site.js", "office.js"):
        text = (package / "static/js" / script).read_text()
        used.update(re.findall(r'(?:className = |classList\.\w+\()"([\w-]+)"', text))
    looks = {name for look in LOOKS.values() for name in (look.hue, look.shape)}
    # rows of the shipping grid, and the drawing of segno
    by_code = {RowState.SHIPPED.value, RowState.CHANGED.value, "qr"}
    return used | looks | by_code | {category.hue for category in CATEGORIES.values()}
