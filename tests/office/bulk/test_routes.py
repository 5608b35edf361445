"""Several orders packed, shipped and undone at once, each with a result of its own."""

import re

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.pack import pack
from bookshop.office.bulk.chosen import MAX_ORDERS
from bookshop.orders.order import Delivery, Order
from bookshop.orders.store import find_order_by_id
from tests.builders import a_book
from tests.fulfilment.stored_orders import (
    NOW,
    a_line,
    an_order_of,
    check_audit,
    mails_of,
    states_of,
    store_books,
    store_paid,
)
from tests.office.staff_client import Form, StaffClient
from tests.shopper import text_of


def store_orders(db: Connection, count: int, delivery: Delivery = Delivery.DELIVER) -> list[Order]:
    """Store paid orders of one copy each."""
    book = a_book(stock=count)
    placed = [an_order_of(a_line(book), delivery=delivery) for _ in range(count)]
    store_books(db, book)
    store_paid(db, *placed)
    return placed


def number_of(db: Connection, order: Order) -> int:
    found = find_order_by_id(db, order.id)
    assert found
    assert found.number
    return found.number


async def chosen(database: Database, orders: list[Order], version: int = 0) -> list[str]:
    return [f"{await database.read(number_of, order)}.{version}" for order in orders]


async def follow(client: StaffClient, path: str, form: Form) -> str:
    """Send a form and return the page that it leads to."""
    response = await client.post(path, form)
    assert response.status_code == 303, await text_of(response)
    return await client.read(response.headers["Location"])


async def count_parcels(database: Database, *placed: Order) -> list[int]:
    """Return of how many parcels each shopper is told."""
    sent = [await database.read(mails_of, order) for order in placed]
    return [[kind for kind, _, _ in mails].count("shipped") for mails in sent]


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", page.partition("<main")[2]).split())


async def test_each_order_has_its_own_result(seller: StaffClient, database: Database) -> None:
    ready, taken, waiting = await database.write(store_orders, 3)
    book = a_book(stock=0)
    to_come = an_order_of(a_line(book, to_order=1))
    await database.write(store_books, book)
    await database.write(store_paid, to_come)
    await database.write(pack, taken.id, 0, actor="Bea", now=NOW)
    orders = await chosen(database, [ready, taken, to_come, waiting])
    page = words(await follow(seller, "/office/bulk/pack", {"orders": [*orders[:3], "987654321.0"]}))
    assert "Packed 1 of 3" in page
    assert f"{orders[0][:-2]} is packed." in page
    assert f"{orders[1][:-2]} : packed by Bea at" in page
    assert f"{orders[2][:-2]} was left as it is. No copy can be packed now: 1 to order." in page
    assert (await database.read(states_of, waiting))[waiting.lines[0].isbn] == {"in_stock": 1}
    await database.read(check_audit)


async def test_a_form_that_is_sent_twice_is_done_once(seller: StaffClient, database: Database) -> None:
    placed = await database.write(store_orders, 2)
    form: Form = {"orders": await chosen(database, placed)}
    for _ in range(2):
        assert "Packed 2 of 2" in words(await follow(seller, "/office/bulk/pack", form))
    undone: Form = {"orders": await chosen(database, placed, 1)}
    for _ in range(2):
        assert "Undone 2 of 2" in words(await follow(seller, "/office/bulk/undo", undone))
    await database.read(check_audit)


async def test_orders_to_collect_are_made_ready_with_one_mail_each(
    seller: StaffClient, database: Database
) -> None:
    placed = await database.write(store_orders, 2, delivery=Delivery.COLLECT)
    form: Form = {"orders": await chosen(database, placed)}
    assert "Ready to collect: 2 of 2" in words(await follow(seller, "/office/bulk/ready", form))
    for order in placed:
        assert [kind for kind, _, _ in await database.read(mails_of, order)].count("ready") == 1


async def test_a_whole_list_is_packed_at_once(seller: StaffClient, database: Database) -> None:
    placed = await database.write(store_orders, MAX_ORDERS)
    form: Form = {"orders": await chosen(database, placed)}
    assert f"Packed {MAX_ORDERS} of {MAX_ORDERS}" in words(await follow(seller, "/office/bulk/pack", form))


