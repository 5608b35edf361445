"""The shop cancels an order, or some copies: money, copies, stock and mail, once."""

import asyncio
from datetime import UTC, datetime

import pytest

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.database import Database
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Action, OrderChanged
from bookshop.fulfilment.timeline_store import find_version, list_entries
from bookshop.orders.due_store import set_due
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.payments.cancel_by_shop import Cancelled, cancel_by_shop, preview_cancellation
from bookshop.payments.cancel_rules import Cancellation
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.refund import RefundStatus
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import process_due_orders
from tests.audit import audit
from tests.builders import a_book, sgd, store_book
from tests.payments.paid_orders import (
    ACTOR,
    Buy,
    copies_of,
    count_available,
    mails_of,
    refunds_at_stripe,
)
from tests.payments.stored_orders import POLICY, find, place
from tests.payments.stripe_account import SECRET_KEY, Account
from tests.payments.test_refund_order import Deaf, Lossy
from tests.processes import SIMULATOR_SECRET, Process

EVERYTHING = Cancellation(message="  It is out of print.\n")


async def cancel(
    database: Database, gateway: StripeGateway, order: Order, cancellation: Cancellation = EVERYTHING
) -> Cancelled:
    """Cancel an order as it is now."""
    version = await database.read(find_version, order.id)
    return await cancel_by_shop(database, gateway, order.id, version, cancellation, actor=ACTOR)


async def assert_clean(database: Database) -> None:
    assert await database.read(audit) == ()


async def test_a_whole_order_is_cancelled_in_one_step(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    emma, persuasion = (line.isbn for line in order.lines)
    assert (await database.read(preview_cancellation, order, EVERYTHING)).amount == sgd(3800)
    cancelled = await cancel(database, gateway, order)
    assert cancelled.refund
    assert cancelled.refund.status is RefundStatus.SUCCEEDED
    assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [3800]
    assert await database.read(copies_of, order) == [{"cancelled": 2}, {"cancelled": 1}]
    assert await database.read(count_available, order) == [5, 5]
    assert await database.read(list_refunds, order.id) == [cancelled.refund]
    (entry,) = await database.read(list_entries, order.id)
    assert (entry.version, entry.action, entry.actor) == (1, Action.CANCEL, ACTOR)
    assert entry.details["message"] == "It is out of print."
    copies = [[emma, 2], [persuasion, 1]]
    told = {
        "copies": copies,
        "is_whole": True,
        "is_as_asked": False,
        "refund_minor": 3800,
        "message": "It is out of print.",
    }
    assert await database.read(mails_of, order) == [
        ("cancelled", "1", told),
        ("refunded", f"{order.id}-1", {"amount_minor": 3800, "copies": copies}),
    ]
    await assert_clean(database)
    with pytest.raises(NotAllowed, match="No copy can be cancelled now: 3 cancelled"):
        await cancel(database, gateway, order)


async def test_packed_copies_go_back_to_the_shelf_unless_the_shop_says_no(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    emma, persuasion = (line.isbn for line in order.lines)
    now = datetime.now(UTC)
    await database.write(pack, order.id, 0, {emma: 2, persuasion: 1}, actor=ACTOR, now=now)
    await cancel(database, gateway, order, Cancellation({emma: 1}))
    assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [1200]
    assert await database.read(count_available, order) == [4, 4]
    await cancel(database, gateway, order, Cancellation({persuasion: None}, restock=False))
    assert await database.read(count_available, order) == [4, 4]
    assert await database.read(copies_of, order) == [{"packed": 1, "cancelled": 1}, {"cancelled": 1}]
    await assert_clean(database)


@pytest.mark.parametrize("network", [Lossy, Deaf])
async def test_a_crash_before_stripe_responds_pays_back_once(
    database: Database,
    gateway: StripeGateway,
    account: Account,
    simulator: Process,
    buy: Buy,
    network: type[StripeGateway],
) -> None:
    order = await buy()
    unlucky = network(SECRET_KEY, (SIMULATOR_SECRET,), simulator.url)
    with pytest.raises(ProviderUnavailable):
        await cancel(database, unlucky, order)
    await unlucky.close()
    assert await database.read(copies_of, order) == [{"cancelled": 2}, {"cancelled": 1}]
    for _ in range(2):
        await database.write(set_due, order.id, datetime.now(UTC))
        await process_due_orders(database, gateway, POLICY)
    assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [3800]
    (refund,) = await database.read(list_refunds, order.id)
    assert refund.status is RefundStatus.SUCCEEDED
    assert [kind for kind, _, _ in await database.read(mails_of, order)] == ["cancelled", "refunded"]
    await assert_clean(database)


async def test_of_two_who_cancel_one_learns_what_the_other_did(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy
) -> None:
    order = await buy()
    answers = await asyncio.gather(
        *(
            cancel_by_shop(database, gateway, order.id, 0, EVERYTHING, actor=name)
            for name in ("anna", "ben", "cleo")
        ),
        return_exceptions=True,
    )
    (done,) = [answer for answer in answers if isinstance(answer, Cancelled)]
    lost_to = [(answer.last.actor, answer.last.at) for answer in answers if isinstance(answer, OrderChanged)]
    assert lost_to == [(done.entry.actor, done.entry.at)] * 2
    assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [3800]


async def test_the_shop_learns_that_stripe_refuses_the_refund(
    database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy("pm_card_createDispute")
    cancelled = await cancel(database, gateway, order)
    assert cancelled.refund
    assert cancelled.refund.status is RefundStatus.FAILED
    (_, told) = await database.read(mails_of, order)
    message = "The refund of S$38.00 failed: charge_disputed. The shopper has not been paid."
    assert told == ("needs_review", f"refund-{order.id}-1", {"reason": "refund", "message": message})


async def test_an_unpaid_order_is_cancelled_at_stripe_first(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    book: Book = await database.write(store_book, a_book(stock=1))
    order = await place(database, gateway, book)
    with pytest.raises(NotAllowed, match="only be cancelled as a whole"):
        await cancel(database, gateway, order, Cancellation({book.isbn: 1}))
    done = await cancel(database, gateway, order)
    assert (done.order.payment, done.order.cancel_reason) == (PaymentState.CANCELLED, CancelReason.BY_SHOP)
    assert (await account.read(order.attempt.intent_id))["status"] == "canceled"
    assert await database.read(count_available, order) == [1]
    assert await database.read(list_entries, order.id) == [done.entry]
    with pytest.raises(NotAllowed, match="is cancelled already"):
        await cancel(database, gateway, order)
    await assert_clean(database)


async def test_the_receipt_says_that_the_shop_has_cancelled_an_unpaid_order(
    shop: Shop, database: Database, gateway: StripeGateway
) -> None:
    order = await place(database, gateway, await database.write(store_book, a_book(stock=1)))
    await cancel(database, gateway, order)
    answer = await shop.test_client().get(f"/orders/{order.token}")
    assert "we had to cancel it before it was paid." in await answer.get_data(as_text=True)


async def test_an_order_that_is_paid_meanwhile_is_not_cancelled(
    database: Database, gateway: StripeGateway, account: Account
) -> None:
    order = await place(database, gateway, await database.write(store_book, a_book(stock=1)))
    await account.pay(order.attempt.intent_id)
    with pytest.raises(NotAllowed, match="was paid in the meantime"):
        await cancel(database, gateway, order)
    assert (await find(database, order)).payment is PaymentState.PAID
    await assert_clean(database)
