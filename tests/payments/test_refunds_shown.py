"""Refunds and disputes are shown wherever their order is shown."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from bookshop.app import Shop
from bookshop.commands.order_json import order_to_json
from bookshop.commands.show_order import echo_order
from bookshop.database import Database
from bookshop.office.order.order_view import view_order
from bookshop.orders.order import Order
from bookshop.orders.refund import Refund, RefundStatus
from bookshop.payments.cancel_rules import Cancellation
from bookshop.payments.refund_rules import RefundRequest
from bookshop.payments.refund_store import add_refund, set_dispute_and_warning
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.shopper_requests.ask_for_change import ask_for_change
from tests.builders import sgd
from tests.payments.paid_orders import Buy, read, refund_now
from tests.payments.test_cancel_by_shop import cancel

NEXT_STEPS = ("Being put behind the till", "Packing", "Ready to collect", "On its way</b>")


async def receipt_of(shop: Shop, order: Order) -> str:
    response = await shop.test_client().get(f"/orders/{order.token}")
    return str(await response.get_data(as_text=True))


async def add(database: Database, order: Order, minor: int, status: str, stripe_id: str = "re_1") -> None:
    refund = Refund(f"{order.id}-{status}", order.id, sgd(minor), "", order.placed_at, RefundStatus(status))
    await database.write(add_refund, replace(refund, stripe_refund_id=stripe_id))


def steps_in(page: str) -> list[str]:
    """Return the steps of the timeline that are not done."""
    return [step for step in NEXT_STEPS if step in page]


async def test_a_refunded_order_has_no_further_steps(
    shop: Shop, database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy()
    before = await receipt_of(shop, order)
    assert steps_in(before)
    assert 'id="refunds"' not in before
    await refund_now(database, gateway, order, RefundRequest())
    page = await receipt_of(shop, order)
    assert steps_in(page) == []
    assert '<h1 tabindex="-1" autofocus>Your money is on its way back.</h1>' in page
    assert '<dt class="total">Refunded</dt><dd class="total">−S$38.00</dd>' in page
    assert f"<title>Order {order.number}: refunded" in page
    assert "Thank&nbsp;you" not in page


async def test_a_partly_refunded_order_shows_both(
    shop: Shop, database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy()
    await refund_now(database, gateway, order, RefundRequest(sgd(400)))
    page = await receipt_of(shop, order)
    assert steps_in(page)
    assert "Thank&nbsp;you" in page
    assert re.search(r"<dt>Refunded, \d+ \w+ \d{4}</dt><dd>−S\$4.00</dd>", page)
    assert "<b>Partly refunded</b><p>S$4.00 of S$38.00</p>" in page


async def test_a_pending_refund_is_on_its_way(shop: Shop, database: Database, buy: Buy) -> None:
    order = await buy()
    await add(database, order, 3800, "pending")
    page = await receipt_of(shop, order)
    assert "is on its way back" in page
    assert '<li aria-current="step"><b>Refund on its way</b>' in page
    assert steps_in(page) == []


async def test_a_refund_that_the_bank_sent_back_is_told(shop: Shop, database: Database, buy: Buy) -> None:
    order = await buy()
    await add(database, order, 3800, "failed")
    page = await receipt_of(shop, order)
    assert "A refund of S$38.00 did not reach you" in page
    assert "<dt>Refund failed, " in page
    assert steps_in(page)


async def test_a_refund_that_stripe_refused_is_not_the_shoppers_business(
    shop: Shop, database: Database, buy: Buy
) -> None:
    order = await buy()
    await add(database, order, 3800, "failed", stripe_id="")
    page = await receipt_of(shop, order)
    assert "efund" not in page
    assert steps_in(page)


@pytest.mark.parametrize(
    ("dispute", "words", "has_steps"),
    [
        ("needs_response", "<b>With your bank</b>", False),
        ("lost", "<b>Paid back by your bank</b>", False),
        ("won", "Thank&nbsp;you", True),
    ],
)
async def test_a_disputed_order_is_not_packed(
    shop: Shop, database: Database, buy: Buy, dispute: str, words: str, has_steps: bool
) -> None:
    order = await buy()
    await database.write(set_dispute_and_warning, order.id, dispute, "")
    page = await receipt_of(shop, order)
    assert words in page
    assert bool(steps_in(page)) is has_steps
    assert ("Your bank has paid you back" in page) is (dispute == "lost")
    assert ("Thank&nbsp;you" in page) is (dispute == "won")


async def test_what_the_shop_cancels_is_shown_with_its_words(
    shop: Shop, database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy()
    first, second = (line.isbn for line in order.lines)
    await cancel(database, gateway, order, Cancellation({first: 2}, "It is <i>torn</i>."))
    page = await receipt_of(shop, order)
    assert "We cannot send you everything." in page
    assert "<p>Emma (2 copies)</p>" in page
    assert "It is &lt;i&gt;torn&lt;/i&gt;." in page
    assert "Being put behind the till" in page
    await cancel(database, gateway, order, Cancellation({second: 1}, "So is this."))
    page = await receipt_of(shop, order)
    assert "We had to cancel your order." in page
    assert "All S$38.00 is on its way back</b> to your Visa ending 4242" in page
    assert "So is this." in page
    assert steps_in(page) == []


async def test_what_the_shopper_asked_to_cancel_is_no_fault_of_ours(
    shop: Shop, database: Database, gateway: StripeGateway, buy: Buy
) -> None:
    order = await buy()
    await database.write(ask_for_change, order.id, "Please cancel it.", order.placed_at)
    await cancel(database, gateway, order, Cancellation())
    page = await receipt_of(shop, order)
    assert "Cancelled, as you asked." in page
    assert "sorry" not in page.lower()


async def test_a_bookseller_sees_refunds_disputes_and_warnings(
    database: Database, gateway: StripeGateway, buy: Buy, capsys: pytest.CaptureFixture[str]
) -> None:
    order = await buy()
    made = await refund_now(database, gateway, order, RefundRequest(sgd(400), reason="duplicate"))
    await add(database, order, 100, "failed", stripe_id="")
    await database.write(set_dispute_and_warning, order.id, "needs_response", "unauthorized_use_of_card")
    order = await read(database, order)
    view = await database.read(view_order, order)
    echo_order(view, [], ZoneInfo("Asia/Singapore"))
    shown = capsys.readouterr().out
    for words in (
        r"state +partly_refunded",
        r"payment +paid",
        r"refunded +S\$4\.00 of S\$38\.00",
        r"dispute +needs_response",
        r"warning +unauthorized_use_of_card",
        rf"S\$4\.00 +succeeded +duplicate +\d{{4}}-\d\d-\d\d \d\d:\d\d +{made.stripe_refund_id}",
        r"S\$1\.00 +failed",
    ):
        assert re.search(words, shown), words
    shape = order_to_json(view, [])
    assert (shape["state"], shape["refunded_minor"]) == ("partly_refunded", 400)
    assert [one["status"] for one in shape["refunds"]] == [refund.status for refund in view.refunds]
    assert (shape["dispute"], shape["fraud_warning"]) == ("needs_response", "unauthorized_use_of_card")
