"""The address of an order is corrected until its parcels have left, and its country never."""

from datetime import UTC, datetime

import pytest

from bookshop.addresses.address import Address
from bookshop.database import Database
from bookshop.fulfilment.arrive import arrive
from bookshop.fulfilment.correct_address import Recipient, correct_address
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline_store import find_version, list_entries
from bookshop.orders.order import Delivery, Order
from bookshop.orders.store import find_order_by_id
from bookshop.orders.term_store import find_by_terms
from tests.builders import AN_ADDRESS
from tests.fulfilment.stored_orders import states_of
from tests.office.order.order_pages import act, address_of, follow, place_order, words
from tests.office.staff_client import StaffClient

FORM = {"name": "Ada Lovelace", "street": "9 Example Walk", "city": "Singapore", "postcode": "098585"}
CORRECTED = Address("9 Example Walk", "Singapore", "098585", "SG")


async def find(database: Database, order: Order) -> Order:
    found = await database.read(find_order_by_id, order.id)
    assert found
    return found


async def test_an_address_is_corrected_and_found_and_undone(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    page = await follow(seller, await act(seller, order, "address", FORM))
    assert "Address corrected." in page
    assert "Ada Lovelace 9 Example Walk" in page
    stored = await find(database, order)
    assert (stored.name, stored.address) == ("Ada Lovelace", CORRECTED)
    assert await database.read(find_by_terms, ["lovelace"], 5) == [order.id]
    page = await follow(seller, await act(seller, order, "undo"))
    assert "Undone: the correction of the address." in page
    stored = await find(database, order)
    assert (stored.name, stored.address) == (order.name, AN_ADDRESS)
    assert await database.read(find_by_terms, ["lovelace"], 5) == []


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"street": ""}, "This must not be empty."),
        ({"street": "x" * 201}, "This is too long."),
        ({"postcode": "ABC"}, "Singapore has no such postcode that we know."),
    ],
)
async def test_what_is_wrong_stands_beside_the_field(
    database: Database, seller: StaffClient, changed: dict[str, str], problem: str
) -> None:
    order = await place_order(database)
    response = await act(seller, order, "address", {**FORM, **changed})
    assert response.status_code == 422
    page = str(await response.get_data(as_text=True))
    assert problem in page
    assert 'value="Ada Lovelace"' in page
    assert (await find(database, order)).address == AN_ADDRESS


async def test_a_doubtful_postcode_is_stored_when_it_is_confirmed(
    database: Database, seller: StaffClient
) -> None:
    order = await place_order(database)
    await act(seller, order, "address", {**FORM, "postcode": "ABC", "confirmed": "SG||ABC"})
    address = (await find(database, order)).address
    assert address
    assert address.postcode == "ABC"


async def test_the_loser_of_a_race_changes_nothing(
    database: Database, seller: StaffClient, owner: StaffClient
) -> None:
    order = await place_order(database)
    await act(seller, order, "pack")
    response = await owner.post(address_of(order, "address"), {**FORM, "version": "0"})
    assert response.status_code == 409
    assert "Packed by Ana at" in await words(response)
    assert (await find(database, order)).address == AN_ADDRESS


async def test_an_address_is_corrected_until_the_last_parcel_has_left(
    database: Database, seller: StaffClient
) -> None:
    order = await place_order(database)
    emma, walden = order.quantities
    await database.write(ship, order.id, 0, actor="Ana", now=datetime.now(UTC))
    assert "Correct" in await seller.read(address_of(order))
    await database.write(arrive, {walden: 1}, key="d1", actor="Ana", now=datetime.now(UTC))
    await database.write(ship, order.id, 2, actor="Ana", now=datetime.now(UTC))
    assert await database.read(states_of, order) == {emma: {"shipped": 2}, walden: {"shipped": 1}}
    assert "Correct" not in await seller.read(address_of(order))
    response = await act(seller, order, "address", FORM)
    assert response.status_code == 409
    assert "Nothing more is sent to this address" in await words(response)


async def test_an_order_that_is_collected_has_no_address(database: Database, seller: StaffClient) -> None:
    order = await place_order(database, delivery=Delivery.COLLECT)
    assert "Correct" not in await seller.read(address_of(order))
    response = await act(seller, order, "address", FORM)
    assert response.status_code == 409
    assert "It has no address." in await words(response)


@pytest.mark.parametrize(
    ("recipient", "problem"),
    [
        (Recipient("A Reader", Address("8 Example Walk, #03-11", "Berlin", "10115", "DE")), "country"),
        (Recipient("A Reader", AN_ADDRESS), "the address that the order has already"),
    ],
)
async def test_the_country_stays_and_no_change_is_none(
    database: Database, recipient: Recipient, problem: str
) -> None:
    order = await place_order(database)
    with pytest.raises(NotAllowed, match=problem):
        await database.write(correct_address, order.id, 0, recipient, actor="Ana", now=datetime.now(UTC))
    assert await database.read(find_version, order.id) == 0
    assert await database.read(list_entries, order.id) == []
