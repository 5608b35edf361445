"""Finding an order by anything that names it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from bookshop.catalogue.book import Book
from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database
from bookshop.money import Money
from bookshop.office.lost.lost_page import MAX_SHOWN
from bookshop.office.work.find_store import MAX_FOUND, MAX_HITS
from bookshop.orders.order import Order
from bookshop.recovery.lost_order import LostOrder
from bookshop.recovery.lost_order_store import add_lost_order
from bookshop.schema import orders, payment_attempts
from tests.builders import a_book
from tests.fulfilment.stored_orders import NOW, a_line, add_refund, an_order_of, store_books, store_paid
from tests.office.staff_client import StaffClient
from tests.test_budgets import fill

TOKEN = "Qw3rTy_-Qw3rTy_-abcdef"


async def store_one(database: Database) -> tuple[Order, Book]:
    """Store a paid order, beside another one of another person for another book."""
    book, other_book = a_book("Walden", stock=2), a_book("Ulysses", stock=2)
    order = replace(an_order_of(a_line(book)), name="Søren Lund", email="lund@example.com", token=TOKEN)
    other = replace(an_order_of(a_line(other_book)), name="Jane Roe", email="roe@example.com")

    def store(db: Connection) -> None:
        store_books(db, book, other_book)
        store_paid(db, order, other)
        add_refund(db, order, 100)
        db.execute(update(orders).where(orders.c.id == order.id).values(charge_id="ch_lund"))
        db.execute(
            update(payment_attempts)
            .where(payment_attempts.c.order_id == order.id)
            .values(intent_id="pi_lund", session_id="cs_lund")
        )

    await database.write(store)
    return order, book


async def test_one_order_is_opened(seller: StaffClient, database: Database) -> None:
    order, _ = await store_one(database)
    texts = (
        "1001",
        "soren lund",
        "LUND",
        "lund@example.com",
        "lund@ex",
        "sør",
        "pi_lund",
        "ch_lund",
        "cs_lund",
    )
    for text in (*texts, f"/office/orders/{order.id}", f"http://localhost/orders/{TOKEN}", "walden", "wald"):
        response = await seller.get(f"/office/find?q={text}")
        assert response.headers.get("Location") == f"/office/orders/{order.id}", text


@pytest.mark.parametrize(
    "text", ["1009", "nobody", "pi_none", "/orders/0123456789abcdef0123", "roe lund", "%"]
)
async def test_what_is_not_found_says_so(seller: StaffClient, database: Database, text: str) -> None:
    await store_one(database)
    assert "No order was found for" in await seller.read(f"/office/find?q={text}")


async def test_an_empty_field_explains_what_it_takes(seller: StaffClient) -> None:
    assert "Type or scan into the field above" in await seller.read("/office/find?q=")


async def test_several_orders_are_listed_the_newest_first(seller: StaffClient, database: Database) -> None:
    await store_one(database)
    page = await seller.read("/office/find?q=example")
    assert "No order was found" in page
    page = await seller.read("/office/find?q=george eliot")
    assert "2 orders for “george eliot”" in page


async def test_orders_for_common_titles_are_found(seller: StaffClient, database: Database) -> None:
    def store(db: Connection) -> None:
        book = fill(db, MAX_HITS + 1)
        store_paid(db, *(an_order_of(a_line(book)) for _ in range(2)))

    await database.write(store)
    assert "2 orders for “volume”" in await seller.read("/office/find?q=volume")


async def test_a_scanned_book_shows_the_orders_that_wait_for_it(
    seller: StaffClient, database: Database
) -> None:
    book = a_book("Moby-Dick", stock=1)
    first, second = (an_order_of(a_line(book, to_order=1)) for _ in range(2))
    here, unpaid = an_order_of(a_line(book)), an_order_of(a_line(book, to_order=1))

    def store(db: Connection) -> None:
        store_books(db, book)
        store_paid(db, first, second, here)
        reserve_and_add(db, unpaid)

    await database.write(store)
    page = await seller.read(f"/office/find?q={book.isbn}")
    assert "2 orders wait" in page
    wait, to_pack, others = (
        page.index(f"<h2>{title}</h2>") for title in ("Wait for it", "To pack with it", "Other orders")
    )
    places = [page.index(f"/office/orders/{order.id}") for order in (first, second, here, unpaid)]
    assert [wait, places[0], places[1], to_pack, places[2], others, places[3]] == sorted(
        [wait, to_pack, others, *places]
    )


async def test_a_book_that_nobody_waits_for(seller: StaffClient) -> None:
    assert "No order waits for this book." in await seller.read("/office/find?q=9780141439518")


def a_lost_order(number: int, name: str, email: str, **changed: object) -> LostOrder:
    """Return a lost order; a higher number was paid earlier."""
    lost = LostOrder(
        intent_id=f"pi_lost{number}",
        recovery_id=1,
        order_id=f"{number:032x}",
        charge_id=f"ch_lost{number}",
        status="succeeded",
        amount=Money(3200, "SGD"),
        refunded=Money(0, "SGD"),
        email=email,
        name=name,
        address="",
        books="",
        paid_at=NOW - timedelta(hours=number),
        found_at=NOW,
    )
    return replace(lost, **changed)  # type: ignore[arg-type]  # the caller names fields of LostOrder


async def store_lost(database: Database, *orders: LostOrder) -> None:
    def store(db: Connection) -> None:
        for lost in orders:
            add_lost_order(db, lost)

    await database.write(store)


@pytest.mark.parametrize("is_done", [False, True])
async def test_one_lost_order_is_opened(seller: StaffClient, database: Database, *, is_done: bool) -> None:
    done = {"done_at": NOW, "done_by": "Mei", "note": "Sent."} if is_done else {}
    lost = a_lost_order(1, "Åsa Lind", "Asa@Example.com", **done)
    await store_lost(database, lost, a_lost_order(2, "Jane Roe", "roe@example.com"))
    texts = ("åsa", "ASA LIND", "asa lin", "asa@example.com", "ASA@ex", "pi_lost1", "ch_lost1", lost.order_id)
    for text in texts:
        response = await seller.get(f"/office/find?q={text}")
        assert response.headers.get("Location") == "/office/lost?first=pi_lost1#pi_lost1", text
    for text in ("lind roe", "as", "pi_lost", "9780141439518"):
        assert "/office/lost?first" not in await seller.read(f"/office/find?q={text}")


async def test_lost_orders_are_listed_beside_others(seller: StaffClient, database: Database) -> None:
    order, _ = await store_one(database)
    lost = a_lost_order(2, "Anna Lund", "anna@example.com")
    done = a_lost_order(1, "", "lund@example.com", done_at=NOW, done_by="Mei", note="Sent.")
    await store_lost(database, done, lost)
    page = await seller.read("/office/find?q=lund")
    assert "1 order for “lund”, and lost ones." in page
    addresses = (f"/office/orders/{order.id}", "/office/lost?first=pi_lost2#pi_lost2")
    assert all(address in page for address in addresses)
    assert page.index("pi_lost2#pi_lost2") < page.index("Sent. Mei,")


async def test_a_lost_order_is_shown_however_many_there_are(seller: StaffClient, database: Database) -> None:
    await store_lost(
        database, *(a_lost_order(n, f"Reader {n}", "reader@example.com") for n in range(MAX_SHOWN + 2))
    )
    last = f"pi_lost{MAX_SHOWN + 1}"
    assert f'id="{last}"' not in await seller.read("/office/lost")
    assert f'id="{last}"' in await seller.read(f"/office/lost?first={last}")
    page = await seller.read("/office/find?q=reader")
    assert f"More than {MAX_FOUND} lost orders for “reader”." in page
    assert page.count("/office/lost?first=") == MAX_FOUND
