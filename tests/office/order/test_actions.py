"""The buttons on an order's page: each takes effect once."""

import re

import pytest

from bookshop.database import Database
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.orders.order import Delivery
from bookshop.orders.store import find_order_by_id
from bookshop.schema import mails
from tests.fulfilment.stored_orders import mails_of, states_of
from tests.office.order.order_pages import act, address_of, follow, place_order, words
from tests.office.staff_client import StaffClient


def buttons_of(page: str) -> list[str]:
    return [
        re.sub(r"<kbd.*", "", found).strip() for found in re.findall(r"<button[^>]*>(.*?)</button>", page)
    ]


async def test_an_order_is_packed_and_its_page_shows_it(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    emma, walden = order.quantities
    page = await follow(seller, await act(seller, order, "pack"))
    assert "Packed: 2 × Emma." in page
    assert await database.read(states_of, order) == {emma: {"packed": 2}, walden: {"to_order": 1}}
    (entry,) = await database.read(list_entries, order.id)
    assert entry.actor == "Ana"
    assert "Pack" not in buttons_of(await seller.read(address_of(order)))


async def test_the_number_opens_the_page_too(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    stored = await database.read(find_order_by_id, order.id)
    assert stored
    assert f"<h1>{stored.number}</h1>" in await seller.read(f"/office/orders/{stored.number}")
    assert (await seller.get("/office/orders/no-such-order")).status_code == 404
    assert (await seller.post("/office/orders/none/pack", {"version": "0"})).status_code == 404
    assert (await seller.post(address_of(order, "pack"), {})).status_code == 400


async def test_the_loser_of_a_race_reads_who_was_faster(
    database: Database, seller: StaffClient, owner: StaffClient
) -> None:
    order = await place_order(database)
    await act(seller, order, "pack")
    stale = {"version": "0", "note": "Spine is bumped"}
    response = await owner.post(address_of(order, "pack"), stale, htmx=True)
    assert response.status_code == 409
    page = await words(response)
    assert re.search(r"Packed by Ana at \d\d:\d\d\. Nothing was done twice", page)
    assert "Spine is bumped Your note is still here. It has not been added yet." in page
    assert len(await database.read(list_entries, order.id)) == 1


async def test_an_order_is_ready_and_collected(database: Database, seller: StaffClient) -> None:
    order = await place_order(database, delivery=Delivery.COLLECT)
    page = await follow(seller, await act(seller, order, "ready"))
    assert "Ready to collect: 2 × Emma." in page
    assert [kind for kind, _, _ in await database.read(mails_of, order)] == ["ready"]
    emma, walden = order.quantities
    assert "Collected: 2 × Emma." in await follow(seller, await act(seller, order, "collected"))
    assert await database.read(states_of, order) == {emma: {"collected": 2}, walden: {"to_order": 1}}


async def test_a_note_is_added_and_an_empty_one_is_refused(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    response = await act(seller, order, "note", {"note": " "})
    assert response.status_code == 409
    assert "Write the note’s text." in (await words(response)).replace("'", "’")
    page = await follow(seller, await act(seller, order, "note", {"note": "Away until Monday\nRing first"}))
    assert "Away until Monday Ring first" in page
    assert "Ana," in page


async def test_what_was_done_is_undone_once(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    emma, walden = order.quantities
    await act(seller, order, "pack")
    page = await words(await act(seller, order, "undo", htmx=True))
    assert "Undone: packing." in page
    assert await database.read(states_of, order) == {emma: {"in_stock": 2}, walden: {"to_order": 1}}
    response = await act(seller, order, "undo")
    assert response.status_code == 409
    assert "There is nothing to undo." in await words(response)


async def test_what_the_shopper_was_told_is_undone_only_expressly(
    database: Database, seller: StaffClient
) -> None:
    order = await place_order(database, delivery=Delivery.COLLECT)
    await act(seller, order, "ready")
    assert "Undo" in buttons_of(await seller.read(address_of(order)))
    await database.write(lambda db: db.execute(mails.update().values(state="sent", due_at=None)))
    buttons = buttons_of(await seller.read(address_of(order)))
    assert "Undo" not in buttons
    assert "Undo, although the shopper has had a mail" in buttons
    response = await act(seller, order, "undo")
    assert response.status_code == 409
    assert "The shopper has been told by mail." in await words(response)
    await act(seller, order, "undo", {"despite_mail": "1"})
    assert (await database.read(states_of, order))[order.lines[0].isbn] == {"in_stock": 2}


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        (Delivery.DELIVER, {"Pack", "Ship"}),
        (Delivery.COLLECT, {"Pack", "Ready to collect", "Collected"}),
    ],
)
async def test_only_what_is_possible_is_shown(
    database: Database, seller: StaffClient, delivery: Delivery, expected: set[str]
) -> None:
    order = await place_order(database, delivery=delivery)
    buttons = set(buttons_of(await seller.read(address_of(order))))
    assert buttons & {"Pack", "Ship", "Ready to collect", "Collected"} == expected
