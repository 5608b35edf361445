"""The styles keep their promises: contrast by day and by night, one layer a sheet, nothing from elsewhere."""

import re
from pathlib import Path

import pytest

SHEETS = sorted((Path(__file__).parents[1] / "bookshop/static/css").glob("*.css"))
PAIR = re.compile(r"--([\w-]+): (?:light-dark\((#\w{6}), (#\w{6})\)|(#\w{6}));")
BANDS = ("butter", "blush", "mint", "sky", "rose")
GROUNDS = ("paper", "card", "sunk", *BANDS)
TEXT, LARGE = 4.5, 3.0
# who is written or drawn on what, and how far apart they must be (WCAG 2.2, 1.4.3 and 1.4.11)
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-2", "act", "warn", "bad") for ground in GROUNDS),
    ("on-act", "act", TEXT),
    ("on-act", "act-2", TEXT),
    ("act-2", "paper", TEXT),
    ("on-fascia", "fascia", TEXT),
    ("on-find", "find", TEXT),
    ("on-ticket", "ticket", TEXT),
    ("on-ticket", "marigold", TEXT),
    ("bad", "bad-wash", TEXT),
    ("warn", "warn-wash", TEXT),
    ("ink", "good-wash", TEXT),
    ("ink", "bad-wash", TEXT),
    ("ink", "warn-wash", TEXT),
    ("act", "good-wash", TEXT),
    ("card", "bad", TEXT),
    ("edge", "card", LARGE),
    ("focus", "paper", LARGE),
    ("focus", "card", LARGE),
    ("focus", "fascia", LARGE),
    *(("focus", band, LARGE) for band in BANDS),
]


def read_tokens() -> dict[str, tuple[str, str]]:
    """Each colour by day and by night."""
    text = next(sheet for sheet in SHEETS if "tokens" in sheet.name).read_text()
    return {name: (day or both, night or both) for name, day, night, both in PAIR.findall(text)}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours as WCAG defines it."""
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
    assert "url(" not in text
    assert "@import" not in text


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
