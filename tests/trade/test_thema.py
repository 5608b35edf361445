"""The subject tree: what a code is called, what is above it and what is below."""

import pytest

from bookshop.trade.thema import HEADINGS, Heading, above, below, nearest, trail


def test_every_heading_hangs_below_another() -> None:
    assert all(code == code.upper() for code in HEADINGS)
    assert all(HEADINGS[code].strip() == HEADINGS[code] != "" for code in HEADINGS)
    assert all(len(trail(code, {})) >= min(len(code), 2) for code in HEADINGS)


def test_a_trail_leads_from_the_section_to_the_code() -> None:
    assert above("FFC") == ("F", "FF", "FFC")
    assert [heading.code for heading in trail("FFC", {})] == ["F", "FF", "FFC"]
    assert trail("", {}) == ()


def test_a_code_that_nobody_has_a_name_for_is_called_by_the_one_above_it() -> None:
    assert trail("FFXYZ", {})[-1] == Heading("FF", HEADINGS["FF"])
    assert nearest(["FFXYZ", "FF", "FBA"], {}) == (
        Heading("FF", HEADINGS["FF"]),
        Heading("FBA", HEADINGS["FBA"]),
    )
    assert nearest(["9", "1DDU"], {}) == ()


def test_a_feed_names_what_we_do_not_and_no_more() -> None:
    said = {"1DDU": "United Kingdom", "FF": "Krimis"}
    assert trail("1DDU-GB-E", said) == (Heading("1DDU", "United Kingdom"),)
    assert trail("FF", said)[-1].name == HEADINGS["FF"]


@pytest.mark.parametrize(
    ("code", "codes", "found"),
    [
        ("F", ["F", "FB", "FBA", "FF"], ["FB", "FF"]),
        ("", ["F", "FB", "N"], ["F", "N"]),
        # JBXX has no name; what is below it has, and is shown in its place
        ("JB", ["JBXX", "JBXXA", "JBXXB", "JBC"], ["JBC", "JBXXA"]),
        ("FB", [], []),
    ],
)
def test_below_a_code_is_what_has_a_name(code: str, codes: list[str], found: list[str]) -> None:
    assert [heading.code for heading in below(code, codes, {"JBXXA": "Something"})] == found