async def test_the_grid_ships_the_rows_that_are_filled_in(seller: StaffClient, database: Database) -> None:
    placed = await database.write(store_orders, 3)
    orders = await chosen(database, placed)
    a, b, c = (each[:-2] for each in orders)
    form: Form = {
        "orders": orders,
        f"carrier-{a}": "DHL",
        f"tracking-{a}": "IP 1",
        f"untracked-{b}": "on",
        f"tracking-{c}": "",
    }
    # twice, as after a double click
    for _ in range(2):
        assert "Shipped 2 of 3, 1 still to do." in words(await follow(seller, "/office/bulk/ship", form))
    assert await count_parcels(database, *placed) == [1, 1, 0]
    told = next(told for kind, _, told in await database.read(mails_of, placed[0]) if kind == "shipped")
    assert (told["carrier"], told["tracking"]) == ("DHL", "IP 1")
    await database.read(check_audit)


async def test_a_repeated_number_ships_neither_row_and_keeps_what_was_typed(
    seller: StaffClient, database: Database
) -> None:
    placed = await database.write(store_orders, 3)
    orders = await chosen(database, placed)
    a, b, c = (each[:-2] for each in orders)
    form: Form = {
        "orders": orders,
        f"tracking-{a}": "IP 1",
        f"tracking-{b}": "IP 1",
        f"tracking-{c}": "IP 2",
    }
    response = await seller.post("/office/bulk/ship", form)
    assert response.status_code == 422
    page = await text_of(response)
    assert page.count("This number is in two rows.") == 2
    assert page.count('value="IP 1"') == 2
    assert "Shipped 1 of 3" in page


async def test_one_row_is_saved_while_the_next_is_typed(seller: StaffClient, database: Database) -> None:
    (order,) = await database.write(store_orders, 1)
    (one,) = await chosen(database, [order])
    form: Form = {"orders": one, f"tracking-{one[:-2]}": "IP 1"}
    row = await text_of(await seller.post("/office/bulk/ship", form, htmx=True))
    assert row.strip().startswith("<tr")
    assert "Shipped, mail" in row


async def test_a_number_scanned_twice_ships_one_order(seller: StaffClient, database: Database) -> None:
    placed = await database.write(store_orders, 2)
    one, two = await chosen(database, placed)
    saved = await seller.post("/office/bulk/ship", {"orders": one, f"tracking-{one[:-2]}": "IP 1"}, htmx=True)
    assert 'name="used" value="IP 1"' in await text_of(saved)
    form: Form = {"orders": two, f"tracking-{two[:-2]}": "IP 1", "used": "IP 1"}
    row = await text_of(await seller.post("/office/bulk/ship", form, htmx=True))
    assert "This number is in two rows." in row
    assert await count_parcels(database, *placed) == [1, 0]


async def test_someone_faster_is_named_and_the_typed_number_is_shown(
    seller: StaffClient, database: Database
) -> None:
    (order,) = await database.write(store_orders, 1)
    (one,) = await chosen(database, [order])
    await database.write(pack, order.id, 0, actor="Bea", now=NOW)
    response = await seller.post("/office/bulk/ship", {"orders": one, f"tracking-{one[:-2]}": "IP 1"})
    page = await text_of(response)
    assert "This order was packed by Bea at" in page
    assert "IP 1" in page


async def test_filling_in_ships_nothing(seller: StaffClient, database: Database) -> None:
    placed = await database.write(store_orders, 3)
    pasted = "A1\nA2\nA3\nA4"
    form: Form = {
        "orders": await chosen(database, placed),
        "fill": "1",
        "carrier": "SingPost",
        "pasted": pasted,
    }
    page = await text_of(await seller.post("/office/bulk/ship", form))
    assert page.count('value="SingPost"') == 4
    assert all(f'value="A{n}"' in page for n in (1, 2, 3))
    assert "There is no empty row for A4." in page
    assert await count_parcels(database, *placed) == [0, 0, 0]


async def test_an_unknown_action_has_no_results(seller: StaffClient) -> None:
    assert (await seller.get("/office/bulk/results?did=refund")).status_code == 404
    assert "No order was chosen" in await seller.read("/office/bulk/results?did=pack")
