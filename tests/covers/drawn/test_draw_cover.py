"""A drawn cover is complete, small and always the same, for any title."""

import re
from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.covers.drawn.choose_design import DESIGNS
from bookshop.covers.drawn.designs.initial import LETTER_SIZE
from bookshop.covers.drawn.draw_cover import draw_cover
from bookshop.covers.drawn.palette import PALETTES
from bookshop.covers.drawn.seeded_random import SeededRandom

SVG = "{http://www.w3.org/2000/svg}"
ISBN = "9780306406157"
# one ISBN for each design
EVERY_DESIGN = {
    SeededRandom(isbn).design_number % len(DESIGNS): isbn for n in range(200) for isbn in [f"978{n:010}"]
}.values()
MIDDLEMARCH = ("Middlemarch", "George Eliot", "fiction")

isbns = st.from_regex(r"97[89]\d{10}", fullmatch=True)
words = st.text(st.characters(codec="utf-8"), max_size=400)
categories = st.sampled_from([*PALETTES, "gardening"])


def read(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 - reads only what we drew


def lines(svg: str) -> list[ElementTree.Element]:
    return [line for line in read(svg).iter(f"{SVG}text") if line.get("font-size") != str(LETTER_SIZE)]


def written(svg: str) -> str:
    return " ".join(line.text or "" for line in lines(svg))


@given(isbns, words, words, categories)
def test_any_words_make_a_small_and_harmless_picture(
    isbn: str, title: str, author: str, category: str
) -> None:
    svg = draw_cover(isbn, title, author, category)
    tags = {element.tag.removeprefix(SVG) for element in read(svg).iter()}
    assert tags <= {"svg", "title", "style", "text", "rect", "circle", "path"}
    assert not re.search(r"href|url\(|@import|<!|<\?", re.sub(r">[^<]*</(?:text|title)>", ">", svg))
    assert len(svg.encode()) < 6000


@given(isbns, words, words, categories)
def test_every_line_tells_its_length_and_stays_within_the_margins(
    isbn: str, title: str, author: str, category: str
) -> None:
    for line in lines(draw_cover(isbn, title, author, category)):
        start, length = float(line.attrib["x"]), float(line.attrib["textLength"])
        assert line.attrib["lengthAdjust"] == "spacingAndGlyphs"
        assert length >= 1
        assert start >= 30
        assert start + length <= 445
        assert 0 < float(line.attrib["y"]) < 720


@given(isbns, words, words, categories)
def test_the_same_book_has_the_same_cover(isbn: str, title: str, author: str, category: str) -> None:
    assert draw_cover(isbn, title, author, category) == draw_cover(isbn, title, author, category)


def test_every_design_looks_different() -> None:
    assert len({draw_cover(isbn, *MIDDLEMARCH) for isbn in EVERY_DESIGN}) == len(DESIGNS) == 8


def every_cover(title: str, author: str = "") -> Iterator[str]:
    return (draw_cover(isbn, title, author, "ideas") for isbn in EVERY_DESIGN)


@pytest.mark.parametrize("title", ["War & Peace", "<script>alert(1)</script>", 'The "Q"', "Émile's > Zoë"])
def test_marks_of_xml_are_only_letters(title: str) -> None:
    for svg in every_cover(title):
        assert title in (read(svg).findtext(f"{SVG}title") or "")


def test_a_title_is_whole_unless_it_is_endless() -> None:
    for svg in every_cover("The Life and Opinions of Tristram Shandy, Gentleman", "Laurence Sterne"):
        assert "The Life and Opinions of Tristram Shandy, Gentleman" in written(svg)
        assert "Laurence Sterne" in written(svg)
    for svg in every_cover("All the words of a title that never ends " * 8):
        assert "…" in written(svg)


@pytest.mark.parametrize("title", ["Announced", "Middlemarch", "Emma"])
def test_repetitions_of_a_title_end_above_a_band_around_the_cover(title: str) -> None:
    repeated = [
        float(line.attrib["y"])
        for svg in every_cover(title)
        for first, *rest in [lines(svg)]
        for line in rest
        if line.text == first.text
    ]
    assert repeated
    assert max(repeated) < 515


@pytest.mark.parametrize(
    ("title", "drawn"),
    [
        ("Moby-Dick; or, The Whale", "Moby-Dick"),
        ("Flatland: A Romance of Many Dimensions", "Flatland"),
        ("Three Men in a Boat (To Say Nothing of the Dog)", "Three Men in a Boat"),
        ("(untitled)", "(untitled)"),
    ],
)
def test_a_subtitle_in_the_title_is_left_out(title: str, drawn: str) -> None:
    for svg in every_cover(title):
        assert read(svg).findtext(f"{SVG}title") == drawn


def test_a_book_without_an_author_has_a_cover_without_one() -> None:
    assert read(draw_cover(ISBN, "Beowulf", "", "poetry")).findtext(f"{SVG}title") == "Beowulf"


def test_chinese_titles_have_a_font_for_their_characters() -> None:
    assert all("CJK" in svg for svg in every_cover("論語"))
    assert not any("CJK" in svg for svg in every_cover("Emma"))


def test_unknown_categories_look_like_fiction() -> None:
    assert draw_cover(ISBN, "Emma", "Jane Austen", "cookery") == draw_cover(
        ISBN, "Emma", "Jane Austen", "fiction"
    )
