"""Finding books: their addresses, search in any spelling, covers."""

from datetime import date
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bookshop.catalogue.add_book import add_book
from bookshop.catalogue.book import Contributor
from bookshop.database import Database
from bookshop.search.index_books import index_books
from tests.builders import a_book, store_book
from tests.shopper import Shopper, text_of


async def test_a_book_has_one_address(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book("Learning to Learn", isbn="9781732265172"))
    right = "/books/9781732265172/learning-to-learn"
    for path in (
        "/books/9781732265172",
        "/books/978-1-7322651-7-2",
        "/books/1732265178/anything",
        "/books/9781732265172/Learning-To-Learn",
    ):
        answer = await shopper.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (301, right), path
    assert f'<link rel="canonical" href="http://localhost:5000{right}">' in await shopper.read(right)


async def test_a_title_without_letters_has_an_address_too(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book("!?"))
    assert "!?" in await shopper.read(f"/books/{book.isbn}")


@pytest.mark.parametrize("isbn", ["nonsense", "9780000000002", "9781732265173", "9790260000438"])
async def test_no_book_is_a_page_that_says_so(shopper: Shopper, isbn: str) -> None:
    assert "We can’t find that page." in await shopper.read(f"/books/{isbn}", status=404)
    assert (await shopper.get(f"/covers/{isbn}.svg")).status_code == 404


@pytest.mark.parametrize(
    "query", ["working public", "WORKING", "eghbal", "nadia eghbal", "Éghbal", "public wor"]
)
async def test_a_book_is_found_by_any_name(shopper: Shopper, database: Database, query: str) -> None:
    book = a_book("Working in Public", isbn="9780578675862", byline="Nadia Eghbal")
    book = a_book(
        book.title, isbn=book.isbn, byline=book.byline, contributors=(Contributor("A01", "Nadia Eghbal"),)
    )
    await database.write(store_book, book)
    await database.write(store_book, a_book("Something else"))
    page = await shopper.read(f"/search?q={query}")
    assert "Working in Public" in page
    assert "Something else" not in page
    assert '<p class="muted" role="status">1 book</p>' in page


@pytest.mark.parametrize(
    "query", ["9780578675862", "978-0-578-67586-2", "0578675862", " 0-578-67586-2 ", "978 0578 675862"]
)
async def test_a_number_goes_straight_to_the_book(shopper: Shopper, database: Database, query: str) -> None:
    book = await database.write(store_book, a_book("Working in Public", isbn="9780578675862"))
    answer = await shopper.get(f"/search?q={query}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/books/{book.isbn}")
    # while it is typed the book is suggested
    assert "Working in Public" in await shopper.read(f"/search/suggest?q={query}")
    assert "Nothing for “9781732265172”." in await shopper.read("/search?q=9781732265172")


async def test_words_of_a_text_that_were_looked_for_are_marked(shopper: Shopper, database: Database) -> None:
    await database.write(
        store_book, a_book("Sea whales", blurb="All sea <b> whales & whaling, of séa wHÁLES.")
    )
    page = await shopper.read("/search?q=sea whal")
    assert (
        "All <mark>sea</mark> &lt;b&gt; <mark>whales</mark> &amp; <mark>whaling</mark>, "
        "of <mark>séa</mark> <mark>wHÁLES</mark>." in page
    )


async def test_a_typo_is_corrected_and_shown(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book("Middlemarch"))
    page = await shopper.read("/search?q=midlemarch")
    assert "Nothing matches “midlemarch”. Showing results for <strong>“middlemarch”</strong>." in page
    assert "Nothing matches" not in await shopper.read("/search?q=middlemarch")
    await database.write(store_book, a_book("Sherlock Holmes"))
    page = await shopper.read("/search?q=sherlok+holmes")
    assert "Showing results for <strong>“sherlock holmes”</strong>." in page


async def test_facets_narrow_by_links_with_their_counts(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book("Hard whales", form="BB", price=2500))
    await database.write(store_book, a_book("Soft whales", form="BC", price=950))
    await database.write(store_book, a_book("Weiche Wale, whales", language="ger", stock=0))
    page = await shopper.read("/search?q=whales")
    assert 'href="/search?q=whales&amp;form=hardback">Hardback<span class="count">1</span>' in page
    assert 'href="/search?q=whales&amp;form=paperback">Paperback<span class="count">2</span>' in page
    assert 'availability=shelf">On our shelves<span class="count">2</span>' in page
    assert 'language=ger">German<span class="count">1</span>' in page
    assert 'price=1">Under S$10.00<span class="count">1</span>' in page
    assert 'price=3">S$20.00 to S$29.99<span class="count">1</span>' in page
    # all of them stand under Fiction, so that it would narrow nothing
    assert ">Fiction<" not in page
    page = await shopper.read("/search?price=1&availability=shelf&q=whales&form=paperback")
    assert 'role="status">1 book</p>' in page
    assert "Narrow (3)" in page
    for chip, rest in (
        ("Paperback", "availability=shelf&amp;price=1"),
        ("On our shelves", "form=paperback&amp;price=1"),
        ("Under S$10.00", "form=paperback&amp;availability=shelf"),
    ):
        assert (
            f'href="/search?q=whales&amp;{rest}"><span class="visually-hidden">Remove: </span>{chip} ' in page
        )


