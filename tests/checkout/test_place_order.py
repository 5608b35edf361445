"""Placing an order: one order, one intent, whatever is clicked twice, changed or refused."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from bookshop.basket.basket import Basket
from bookshop.basket.pricing import price_basket
from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import OutOfStock, find_available
from bookshop.checkout.details import CheckoutDetails
from bookshop.checkout.draft_order import draft_order, new_token
from bookshop.checkout.pending_payment import NotPayable, PendingPayment
from bookshop.checkout.place_order import EarlierOrderOpen, add_within_limit, is_same, place_order
from bookshop.database import Database
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.payment_attempt import PaymentMethod
from bookshop.orders.payment_store import set_payment
from bookshop.orders.store import find_order
from bookshop.payments.errors import ProviderUnavailable, RequestRefused, UnknownPayment
from bookshop.payments.gateway import Intent
from bookshop.payments.reconcile import NO_INTERVAL, reconcile
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.switch_payment_method import replace_attempt
from bookshop.schema import orders
from tests.builders import NO_LIMIT, a_book, an_order, sgd, store_book
from tests.payments.stripe_account import Account

RESERVATION = timedelta(minutes=30)
DETAILS = CheckoutDetails(email="reader@example.com", name="Ada Reader", delivery="collect")


async def draft(
    database: Database, *books: Book, token: str = "", details: CheckoutDetails = DETAILS
) -> Order:
    basket = Basket({book.isbn: 1 for book in books})
    return draft_order(
        await database.read(price_basket, basket, sgd(400)), details, token or new_token(), RESERVATION
    )


def count_orders(db: Connection) -> int:
    return db.execute(select(func.count()).select_from(orders)).scalar_one()


async def find(database: Database, token: str) -> Order:
    order = await database.read(find_order, token)
    assert order
    return order


async def test_an_order_reserves_its_books_before_stripe_is_asked(database: Database) -> None:
    book = await database.write(store_book, a_book(stock=3))
    free_copies: list[int] = []

    class Watching(Unreachable):
        async def create_payment(self, order: Order, shop_id: str) -> Intent:
            free_copies.append(await database.read(find_available, book.isbn))
            raise ProviderUnavailable

    order = await draft(database, book)
    pending = await place_order(database, Watching(), order, "", NO_LIMIT)
    assert free_copies == [2]
    assert pending == PendingPayment(replace(order, placed_at=pending.order.placed_at), "")
    assert (await find(database, order.token)).payment is PaymentState.OPEN


async def test_the_same_order_sent_many_times_is_one_order_and_one_intent(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=9))
    order = await draft(database, book)
    copies = [replace(order, id=f"{n}{order.id[1:]}") for n in range(6)]
    pending = await asyncio.gather(*(place_order(database, gateway, copy, "", NO_LIMIT) for copy in copies))
    assert len({(one.order.id, one.order.attempt.intent_id, one.client_secret) for one in pending}) == 1
    assert await database.read(count_orders) == 1
    assert await database.read(find_available, book.isbn) == 8
    assert len(await account.list_intents(pending[0].order.id)) == 1


async def test_a_changed_order_replaces_the_earlier_one(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=1))
    first = await place_order(database, gateway, await draft(database, book), "", NO_LIMIT)
    changed = await draft(
        database, book, token=first.order.token, details=replace(DETAILS, name="Another Reader")
    )
    second = await place_order(database, gateway, changed, first.order.token, NO_LIMIT)
    assert second.order.token != first.order.token
    assert (await account.read(first.order.attempt.intent_id))["status"] == "canceled"
    assert (await find(database, first.order.token)).payment is PaymentState.CANCELLED
    assert await database.read(find_available, book.isbn) == 0


async def test_an_order_that_was_paid_meanwhile_is_never_replaced(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=2))
    first = await place_order(database, gateway, await draft(database, book), "", NO_LIMIT)
    await account.pay(first.order.attempt.intent_id)
    again = await draft(database, book, token=first.order.token)
    with pytest.raises(NotPayable) as met:
        await place_order(database, gateway, again, first.order.token, NO_LIMIT)
    assert met.value.order.payment is PaymentState.PAID
    assert await database.read(count_orders) == 1
    changed = replace(again, name="Another Reader")
    other = await place_order(database, gateway, changed, first.order.token, NO_LIMIT)
    assert other.order.id != first.order.id
    assert (await find(database, first.order.token)).payment is PaymentState.PAID


async def test_buying_the_same_books_again_is_another_order(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=2))
    first = await place_order(database, gateway, await draft(database, book), "", NO_LIMIT)
    await account.pay(first.order.attempt.intent_id)
    await reconcile(database, gateway, first.order, NO_INTERVAL)
    repeat = await place_order(database, gateway, await draft(database, book), first.order.token, NO_LIMIT)
    assert repeat.order.id != first.order.id
    assert repeat.client_secret not in ("", first.client_secret)
    assert await database.read(count_orders) == 2
    assert await database.read(find_available, book.isbn) == 0


@pytest.mark.parametrize(
    ("settled", "may_have_another"),
    [
        ({}, False),
        ({"review_reason": "amount"}, True),
        ({"payment": PaymentState.PROCESSING}, True),
        ({"payment": PaymentState.PAID, "paid_at": datetime.now(UTC)}, True),
        ({"payment": PaymentState.CANCELLED}, True),
    ],
    ids=["open", "in review", "processing", "paid", "cancelled"],
)
async def test_a_shopper_has_one_order_that_waits_to_be_paid(
    database: Database, settled: dict[str, object], *, may_have_another: bool
) -> None:
    book = await database.write(store_book, a_book(stock=2))
    first, second = [replace(await draft(database, book), shopper_hash="shopper") for _ in range(2)]
    await database.write(add_within_limit, first, NO_LIMIT)
    if settled:
        await database.write(lambda db: db.execute(orders.update().values(settled)))
    if may_have_another:
        await database.write(add_within_limit, second, NO_LIMIT)
    else:
        with pytest.raises(EarlierOrderOpen):
            await database.write(add_within_limit, second, NO_LIMIT)


@pytest.mark.parametrize(
    ("payment", "with_its_token", "with_another"),
    [
        (PaymentState.OPEN, True, True),
        (PaymentState.PROCESSING, True, True),
        (PaymentState.PAID, True, False),
        (PaymentState.CANCELLED, False, False),
    ],
)
def test_a_draft_is_the_same_order_unless_that_is_over(
    payment: PaymentState, with_its_token: bool, with_another: bool
) -> None:
    draft = an_order(a_book())
    order = replace(draft, payment=payment)
    assert is_same(order, draft) is with_its_token
    assert is_same(replace(order, token="another"), draft) is with_another
    assert not is_same(order, replace(draft, name="Another Reader"))


async def test_the_last_copy_is_sold_to_one_of_many(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=1))
    drafts = [await draft(database, book) for _ in range(8)]
    answers = await asyncio.gather(
        *(place_order(database, gateway, one, "", NO_LIMIT) for one in drafts), return_exceptions=True
    )
    assert sum(isinstance(answer, PendingPayment) for answer in answers) == 1
    assert sum(isinstance(answer, OutOfStock) for answer in answers) == 7
    assert await database.read(count_orders) == 1
    assert await database.read(find_available, book.isbn) == 0


async def test_baskets_in_opposite_order_do_not_deadlock(database: Database, gateway: StripeGateway) -> None:
    books = [await database.write(store_book, a_book(stock=20)) for _ in range(2)]
    drafts = [await draft(database, *(books if n % 2 else books[::-1])) for n in range(20)]
    pending = await asyncio.gather(*(place_order(database, gateway, one, "", NO_LIMIT) for one in drafts))
    assert len({one.order.id for one in pending}) == 20
    assert [await database.read(find_available, book.isbn) for book in books] == [0, 0]


async def test_nothing_is_reserved_when_one_of_the_books_is_gone(
    database: Database, gateway: StripeGateway
) -> None:
    books = [await database.write(store_book, a_book(stock=n)) for n in (3, 0)]
    with pytest.raises(OutOfStock):
        await place_order(database, gateway, await draft(database, *books), "", NO_LIMIT)
    assert await database.read(find_available, books[0].isbn) == 3
    assert await database.read(count_orders) == 0


async def test_an_order_that_stripe_refuses_gives_its_books_back(database: Database) -> None:
    book = await database.write(store_book, a_book(stock=1))

    class Refusing(Unreachable):
        async def create_payment(self, order: Order, shop_id: str) -> Intent:
            raise RequestRefused("email_invalid", "receipt_email")

    with pytest.raises(RequestRefused):
        await place_order(database, Refusing(), await draft(database, book), "", NO_LIMIT)
    assert await database.read(find_available, book.isbn) == 1


async def test_an_order_placed_while_stripe_was_down_is_paid_later(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=1))
    order = await draft(database, book)
    assert (await place_order(database, Unreachable(), order, "", NO_LIMIT)).client_secret == ""
    pending = await place_order(database, gateway, order, "", NO_LIMIT)
    assert pending.client_secret
    assert pending.order.id == order.id
    await account.pay(pending.order.attempt.intent_id)
    reconciled = await reconcile(database, gateway, pending.order, NO_INTERVAL)
    assert reconciled.order.payment is PaymentState.PAID


async def test_a_reply_that_was_lost_is_asked_for_again_with_the_same_key(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    """The shop dies between Stripe's work and the database: the next try finds the same intent."""
    book = await database.write(store_book, a_book(stock=1))
    order = await draft(database, book)

    class Dying(Unreachable):
        async def create_payment(self, order: Order, shop_id: str) -> Intent:
            await gateway.create_payment(order, shop_id)
            raise ProviderUnavailable

    await place_order(database, Dying(), order, "", NO_LIMIT)
    pending = await place_order(database, gateway, order, "", NO_LIMIT)
    assert [intent["id"] for intent in await account.list_intents(order.id)] == [
        pending.order.attempt.intent_id
    ]


