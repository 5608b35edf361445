"""The page that cancels an order or copies of it."""

import re
from datetime import UTC, datetime

from bookshop.database import Database
from bookshop.fulfilment.pack import pack
from bookshop.office.refund_limit import set_refund_limit
from bookshop.orders.order import CancelReason, PaymentState
from bookshop.orders.store import find_order_by_id
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import a_book, store_book
from tests.fulfilment.stored_orders import states_of
from tests.office.order.order_pages import act, address_of, follow, words, words_of
from tests.office.staff_client import StaffClient
from tests.payments.paid_orders import Buy, count_available, mails_of, refunds_at_stripe
from tests.payments.stored_orders import place
from tests.payments.stripe_account import Account

BUTTON = re.compile(r'name="confirm" value="(\d+)">(Cancel [^<]*)</button>')


async def test_the_page_begins_with_the_whole_order(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    emma, persuasion = order.quantities
    page = await seller.read(address_of(order, "cancel"))
    assert BUTTON.findall(page) == [("3800", "Cancel order, refund S$38.00")]
    all_copies = {f"copies-{emma}": "2", f"copies-{persuasion}": "1", "restock": "yes"}
    response = await act(
        seller, order, "cancel", {**all_copies, "confirm": "3800", "message": "Out of print."}
    )
    assert "Cancelled: 2 × Emma and Persuasion, S$38.00 goes back" in await follow(seller, response)
    assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [3800]
    told = next(details for kind, _, details in await database.read(mails_of, order) if kind == "cancelled")
    assert told["message"] == "Out of print."


async def test_some_copies_are_cancelled_and_kept_off_the_shelf(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    emma, _ = order.quantities
    await database.write(pack, order.id, 0, actor="Ana", now=datetime.now(UTC))
    chosen = {f"copies-{emma}": "1"}
    page = str(await (await act(seller, order, "cancel", chosen)).get_data(as_text=True))
    assert BUTTON.findall(page) == [("1200", "Cancel these copies, refund S$12.00")]
    await act(seller, order, "cancel", {**chosen, "confirm": "1200"})
    assert (await database.read(states_of, order))[emma] == {"packed": 1, "cancelled": 1}
    assert await database.read(count_available, order) == [3, 4]
    assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [1200]


async def test_nothing_chosen_cancels_nothing(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    response = await act(seller, order, "cancel", {"confirm": "0"})
    assert response.status_code == 409
    assert await refunds_at_stripe(account, order) == []


async def test_no_other_sum_goes_back_than_the_button_says(
    seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    typed = {f"copies-{order.lines[0].isbn}": "1", "confirm": "3800"}
    response = await act(seller, order, "cancel", typed)
    assert response.status_code == 409
    assert "The sum has changed since it was shown." in await words(response)
    assert await refunds_at_stripe(account, order) == []


async def test_an_unpaid_order_is_cancelled(
    database: Database, gateway: StripeGateway, seller: StaffClient
) -> None:
    order = await place(database, gateway, await database.write(store_book, a_book(stock=1)))
    page = await seller.read(address_of(order))
    assert "<h1>Unpaid order</h1>" in page
    assert "Cancel order" in page
    assert BUTTON.findall(await seller.read(address_of(order, "cancel"))) == [("0", "Cancel order")]
    assert "Cancelled" in await follow(seller, await act(seller, order, "cancel", {"confirm": "0"}))
    stored = await database.read(find_order_by_id, order.id)
    assert stored
    assert (stored.payment, stored.cancel_reason) == (PaymentState.CANCELLED, CancelReason.BY_SHOP)
    response = await act(seller, order, "cancel", {"confirm": "0"})
    assert response.status_code == 409
    assert "This order is cancelled already." in await words(response)


async def test_above_the_limit_a_seller_cancels_nothing(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    await database.write(set_refund_limit, "37.99")
    page = words_of(await seller.read(address_of(order, "cancel")))
    assert "Only an owner pays back more than S$37.99 of an order." in page
    all_copies = {f"copies-{isbn}": str(n) for isbn, n in order.quantities.items()}
    response = await act(seller, order, "cancel", {**all_copies, "confirm": "3800"})
    assert response.status_code == 403
    assert await refunds_at_stripe(account, order) == []


async def test_the_loser_of_a_race_cancels_nothing(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    for _ in range(2):
        await act(seller, order, "note", {"note": "Ring first"})
    all_copies = {f"copies-{isbn}": str(n) for isbn, n in order.quantities.items()}
    typed = {**all_copies, "version": "1", "confirm": "3800", "message": "Sorry."}
    response = await seller.post(address_of(order, "cancel"), typed)
    assert response.status_code == 409
    page = await words(response)
    assert "by Ana at" in page
    assert "Sorry." in page
    assert await refunds_at_stripe(account, order) == []
