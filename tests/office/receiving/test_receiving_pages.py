"""Receiving copies, and the order list, as pages."""

import re

import pytest
from sqlalchemy import Connection, update

from bookshop.catalogue.book import Book
from bookshop.database import Database
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_id
from bookshop.schema import book_details
from tests.builders import a_book
from tests.fulfilment.stored_orders import a_line, an_order_of, states_of, stock_of, store_books, store_paid
from tests.office.staff_client import StaffClient
from tests.shopper import HIDDEN_FIELD, text_of

RECEIVING, TO_ORDER = "/office/receiving", "/office/to-order"


@pytest.fixture
async def waiting(database: Database) -> tuple[Book, Order, Order]:
    """Store two orders that wait for a copy each; the second waits for another book too."""

    def store(db: Connection) -> tuple[Book, Order, Order]:
        book, other = a_book("Moby-Dick", stock=0), a_book("Typee", stock=0)
        first = an_order_of(a_line(book, to_order=1), name="Chloe Tan")
        second = an_order_of(a_line(book, to_order=1), a_line(other, to_order=1), name="Noah Fischer")
        store_books(db, book, other)
        store_paid(db, first, second)
        of_book = book_details.c.isbn == book.isbn
        db.execute(update(book_details).where(of_book).values(supplier="Harbour Wholesale"))
        stored = [find_order_by_id(db, order.id) for order in (first, second)]
        assert stored[0]
        assert stored[1]
        return book, stored[0], stored[1]

    return await database.write(store)


async def send(seller: StaffClient, code: str, *, htmx: bool = False, **fields: str) -> str:
    """Scan a code and return the page or the fragment."""
    page = await seller.read(RECEIVING)
    key = dict(HIDDEN_FIELD.findall(page))["key"]
    response = await seller.post(RECEIVING, {"key": key, "code": code, **fields}, htmx=htmx)
    return await text_of(response) if htmx else await seller.read(response.headers["Location"])


@pytest.mark.parametrize("htmx", [False, True])
async def test_a_scan_says_for_whom_the_copy_is(
    seller: StaffClient, waiting: tuple[Book, Order, Order], database: Database, *, htmx: bool
) -> None:
    book, first, second = waiting
    page = await send(seller, book.isbn, htmx=htmx)
    assert f"Keep for {first.number}" in page
    assert "Chloe Tan’s order is whole now." in page
    assert f'name="orders" value="{first.number}"' in page
    page = await send(seller, f"3x{book.isbn}", htmx=htmx)
    assert f"Keep 1 for {second.number}" in page
    assert "Noah Fischer still waits for 1." in page
    assert "2 on the shelf" in page
    assert "4 copies received" in page
    assert (await database.read(stock_of, book))[0] == 4


async def test_the_last_scan_is_taken_back(
    seller: StaffClient, waiting: tuple[Book, Order, Order], database: Database
) -> None:
    book, first, _ = waiting
    page = await send(seller, book.isbn)
    scan = dict(HIDDEN_FIELD.findall(page))["scan"]
    response = await seller.post(f"{RECEIVING}/back", {"scan": scan})
    page = await seller.read(response.headers["Location"])
    assert "Taken back:" in page
    assert "Take back the last scan" not in page
    assert (await database.read(states_of, first))[book.isbn] == {"to_order": 1}


async def test_a_refusal_stands_where_the_verdict_stands(
    seller: StaffClient, waiting: tuple[Book, Order, Order], database: Database
) -> None:
    book, *_ = waiting
    page = await send(seller, f"3x{book.isbn}")
    scan = dict(HIDDEN_FIELD.findall(page))["scan"]
    await database.write(lambda db: store_paid(db, an_order_of(a_line(book))))
    assert "sold since" in await text_of(await seller.post(f"{RECEIVING}/back", {"scan": scan}))


async def test_the_choice_for_the_till_is_kept(
    seller: StaffClient, waiting: tuple[Book, Order, Order]
) -> None:
    book, *_ = waiting
    page = await send(seller, book.isbn, counted="on")
    assert re.search(r'name="counted" value="on" checked', page)
    assert "The till has counted it already." in page


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("1042", "This is a number of an order"),
        ("9780141439518", "Not in the catalogue:"),
        ("731234056789", "Not a book’s code:"),
    ],
)
async def test_other_codes_are_explained(seller: StaffClient, code: str, words: str) -> None:
    assert words in await send(seller, code)


async def test_the_order_list_is_ordered_once(
    seller: StaffClient, waiting: tuple[Book, Order, Order], database: Database
) -> None:
    book, first, second = waiting
    page = await seller.read(TO_ORDER)
    assert "3 copies</b> are paid and not in stock" in page
    assert page.index("Harbour Wholesale") < page.index("No supplier known")
    rows = (await seller.read(f"{TO_ORDER}.csv?supplier=Harbour Wholesale")).splitlines()
    assert len(rows) == 2
    assert f"{first.number} {second.number}" in rows[1]
    assert len((await seller.read(f"{TO_ORDER}.csv")).splitlines()) == 3
    fields = dict(reversed(HIDDEN_FIELD.findall(page)))
    assert fields["supplier"] == "Harbour Wholesale"
    await seller.post(f"{TO_ORDER}/ordered", fields)
    page = await seller.read(TO_ORDER)
    assert "1 copy</b> is paid and not in stock" in page
    assert "Ordered, on their way: 2" in page
    # an order that is paid later is listed
    await database.write(lambda db: store_paid(db, an_order_of(a_line(book, to_order=1))))
    assert "2 copies</b> are paid" in await seller.read(TO_ORDER)


async def test_orders_that_came_after_the_page_are_not_marked(
    seller: StaffClient, waiting: tuple[Book, Order, Order], database: Database
) -> None:
    book, *_ = waiting
    fields = dict(reversed(HIDDEN_FIELD.findall(await seller.read(TO_ORDER))))
    await database.write(lambda db: store_paid(db, an_order_of(a_line(book, to_order=1))))
    await seller.post(f"{TO_ORDER}/ordered", fields)
    assert "2 copies</b> are paid" in await seller.read(TO_ORDER)


@pytest.mark.parametrize("until", ["", "yesterday", "2026-11-29T09:30:00"])
async def test_only_a_moment_that_was_shown_is_taken(seller: StaffClient, until: str) -> None:
    response = await seller.post(f"{TO_ORDER}/ordered", {"supplier": "", "until": until})
    assert response.status_code == 400


async def test_empty_lists_say_so(seller: StaffClient) -> None:
    assert "Nothing is to be ordered." in await seller.read(TO_ORDER)
    assert "No order waits for a book." in await seller.read(RECEIVING)
    assert (
        await seller.read(f"{TO_ORDER}.csv")
        == "supplier,isbn,title,author,publisher,copies,orders,promised\r\n"
    )
