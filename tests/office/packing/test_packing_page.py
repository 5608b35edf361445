"""The packing table, with and without JavaScript."""

import re

import pytest
from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.database import Database
from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.pack import pack
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_id
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, states_of, store_books, store_paid
from tests.office.staff_client import StaffClient
from tests.shopper import HIDDEN_FIELD, text_of


@pytest.fixture
async def stored(database: Database) -> tuple[Book, Book, Order, Order]:
    """Store an order of two copies, and a later one of another book."""

    def store(db: Connection) -> tuple[Book, Book, Order, Order]:
        book, other = a_book("Emma", stock=5), a_book("Persuasion", stock=5)
        first, second = (
            an_order_of(a_line(book, 2), name="Nadia Haddad"),
            an_order_of(a_line(other), name="Hana Kimura"),
        )
        store_books(db, book, other)
        store_paid(db, first, second)
        numbered = [find_order_by_id(db, order.id) for order in (first, second)]
        assert numbered[0]
        assert numbered[1]
        return book, other, numbered[0], numbered[1]

    return await database.write(store)


def packing_of(order: Order) -> str:
    return f"/office/orders/{order.id}/packing"


async def send(seller: StaffClient, order: Order, code: str, *, htmx: bool = False) -> str:
    """Scan a code and return the page or the fragment."""
    path = packing_of(order)
    fields = dict(HIDDEN_FIELD.findall(await seller.read(path)))
    response = await seller.post(path, {"key": fields["key"], "code": code}, htmx=htmx)
    if htmx:
        assert response.status_code == 200
        return await text_of(response)
    assert response.status_code == 303
    return await seller.read(response.headers["Location"])


@pytest.mark.parametrize("htmx", [False, True])
async def test_an_order_is_packed_by_its_scans(
    seller: StaffClient, stored: tuple[Book, Book, Order, Order], database: Database, *, htmx: bool
) -> None:
    book, other, first, second = stored
    page = await send(seller, first, f"{book.isbn}51299", htmx=htmx)
    assert "1 of 2 in the box" in page
    assert "1 copy of Emma is missing." in page
    assert re.search(r"<button[^>]* disabled>Pack", page)
    page = await send(seller, first, other.isbn, htmx=htmx)
    assert "Not in this order:" in page
    assert f"{second.number}, Hana Kimura" in page
    page = await send(seller, first, book.isbn, htmx=htmx)
    assert "The box is full." in page
    assert not re.search(r"<button[^>]* disabled>Pack", page)
    page = await send(seller, first, str(first.number), htmx=htmx)
    assert f">{first.number}</a> is packed." in page
    assert "Hana Kimura" in page
    assert await database.read(states_of, first) == {book.isbn: {"packed": 2}}


async def test_the_next_order_comes_with_its_address(
    seller: StaffClient, stored: tuple[Book, Book, Order, Order]
) -> None:
    book, _, first, second = stored
    await send(seller, first, f"2x{book.isbn}")
    form = {"key": "k", "code": str(first.number)}
    response = await seller.post(packing_of(first), form, htmx=True)
    assert response.headers["HX-Push-Url"] == packing_of(second)
    assert f'action="{packing_of(second)}"' in await text_of(response)


async def test_a_reload_and_another_tab_show_the_same_box(
    seller: StaffClient, owner: StaffClient, stored: tuple[Book, Book, Order, Order]
) -> None:
    book, _, first, _ = stored
    await send(seller, first, book.isbn)
    assert "1 of 2 in the box" in await owner.read(packing_of(first))
    # a page that htmx was to change needs no frame
    assert "Sign out" not in await seller.read(packing_of(first), htmx=True)


async def test_copies_are_added_and_taken_out_by_hand_and_packed_partly(
    seller: StaffClient, stored: tuple[Book, Book, Order, Order], database: Database
) -> None:
    book, _, first, second = stored
    page = await send(seller, first, book.isbn)
    assert "Pack only this copy" in page
    fields = dict(HIDDEN_FIELD.findall(page))
    await seller.post(f"{packing_of(first)}/out", {"key": fields["key"], "isbn": book.isbn})
    assert "0 of 2 in the box" in await seller.read(packing_of(first))
    await send(seller, first, book.isbn)
    form = {"key": "k", "version": "0", "partly": "on"}
    response = await seller.post(f"{packing_of(first)}/pack", form)
    assert response.headers["Location"] == packing_of(second)
    assert await database.read(states_of, first) == {book.isbn: {"packed": 1, "in_stock": 1}}


async def test_the_loser_of_a_race_reads_who_was_faster(
    seller: StaffClient, stored: tuple[Book, Book, Order, Order], database: Database
) -> None:
    book, _, first, _ = stored
    await send(seller, first, f"2x{book.isbn}")
    await database.write(lambda db: pack(db, first.id, 0, actor="Mei", now=NOW))
    response = await seller.post(f"{packing_of(first)}/pack", {"key": "k", "version": "0"})
    page = await text_of(response)
    assert "Packed by Mei at" in page
    assert "Nothing of this order is to be packed now." in page


async def test_an_empty_scan_changes_nothing(
    seller: StaffClient, stored: tuple[Book, Book, Order, Order]
) -> None:
    _, _, first, _ = stored
    assert "Last five scans" not in await send(seller, first, "  ")


async def test_a_packer_reads_the_notes(
    seller: StaffClient, stored: tuple[Book, Book, Order, Order], database: Database
) -> None:
    _, _, first, _ = stored
    await database.write(lambda db: add_note(db, first.id, 0, "Wrap it.", actor="Mei", now=NOW))
    assert "Wrap it." in await seller.read(packing_of(first))


async def test_an_order_that_does_not_exist_is_not_found(seller: StaffClient) -> None:
    await seller.read("/office/orders/none/packing", status=404)
    assert (await seller.post("/office/orders/none/packing", {"code": "1"})).status_code == 404
