"""Finding books: their addresses, search in any spelling, covers."""

import re
from html import unescape

import pytest

from bookshop.catalogue.book import Contributor
from bookshop.database import Database
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
    "query",
    [
        "working public",
        "WORKING",
        "eghbal",
        "nadia eghbal",
        "Éghbal",
        "9780578675862",
        "978-0-578-67586-2",
        "0578675862",
        "0-578-67586-2",
    ],
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


async def test_nothing_found_suggests_what_to_do(shopper: Shopper) -> None:
    page = await shopper.read("/search?q=%3Cxyzzy%3E")
    assert "Nothing on our shelves matches “&lt;xyzzy&gt;”." in page


@pytest.mark.parametrize(
    "query",
    [
        "%",
        "_",
        "'",
        '"',
        "\\",
        "a" * 5000,
        "page=x",
        "&page=-1",
        "&page=999",
        "&page=" + "9" * 30,
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


async def test_pages_of_a_long_list_add_up(shopper: Shopper, database: Database) -> None:
    titles = {f"Volume {n:02}" for n in range(30)}
    for title in titles:
        await database.write(store_book, a_book(title))
    first = await shopper.read("/search")
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link
    pages = [first, await shopper.read(unescape(link[1]))]
    found = [{title for title in titles if title in page} for page in pages]
    assert found[0] | found[1] == titles
    assert not found[0] & found[1]
    assert 'rel="next"' in pages[0]
    assert 'rel="next"' not in pages[1]


async def test_a_cover_is_a_picture_without_script(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book('<script>alert("1")</script>'))
    answer = await shopper.get(f"/covers/{book.isbn}.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "<script" not in await text_of(answer)
    assert answer.headers["Cache-Control"].startswith("public")


async def test_an_empty_shop_is_still_a_shop(shopper: Shopper) -> None:
    assert "The shelves are still being filled." in await shopper.read("/")
    assert "There is nothing here." in await shopper.read("/search")
