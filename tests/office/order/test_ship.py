"""The page that ships copies of an order as a parcel."""

from bookshop.database import Database
from bookshop.orders.order import Delivery
from tests.fulfilment.stored_orders import mails_of, states_of
from tests.office.order.order_pages import act, address_of, follow, place_order, words, words_of
from tests.office.staff_client import StaffClient


async def test_some_copies_are_shipped(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    emma, walden = order.quantities
    page = await seller.read(address_of(order, "ship"))
    assert "<option selected>2</option>" in page
    assert walden not in page
    response = await act(
        seller,
        order,
        "ship",
        {"carrier": "Island Post", "tracking": " IP 4410 ", f"copies-{emma}": "1"},
    )
    assert "Parcel 1 shipped with Island Post: Emma." in await follow(seller, response)
    assert await database.read(states_of, order) == {
        emma: {"shipped": 1, "in_stock": 1},
        walden: {"to_order": 1},
    }
    ((kind, _, details),) = await database.read(mails_of, order)
    assert (kind, details["tracking"]) == ("shipped", "IP 4410")


async def test_what_was_typed_stays_when_others_were_faster(
    database: Database, seller: StaffClient, owner: StaffClient
) -> None:
    order = await place_order(database)
    emma, _ = order.quantities
    await act(seller, order, "pack")
    typed = {"version": "0", "carrier": "Island Post", "tracking": "IP 4410", f"copies-{emma}": "1"}
    response = await owner.post(address_of(order, "ship"), typed)
    assert response.status_code == 409
    page = str(await response.get_data(as_text=True))
    assert "Packed by Ana at" in words_of(page)
    assert 'value="IP 4410"' in page
    assert "<option selected>1</option>" in page
    assert 'name="version" value="1"' in page


async def test_an_empty_parcel_is_refused(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    response = await act(seller, order, "ship", {"carrier": "Island Post"})
    assert response.status_code == 409
    assert "Choose the copies that are shipped." in await words(response)


async def test_what_cannot_be_shipped_is_said_without_a_form(database: Database, seller: StaffClient) -> None:
    order = await place_order(database, delivery=Delivery.COLLECT)
    page = words_of(await seller.read(address_of(order, "ship")))
    assert "The shopper collects this order in the shop. It cannot be shipped." in page
    assert "Carrier" not in page
