"""While a shopper types, the shop suggests books, people, series and subjects."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.book import Contributor, Subject
from bookshop.catalogue.suggestions import SuggestedList, load_suggestions
from bookshop.database import Database
from bookshop.search.facet import Facet
from tests.builders import a_book, store_book
from tests.shopper import Shopper

WOOLF, LEE = Contributor("A01", "Virginia Woolf", "virginia-woolf"), Contributor("A01", "Ann Lee", "ann-lee")


def store_sample_books(db: Connection) -> None:
    for n in range(6):
        store_book(
            db, a_book(f"Essays {n}", contributors=(WOOLF,), byline="Virginia Woolf", category="ideas")
        )
    for form in ("BB", "BC", "BC"):
        store_book(
            db, a_book("Wolf’s world", published="2022", form=form, contributors=(LEE,), byline="Ann Lee")
        )
    tides = a_book("Tides", subjects=(Subject("NHB"),), contributors=(LEE,))
    store_book(db, replace(tides, series="Wonders of the World", series_key="wonders-of-the-world"))


async def test_books_people_series_and_subjects_are_suggested_with_their_numbers(database: Database) -> None:
    await database.write(store_sample_books)
    found = await database.read(load_suggestions, "wo")
    assert [book.title for book in found["books"]] == ["Wolf’s world", "Essays 0", "Essays 1", "Essays 2"]
    assert found["results"].count == 9
    assert found["people"] == [SuggestedList(Facet.CONTRIBUTOR, "virginia-woolf", "Virginia Woolf", 6)]
    assert found["series"] == [SuggestedList(Facet.SERIES, "wonders-of-the-world", "Wonders of the World", 1)]
    assert found["subjects"] == [SuggestedList(Facet.SUBJECT, "NHB", "General and world history", 1)]


@pytest.mark.parametrize("typed", ["", " ", "%", "'", "\N{EM DASH}", "xyzzyx", "https://example.com/\x00?"])
async def test_nothing_is_suggested_for_what_nothing_matches(database: Database, typed: str) -> None:
    await database.write(store_sample_books)
    found = await database.read(load_suggestions, typed.replace("\x00", ""))
    assert [found[kind] for kind in ("books", "people", "series", "subjects")] == [[]] * 4


async def test_a_subject_is_suggested_once_and_only_with_books(database: Database) -> None:
    await database.write(lambda db: store_book(db, a_book(category="history", subjects=(Subject("NH"),))))
    found = await database.read(load_suggestions, "hist")
    assert found["subjects"] == [
        SuggestedList(Facet.CATEGORY, "history", "History", 1),
        SuggestedList(Facet.SUBJECT, "N", "History and archaeology", 1),
    ]
    assert (await database.read(load_suggestions, "poetry"))["subjects"] == []


@pytest.mark.parametrize(
    ("facet", "name", "monogram"),
    [
        (Facet.CONTRIBUTOR, "Virginia Woolf", "VW"),
        (Facet.CONTRIBUTOR, "Ludwig van Beethoven", "LB"),
        (Facet.CONTRIBUTOR, "Plato", "P"),
        (Facet.CONTRIBUTOR, "村上 春樹", "村"),
        (Facet.CONTRIBUTOR, "…", "…"),
        (Facet.SERIES, "The World’s Wonders", "T"),
        (Facet.SUBJECT, "20th century poetry", "2"),
    ],
)
def test_a_list_has_a_monogram(facet: Facet, name: str, monogram: str) -> None:
    assert SuggestedList(facet, "", name, 1).monogram == monogram


async def test_the_fragment_has_its_links_and_says_how_many(shopper: Shopper, database: Database) -> None:
    await database.write(store_sample_books)
    fragment = await shopper.read("/search/suggest?q=wo")
    assert 'data-status="7 suggestions. Tab or the arrow keys move to them."' in fragment
    links = re.findall(r'<a (?:class="all" )?href="([^"]+)"', fragment)
    assert len(links) == 8
    assert links[4:] == [
        "/people/virginia-woolf",
        "/series/wonders-of-the-world",
        "/subjects/NHB",
        "/search?q=wo",
    ]
    for link in links:
        answer = await shopper.get(link)
        assert answer.status_code == 200, link
    assert "All 9 books for “wo”" in fragment
    assert "Search: 1 book for “tides”" in await shopper.read("/search/suggest?q=tides")


async def test_what_may_have_been_meant_is_suggested(shopper: Shopper, database: Database) -> None:
    await database.write(lambda db: store_book(db, a_book("Middlemarch")))
    fragment = await shopper.read("/search/suggest?q=midlemarch")
    assert "<h2>Did you mean?</h2>" in fragment
    assert "<mark>Middlemarch</mark>" in fragment


async def test_without_suggestions_there_is_only_the_status(shopper: Shopper) -> None:
    assert 'data-status="There are no suggestions." hidden' in await shopper.read("/search/suggest?q=xyzzy")
    assert 'data-status="" hidden' in await shopper.read("/search/suggest")


async def test_any_cache_may_keep_suggestions_for_a_second(shopper: Shopper) -> None:
    answer = await shopper.get("/search/suggest?q=wo")
    assert answer.headers["Cache-Control"] == "public, max-age=1"
    assert "Set-Cookie" not in answer.headers
    assert "/search/suggest" in await shopper.read("/robots.txt")
