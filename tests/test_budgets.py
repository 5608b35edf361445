"""Limits on the cost of pages, in bytes and counts; `bench` measures time."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

import pytest
from sqlalchemy import Connection, Engine, event, select

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.catalogue.display_store import add_display
from bookshop.catalogue.menu import FEW_BOOKS
from bookshop.database import Database
from bookshop.office.addresses import ADDRESSES
from bookshop.office.work.order_list import LISTS, Filter
from bookshop.schema import book_details, books, contributors, stock, subjects
from bookshop.search.index_books import index_books
from bookshop.staff.member import Role
from bookshop.web.public_pages import list_public_paths, public_pattern
from tests.builders import a_book, an_isbn, store_book
from tests.filled_shop import FilledShop, fill_shop
from tests.office.conftest import sign_in
from tests.office.order_kinds import EMAIL, KINDS, NAME, write_kinds
from tests.office.staff_client import StaffClient
from tests.payments.stripe_account import Account
from tests.shopper import Shopper, text_of
from tests.web.test_security import list_routes

MOST_HTML = 14_000
# the display face takes 9,500 of them
MOST_BYTES = 55_000
# of what comes when a shopper begins to type: script, styles and the first suggestions, each time and once
MOST_SUGGESTION_BYTES, MOST_SUGGESTION_FILES_BYTES = 1_500, 2_500
MOST_STATEMENTS = 8
MOST_OFFICE_STATEMENTS = 22
# each check of the shop has statements of its own
MOST_CHECKS_STATEMENTS = 26
LOADED = re.compile(
    r'<(?:link rel="(?:stylesheet|icon|preload)"|script|img|source|iframe)[^>]*?\b(?:href|src)="([^"]+)"'
)
BATCH = 1000
CATEGORIES = ("fiction", "poetry", "history", "science")
BROTLI, GZIP = {"Accept-Encoding": "br"}, {"Accept-Encoding": "gzip"}


@pytest.fixture
async def filled(shop: Shop, database: Database, account: Account) -> FilledShop:
    return await fill_shop(shop, database, account)


def list_public_pages(filled: FilledShop, shop: Shop) -> list[str]:
    """Return the addresses of public pages."""
    pattern = public_pattern(list_public_paths(shop))
    found = [path for path, status in filled.pages.items() if pattern.fullmatch(path.partition("?")[0])]
    assert len(found) > 5
    return found


async def test_the_html_of_a_public_page_fits_into_the_first_round_trip(
    filled: FilledShop, shop: Shop
) -> None:
    for path in list_public_pages(filled, shop):
        answer = await shop.test_client().get(path, headers=GZIP)
        assert answer.headers["Content-Encoding"] == "gzip"
        assert len(bytes(await answer.get_data())) <= MOST_HTML, path  # type: ignore[arg-type]  # no text was asked for


async def test_a_first_visit_is_light(filled: FilledShop, shop: Shop) -> None:
    for path in list_public_pages(filled, shop):
        text = await text_of(await shop.test_client().get(path))
        files = {address for address in LOADED.findall(text) if not address.startswith("/covers/")}
        total = 0
        for address in {path, *files}:
            answer = await shop.test_client().get(address, headers=BROTLI)
            assert answer.status_code == (filled.pages[path] if address == path else 200), address
            total += len(bytes(await answer.get_data()))  # type: ignore[arg-type]  # likewise
        assert total <= MOST_BYTES, path


async def test_suggestions_are_light(filled: FilledShop, shop: Shop) -> None:
    sizes = []
    for path in ("/search/suggest?q=v", "/static/js/suggest.js", "/static/css/suggestions.css"):
        answer = await shop.test_client().get(path, headers=BROTLI)
        assert answer.status_code == 200, path
        sizes.append(len(bytes(await answer.get_data())))  # type: ignore[arg-type]  # likewise
    assert sizes[0] <= MOST_SUGGESTION_BYTES
    assert sum(sizes[1:]) <= MOST_SUGGESTION_FILES_BYTES, sizes


async def test_only_checkout_pages_load_anything_from_elsewhere(filled: FilledShop, shop: Shop) -> None:
    for path in filled.pages:
        if not path.startswith("/checkout"):
            text = await filled.shopper.get(path)
            assert all(address.startswith("/") for address in LOADED.findall(await text_of(text))), path


async def test_there_is_no_cookie_before_there_is_a_basket(filled: FilledShop, shop: Shop) -> None:
    stranger = Shopper(shop.test_client())
    for path in (*list_public_pages(filled, shop), "/basket", "/no-such-page"):
        assert "Set-Cookie" not in (await stranger.get(path)).headers, path


@contextmanager
def counting() -> Iterator[list[str]]:
    """Record the statements that are sent to databases until the block ends."""
    seen: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


async def count_statements(shop: Shop, book: Book) -> dict[str, int]:
    """Return the number of statements of each page."""
    paths = [path for _, path in list_routes(shop, "GET")]
    paths += [f"/books/{book.isbn}/{book.slug}", f"/covers/{book.isbn}.svg", f"/checkout?item={book.isbn}"]
    paths += ["/search?q=volume", "/search?q=volume&after=1-0", "/search?q=xyzzy", "/search?subject=FBC"]
    paths += ["/search/suggest?q=volume", "/search/suggest?q=xyzzy"]
    paths += ["/subjects/F", "/people/george-eliot", "/publishers/awning-editions", "/series/none"]
    paths += [f"/new?after={book.isbn}", f"/sitemap-{book.isbn}.xml"]
    counts = {}
    for path in paths:
        shopper = Shopper(shop.test_client())
        await shopper.put_in_basket(book.isbn)
        with counting() as statements:
            await shopper.get(path)
        counts[path] = sum(not statement.startswith(("BEGIN", "PRAGMA")) for statement in statements)
    return counts


def fill(db: Connection, count: int) -> Book:
    """Add books of every category, in stock, and return the first."""
    first = store_book(db, a_book("Volume 0"))
    isbns = [an_isbn() for _ in range(1, count)]
    for table in (books, book_details, contributors, subjects, stock):
        row = db.execute(select(table).where(table.c.isbn == first.isbn)).mappings().first()
        changes = [
            {"title": f"Volume {n}", "category": CATEGORIES[n % len(CATEGORIES)], "rank": None}
            if table is books
            else {}
            for n in range(1, count)
        ]
        rows = [
            {**(row or {}), "isbn": isbn, **changed} for isbn, changed in zip(isbns, changes, strict=True)
        ]
        if row and rows:
            db.execute(table.insert(), rows)
    for start in range(0, len(isbns), BATCH):
        index_books(db, isbns[start : start + BATCH])
    return first


def display(db: Connection, book: Book) -> None:
    """Add a book to every display."""
    for name in ("window", "picks", "loved"):
        add_display(db, name, [(book.isbn, "Twice.", "the fiction desk")])


async def test_no_page_takes_more_statements_when_there_are_more_books(
    shop: Shop, database: Database
) -> None:
    # a shop of few books has another home page, with fewer statements
    book = await database.write(fill, FEW_BOOKS + 1)
    await database.write(display, book)
    few = await count_statements(shop, book)
    await database.write(fill, 2_000)
    more = await count_statements(shop, book)
    await database.write(fill, 8_000)
    many = await count_statements(shop, book)
    assert many == more
    assert max((*few.values(), *many.values())) <= MOST_STATEMENTS, (few, many)
    # results are counted up to a thousand; with more, another query lists them
    searched = ("/search", "/subjects/", "/people/", "/publishers/", "/series/")
    assert {path for path in few if few[path] != many[path] and not path.startswith(searched)} == set()


def list_office_paths(order_ids: list[str]) -> list[str]:
    """Return the addresses of the office's pages, with those of each list and search."""
    paths = [address.path for address in ADDRESSES if address.method == "GET"]
    for name, one in LISTS.items():
        paths += [f"/orders?list={name}&filter={part}" for part in one.filters or [Filter.ALL]]
    paths += [f"/find?{urlencode({'q': typed})}" for typed in (NAME, EMAIL, "Middlemarch", "zzqx")]
    chosen = urlencode({"orders": [f"{number}.0" for number in range(1001, 1101)]}, doseq=True)
    paths += [f"/bulk/ship?{chosen}", f"/bulk/results?did=pack&{chosen}", f"/print/slips?{chosen}"]
    paths = [path.replace("<token>", "none").replace("<int:mail_id>", "1") for path in paths]
    of_orders = [path for path in paths if "<order_id>" in path]
    found = [path for path in paths if path not in of_orders]
    found += [path.replace("<order_id>", order_id) for path in of_orders for order_id in order_ids]
    return [f"/office{path}" for path in found]


