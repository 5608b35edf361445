"""The subject tree: names of codes, their ancestors and their children."""

import pytest

from bookshop.trade.thema import Heading, ancestors, breadcrumb, children, closest, thema_headings


def test_every_heading_hangs_below_another() -> None:
    assert all(code == code.upper() for code in thema_headings())
    assert all(thema_headings()[code].strip() == thema_headings()[code] != "" for code in thema_headings())
    assert all(len(breadcrumb(code, {})) >= min(len(code), 2) for code in thema_headings())


def test_a_breadcrumb_leads_from_the_section_to_the_code() -> None:
    assert ancestors("FFC") == ("F", "FF", "FFC")
    assert [heading.code for heading in breadcrumb("FFC", {})] == ["F", "FF", "FFC"]
    assert breadcrumb("", {}) == ()


def test_a_code_without_a_name_has_that_of_its_closest_ancestor() -> None:
    assert breadcrumb("FFXYZ", {})[-1] == Heading("FF", thema_headings()["FF"])
    assert closest(["FFXYZ", "FF", "FBA"], {}) == (
        Heading("FF", thema_headings()["FF"]),
        Heading("FBA", thema_headings()["FBA"]),
    )
    assert closest(["9", "1DDU"], {}) == ()


def test_a_feed_names_only_what_we_do_not() -> None:
    feed_headings = {"1DDU": "United Kingdom", "FF": "Krimis"}
    assert breadcrumb("1DDU-GB-E", feed_headings) == (Heading("1DDU", "United Kingdom"),)
    assert breadcrumb("FF", feed_headings)[-1].name == thema_headings()["FF"]


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
def test_the_children_of_a_code_are_those_with_a_name(code: str, codes: list[str], found: list[str]) -> None:
    assert [heading.code for heading in children(code, codes, {"JBXXA": "Something"})] == found