async def test_an_intent_that_stripe_forgot_is_replaced(database: Database, gateway: StripeGateway) -> None:
    book = await database.write(store_book, a_book(stock=1))
    first = await place_order(database, gateway, await draft(database, book), "", NO_LIMIT)
    await database.write(replace_attempt, first.order, PaymentMethod.CARD_FORM)
    order = await find(database, first.order.token)
    again = await place_order(database, gateway, order, "", NO_LIMIT)
    assert again.order.attempt.version == 2
    assert again.order.attempt.intent_id not in ("", first.order.attempt.intent_id)


async def test_a_provider_that_never_knows_its_payments_is_asked_a_few_times(database: Database) -> None:
    book = await database.write(store_book, a_book(stock=1))
    versions: list[int] = []

    class Forgetful(Unreachable):
        async def create_payment(self, order: Order, shop_id: str) -> Intent:
            versions.append(order.attempt.version)
            raise UnknownPayment

    pending = await place_order(database, Forgetful(), await draft(database, book), "", NO_LIMIT)
    assert (pending.client_secret, versions) == ("", [1, 2, 3])


class Unreachable(StripeGateway):
    """A provider that does not answer, and says so at once."""

    def __init__(self) -> None:
        super().__init__("sk_test_x", (), "http://127.0.0.1:1")

    async def create_payment(self, order: Order, shop_id: str) -> Intent:
        raise ProviderUnavailable

    async def read_payment(self, intent_id: str) -> Intent:
        raise ProviderUnavailable


@pytest.mark.parametrize("payment", [PaymentState.OPEN, PaymentState.PROCESSING, PaymentState.CANCELLED])
async def test_a_payment_is_replaced_once_and_only_while_its_order_is_open(
    database: Database, payment: PaymentState
) -> None:
    book = await database.write(store_book, a_book(stock=1))
    order = await draft(database, book)
    await database.write(add_within_limit, order, NO_LIMIT)
    await database.write(set_payment, replace(order, payment=payment))
    for _ in range(2):
        replaced = await database.write(replace_attempt, order, PaymentMethod.HOSTED)
        assert replaced.attempt.version == (2 if payment is PaymentState.OPEN else 1)
        assert await find(database, order.token) == replaced