async def fill_office(database: Database, sets: range) -> list[str]:
    """Store sets of one paid order of every kind, and return their ids."""

    def fill(db: Connection) -> list[str]:
        samples = [store_book(db, a_book(stock=100)) for _ in range(3)]
        return [order.id for one in sets for order in write_kinds(db, samples, one * len(KINDS))]

    return await database.write(fill)


async def count_office_statements(owner: StaffClient, paths: list[str]) -> dict[str, int]:
    """Return the number of statements of each page."""
    counts = {}
    for path in paths:
        with counting() as statements:
            response = await owner.get(path)
        assert response.status_code < 500, path
        counts[path] = sum(not statement.startswith(("BEGIN", "PRAGMA")) for statement in statements)
    return counts


async def test_no_page_of_the_office_takes_more_statements_when_there_are_more_orders(
    shop: Shop, database: Database
) -> None:
    paths = list_office_paths(await fill_office(database, range(1)))
    few = await count_office_statements(await sign_in(shop, database, "Mei", Role.OWNER), paths)
    await fill_office(database, range(1, 4))
    # a session of its own, which remembers no filters yet
    many = await count_office_statements(await sign_in(shop, database, "Ana", Role.OWNER), paths)
    assert many.pop("/office/checks") <= MOST_CHECKS_STATEMENTS
    assert {path: n for path, n in many.items() if n > MOST_OFFICE_STATEMENTS} == {}
    # one order that is found is opened, several are listed
    assert {path for path in many if few[path] < many[path] and "/find?" not in path} == set()