async def test_a_facet_that_is_none_is_passed_over(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book("Emma"))
    page = await shopper.read("/search?form=<b>&price=99&language=x&person=y&subject=%27&availability=")
    assert 'role="status">1 book</p>' in page
    assert 'class="chip"' not in page


async def test_nothing_within_a_facet_offers_to_look_everywhere(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book("Emma"))
    page = await shopper.read("/search?q=emma&form=hardback")
    assert "Nothing for “emma” in Hardback." in page
    assert "Without this filter we have 1 book." in page
    assert 'href="/search?q=emma">Search all our books for “emma”</a>' in page


@pytest.mark.parametrize(("old", "new"), [("new", "/new"), ("picks", "/picks"), ("loved", "/loved")])
async def test_old_addresses_of_lists_lead_to_the_new(shopper: Shopper, old: str, new: str) -> None:
    answer = await shopper.get(f"/search?shelf={old}")
    assert (answer.status_code, answer.headers["Location"]) == (301, new)


async def test_nothing_found_suggests_what_to_do(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book("Emma"))
    page = await shopper.read("/search?q=%3Cxyzzy%3E")
    assert "Nothing for “&lt;xyzzy&gt;”." in page
    assert "Try fewer words, or an author’s surname." in page
    assert "subject=Can%20you%20get%20this%20book%3F&amp;body=I%20looked%20for%20%E2%80%9C%3Cxyzzy%3E" in page


@pytest.mark.parametrize(
    "query",
    [
        "%",
        "_",
        "'",
        '"',
        "\\",
        "a" * 5000,
        "&after=3-zz",
        "&after=3-" + "f" * 14,
        "&after=1-0",
        "&language=%C3%A9&series=%27%22&person=*",
        "&subject=x",
    ],
)
async def test_odd_questions_have_an_answer(shopper: Shopper, database: Database, query: str) -> None:
    await database.write(store_book, a_book("Emma"))
    await shopper.read(f"/search?q={query}")


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
KEYED = ("subjects", "people", "series", "publishers", "books", "covers")
PLACES = st.sampled_from(
    ["/search", "/new", "/forthcoming", "/picks", "/sitemap-{}.xml", *(f"/{kind}/{{}}" for kind in KEYED)]
)
FIELDS = st.sampled_from(
    ["q", "after", "seen", "sort", "view", "subject", "form", "availability", "language", "price", "shelf"]
)


@given(place=PLACES, key=WORDS, arguments=st.dictionaries(FIELDS, WORDS, max_size=4))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_address_is_a_fault_of_ours(
    shopper: Shopper, place: str, key: str, arguments: dict[str, str]
) -> None:
    path = place.format(quote(key, safe="") or "x")
    answer = await shopper.client.get(f"{path}?{urlencode(arguments)}")
    assert answer.status_code in (200, 301, 302, 308, 404), (path, arguments)


async def test_a_page_after_the_last_says_so(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book("Emma"))
    assert "There are no more books." in await shopper.read("/search?q=emma&after=3-ffffffffffff")


async def test_more_than_a_thousand_are_not_counted(shopper: Shopper, database: Database) -> None:
    await database.write(store_many, 1001)
    assert "More than 1,000 books, best matches first" in await shopper.read("/search?q=volume")
    assert "Sorted among the 1,000 best matches." in await shopper.read("/search?q=volume&sort=title")


def store_many(db: Connection, count: int) -> None:
    books = [a_book(f"Volume {n}") for n in range(count)]
    for book in books:
        add_book(db, book, date(2026, 1, 1))
    index_books(db, [book.isbn for book in books])


async def test_a_cover_is_a_picture_without_script(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book('<script>alert("1")</script>'))
    answer = await shopper.get(f"/covers/{book.isbn}.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "<script" not in await text_of(answer)
    assert answer.headers["Cache-Control"].startswith("public")


async def test_an_empty_shop_is_still_a_shop(shopper: Shopper) -> None:
    assert "The shelves are being filled." in await shopper.read("/")
    assert "We have no books yet." in await shopper.read("/search")
