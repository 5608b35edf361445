"""Where a page has nothing to show, a shopper can go on."""

import re

import pytest

from bookshop.catalogue.book import Contributor
from bookshop.catalogue.display_store import add_display
from bookshop.catalogue.nothing_found import load_nothing_found
from bookshop.catalogue.recommendations import list_recommended
from bookshop.database import Database
from bookshop.search.filters import Filters
from bookshop.trade.availability import Supply
from tests.builders import a_book, store_book
from tests.shopper import Shopper, text_of

HOLMES = (Contributor("A01", "Arthur Conan Doyle", "arthur-conan-doyle"),)


async def test_what_the_booksellers_chose_is_suggested_before_the_newest(database: Database) -> None:
    new = await database.write(store_book, a_book("New"))
    assert [book.title for book in await database.read(list_recommended)] == ["New"]
    gone = await database.write(store_book, a_book("Gone", stock=0))
    picked, loved = [await database.write(store_book, a_book(title)) for title in ("Picked", "Loved")]
    await database.write(add_display, "picks", [(book.isbn, "", "") for book in (picked, gone)])
    await database.write(add_display, "loved", [(book.isbn, "", "") for book in (loved, picked)])
    await database.write(add_display, "window", [(new.isbn, "", "")])
    assert [book.title for book in await database.read(list_recommended)] == ["Loved", "Picked"]
    others = await database.read(list_recommended, {loved.isbn, picked.isbn})
    assert [book.title for book in others] == ["New"]


async def test_single_words_of_a_search_are_offered_with_their_spelling(database: Database) -> None:
    await database.write(store_book, a_book("The Return of Sherlock Holmes", contributors=HOLMES))
    found = await database.read(load_nothing_found, "of sherlok sherlok zebra Conan", Filters())
    assert [(other.text, other.meaning, other.results.count) for other in found.words] == [
        ("sherlok", ("sherlock",), 1),
        ("Conan", ("Conan",), 1),
    ]
    assert not found.unfiltered.count


async def test_one_word_and_a_search_within_filters_are_not_taken_apart(database: Database) -> None:
    await database.write(store_book, a_book("Sherlock Holmes"))
    assert (await database.read(load_nothing_found, "zebra", Filters())).words == []
    found = await database.read(load_nothing_found, "sherlock holmes", Filters(form="hardback"))
    assert (found.unfiltered.count, found.words) == (1, [])


async def test_nothing_found_has_the_words_the_subjects_and_books(
    shopper: Shopper, database: Database
) -> None:
    await database.write(store_book, a_book("Sherlock Holmes"))
    page = await shopper.read("/search?q=sherlok+zebra")
    assert '<a href="/search?q=sherlok"><b>sherlock</b></a> (1 book)?' in page
    assert re.search(r'<a href="/search\?subject=\w+">[^<]+ <span class="count">1</span></a>', page)
    assert "Ask us to get it" in page
    assert "Perhaps one of these" in page


@pytest.mark.parametrize("path", ["/search", "/search?q=xyzzy", "/search?form=hardback", "/subjects"])
async def test_a_shop_without_books_offers_to_get_one(
    shopper: Shopper, database: Database, path: str
) -> None:
    page = await shopper.read(path)
    assert "We have no books yet." in page
    assert ">Ask us for a book</a>" in page.partition("<main")[2].partition("</main>")[0]
    assert "Try fewer words" not in page
    await database.write(store_book, a_book("Emma"))
    assert "We have no books yet." not in await shopper.read(path)


@pytest.mark.parametrize("path", ["/no-such-page", "/books/9780000000002", "/people/nobody", "/orders/none"])
async def test_a_page_that_is_not_there_has_books_to_go_on_from(
    shopper: Shopper, database: Database, path: str
) -> None:
    assert "While you are here" not in await shopper.read(path, status=404)
    await database.write(store_book, a_book("Emma"))
    page = await shopper.read(path, status=404)
    assert "While you are here" in page
    assert ">Emma</a>" in page
    fragment = await text_of(await shopper.get(path, htmx=True))
    assert "We can’t find that page." in fragment
    assert "Emma" not in fragment


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/forthcoming", "Nothing is announced yet."),
        ("/picks", "Staff picks: none yet."),
        ("/loved", "Well loved: none yet."),
        ("/subjects/Q", "no books yet."),
    ],
)
async def test_an_empty_list_has_books_to_go_on_from(
    shopper: Shopper, database: Database, path: str, words: str
) -> None:
    page = await shopper.read(path)
    assert words in page
    assert 'href="/">Back to the shop' in page
    await database.write(store_book, a_book("Emma"))
    page = await shopper.read(path)
    assert words in page
    assert ">Emma</a>" in page
    assert 'href="/search">See all our books' in page


async def test_only_books_that_can_be_had_take_the_place_of_a_lost_one(
    shopper: Shopper, database: Database
) -> None:
    gone = await database.write(store_book, a_book("Gone", stock=0))
    await database.write(store_book, a_book("Ordered in", stock=0, supply=Supply("21")))
    await database.write(store_book, a_book("Here"))
    page = await shopper.read(f"/checkout?item={gone.isbn}", status=409)
    assert "On our shelves instead" in page
    assert ">Here</a>" in page
    assert "Ordered in" not in page
