"""Of all forms that a shopper sends at once, one order is left to pay."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import Connection, select

from bookshop.app import Shop
from bookshop.basket.basket import Basket
from bookshop.basket.pricing import price_basket
from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available
from bookshop.checkout.details import CheckoutDetails
from bookshop.checkout.draft_order import draft_order, new_token
from bookshop.checkout.pending_payment import NotPayable, PendingPayment
from bookshop.checkout.place_order import place_order
from bookshop.database import Database
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.orders.store import find_order
from bookshop.payments.gateway import Intent
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.schema import orders
from tests.audit import audit
from tests.builders import NO_LIMIT, a_book, sgd, store_book
from tests.payments.stripe_account import Account
from tests.shopper import Shopper

AT_ONCE = 16
# each draft makes all others read again, so twice as many take four times as long
DRAFTS_AT_ONCE, ROUNDS = 10, 3
SHOPPER = "a" * 64
DETAILS = CheckoutDetails(email="reader@example.com", name="Ada Reader", delivery="collect")


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=40, price=2300))


async def draft(database: Database, book: Book, name: str, token: str) -> Order:
    quote = await database.read(price_basket, Basket({book.isbn: 1}), sgd(400))
    order = draft_order(quote, replace(DETAILS, name=name), token, timedelta(minutes=30))
    return replace(order, shopper_hash=SHOPPER)


def list_orders(db: Connection) -> list[tuple[str, str, str]]:
    """Return the payment, the reason of cancellation and the name of every order."""
    return [(row.payment, row.cancel_reason, row.name) for row in db.execute(select(orders))]


async def check_one_is_left(database: Database, book: Book) -> str:
    """Check that one order can be paid, and return its name."""
    found = await database.read(list_orders)
    left = [name for payment, _, name in found if payment == "open"]
    assert len(left) == 1, found
    assert {reason for payment, reason, _ in found if payment == "cancelled"} <= {CancelReason.REPLACED}
    assert await database.read(find_available, book.isbn) == 39
    assert not await database.read(audit)
    return left[0]


@pytest.mark.parametrize("one_form", [True, False])
async def test_different_drafts_at_once_leave_one_order(
    database: Database, gateway: StripeGateway, account: Account, book: Book, one_form: bool
) -> None:
    names = (f"Reader {n}" for n in count())
    for _ in range(ROUNDS):
        token = new_token()
        drafts = [
            await draft(database, book, next(names), token if one_form else new_token())
            for _ in range(DRAFTS_AT_ONCE)
        ]
        results = await asyncio.gather(
            *(place_order(database, gateway, one, "", NO_LIMIT) for one in drafts), return_exceptions=True
        )
        assert all(isinstance(result, PendingPayment | NotPayable) for result in results), results
        left = await check_one_is_left(database, book)
        paying = [one.order for one in results if isinstance(one, PendingPayment) and one.order.name == left]
        assert [order.name for order in paying] == [left]
        open_intents = [
            intent["id"]
            for order in [one.order for one in results if isinstance(one, PendingPayment)]
            for intent in await account.list_intents(order.id)
            if intent["status"] != "canceled"
        ]
        assert open_intents == [paying[0].attempt.intent_id]


async def test_a_shop_that_dies_between_the_two_orders_leaves_at_most_one(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    """The shop is killed after cancelling the earlier one, or after storing the later one."""

    class Killed(BaseException):
        pass

    class DiesAfterCancelling(StripeGateway):
        async def cancel_payment(self, intent_id: str) -> PaymentUpdate:
            await super().cancel_payment(intent_id)
            raise Killed

    class DiesAfterCreating(StripeGateway):
        async def create_payment(self, order: Order, shop_id: str) -> Intent:
            await super().create_payment(order, shop_id)
            raise Killed

    token = new_token()
    await place_order(database, gateway, await draft(database, book, "First", token), "", NO_LIMIT)
    dying: type[StripeGateway]
    for dying in (DiesAfterCancelling, DiesAfterCreating):
        frail = dying("sk_test_bookshop", (), account.url)
        with pytest.raises(Killed):
            await place_order(database, frail, await draft(database, book, "Second", token), "", NO_LIMIT)
        await frail.close()
        open_orders = [one for one in await database.read(list_orders) if one[0] == "open"]
        assert len(open_orders) <= 1
    last = await place_order(database, gateway, await draft(database, book, "Third", token), "", NO_LIMIT)
    assert await check_one_is_left(database, book) == last.order.name == "Third"


async def test_an_order_that_is_being_paid_is_not_replaced_by_its_own_form(
    database: Database, gateway: StripeGateway, account: Account, book: Book
) -> None:
    token = new_token()
    first = await place_order(database, gateway, await draft(database, book, "First", token), "", NO_LIMIT)
    await account.pay(first.order.attempt.intent_id, "pm_card_processing")
    changed = await draft(database, book, "Second", token)
    with pytest.raises(NotPayable) as met:
        await place_order(database, gateway, changed, token, NO_LIMIT)
    assert (met.value.order.id, met.value.order.payment) == (first.order.id, PaymentState.PROCESSING)
    # another form of the same shopper is another order
    other = await draft(database, book, "Third", new_token())
    assert (await place_order(database, gateway, other, token, NO_LIMIT)).client_secret
    found = await database.read(find_order, token)
    assert found
    assert (found.payment, found.shopper_hash) == (PaymentState.PROCESSING, None)


async def test_a_changed_order_continues_the_reservation_of_the_first(
    database: Database, gateway: StripeGateway, book: Book
) -> None:
    token = new_token()
    first = await place_order(database, gateway, await draft(database, book, "First", token), "", NO_LIMIT)
    second = await place_order(database, gateway, await draft(database, book, "Second", token), "", NO_LIMIT)
    third = await place_order(database, gateway, await draft(database, book, "Third", token), "", NO_LIMIT)
    assert second.order.reserved_from == third.order.reserved_from == first.order.placed_at
    other = await database.write(store_book, a_book())
    fourth = await place_order(database, gateway, await draft(database, other, "Third", token), "", NO_LIMIT)
    assert fourth.order.reserved_from == first.order.placed_at


async def test_an_order_whose_response_was_lost_does_not_block_its_own_shopper(
    shop: Shop, database: Database
) -> None:
    """A browser that never got its orders' cookies sends a changed form again and again."""
    last = await database.write(store_book, a_book("Last", stock=1))
    form = await Shopper(shop.test_client()).open_form(last.isbn)
    for n in range(4):
        shopper = Shopper(shop.test_client())
        assert (await shopper.post("/checkout", {**form, "name": f"Reader {n}"})).status_code == 303
    assert [name for payment, _, name in await database.read(list_orders) if payment == "open"] == [
        "Reader 3"
    ]


@pytest.mark.parametrize("has_cookies", [True, False])
async def test_sixteen_posts_of_one_form_leave_one_order(
    shop: Shop, shopper: Shopper, book: Book, database: Database, has_cookies: bool
) -> None:
    form = await shopper.open_form(book.isbn)
    cookies = shopper if has_cookies else Shopper(shop.test_client(use_cookies=False))
    answers = await asyncio.gather(
        *(cookies.post("/checkout", {**form, "name": f"Reader {n}"}) for n in range(AT_ONCE))
    )
    assert {answer.status_code for answer in answers} == {303}
    await check_one_is_left(database, book)
