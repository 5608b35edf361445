"""An order in each state that a receipt shows, and its page."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.orders.order import CancelReason, Order, OrderLine, PaymentState
from bookshop.orders.progress import NO_PROGRESS, LineProgress, ParcelProgress, Progress, ShopMessage
from bookshop.orders.receipt import ReceiptState, receipt_state
from bookshop.orders.refund import Refund, RefundStatus
from bookshop.orders.routes import OrderHistory, show_order
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight
from bookshop.trade.availability import AvailabilityKind
from bookshop.web.pages import page
from tests.builders import A_CHARGE, AN_ADDRESS, an_order, sgd
from tests.shopper import text_of

NOW = datetime(2026, 11, 29, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
RIGHT = WithdrawalRight("IE", "Europe/Dublin")
# sample books, so that a shop with samples has their covers
LINES = (
    OrderLine(
        "9781732265172", "The Art of Doing Science and Engineering", "Richard W. Hamming", 1, sgd(2300)
    ),
    OrderLine("9780578675862", "Working in Public", "Nadia Eghbal", 2, sgd(1490)),
)
TO_COME = (LINES[0], replace(LINES[1], kind=AvailabilityKind.ORDER, to_order=2, days=5))


class Case(NamedTuple):
    """An order, what happened to it, the state that its receipt shows, and the books below it."""

    state: ReceiptState
    order: Order
    progress: Progress = NO_PROGRESS
    refunds: Sequence[Refund] = ()
    recommended: Sequence[Book] = ()


def an_order_to(deliver: bool = True, **changed: Any) -> Order:
    """Make an order for three copies of two books."""
    values = {
        "lines": LINES,
        "total": sgd(5680 if deliver else 5280),
        "delivery_fee": sgd(400 if deliver else 0),
        "delivery": "deliver" if deliver else "collect",
        "address": AN_ADDRESS if deliver else None,
        "placed_at": NOW - 6 * DAY,
        "name": "Priya Nair",
        "email": "priya@example.com",
        "basket_id": "b",
        **changed,
    }
    return an_order(**values)


def a_paid_order(deliver: bool = True, **changed: Any) -> Order:
    """Make such an order that is paid."""
    paid = {"payment": PaymentState.PAID, "charge": A_CHARGE, "paid_at": NOW - 6 * DAY, "number": 1042}
    return an_order_to(deliver, **{**paid, **changed})


def lines(*counts: dict[str, Any]) -> tuple[LineProgress, ...]:
    return tuple(LineProgress(**each) for each in counts)


def every(state: str) -> tuple[LineProgress, ...]:
    """Return the progress of an order whose copies are all in one state."""
    return lines({state: 1}, {state: 2})


def a_parcel(number: int, copies: dict[str, int], ago: timedelta = DAY, **changed: str) -> ParcelProgress:
    sent = {"carrier": "Royal Mail", "tracking": "RX481922077GB", **changed}
    return ParcelProgress(number, sent["carrier"], sent["tracking"], NOW - ago, copies)


def a_refund(minor: int, status: str = "succeeded", ago: timedelta = DAY) -> Refund:
    return Refund("r", "o", sgd(minor), "", NOW - ago, RefundStatus(status), "re_3QexampleExampleExample42")


ALL, FIRST = {line.isbn: line.quantity for line in LINES}, {LINES[0].isbn: 1}
SOON, LATE = NOW + 6 * DAY, NOW + 40 * DAY
PACKED = NOW - 2 * DAY
SORRY = "The publisher has none left. A second-hand copy turns up now and then: shall we watch for one?"
SHIPPED = Progress(every("shipped"), (a_parcel(1, ALL),), packed_at=PACKED)
COLLECTED = Progress(every("collected"), (), PACKED, NOW - DAY, NOW - DAY / 2)
READY = Progress(every("ready"), (), PACKED, NOW - DAY)
S = ReceiptState
CASES = {
    "waiting": Case(S.WAITING, an_order_to(payment=PaymentState.PROCESSING)),
    "action": Case(S.ACTION, an_order_to(intent_status="requires_action:bank")),
    "failed": Case(S.FAILED, an_order_to(failure="Your card was declined.")),
    "unpaid": Case(S.UNPAID, an_order_to()),
    "expired": Case(
        S.EXPIRED, an_order_to(payment=PaymentState.CANCELLED, cancel_reason=CancelReason.EXPIRED)
    ),
    **{
        f"cancelled-{reason}": Case(
            S.CANCELLED, an_order_to(payment=PaymentState.CANCELLED, cancel_reason=reason)
        )
        for reason in CancelReason
        if reason is not CancelReason.EXPIRED
    },
    "needs-review": Case(S.NEEDS_REVIEW, an_order_to(review_reason="amount")),
    "paid": Case(S.PAID, a_paid_order(), Progress(every("in_stock"))),
    "paid-collect": Case(S.PAID, a_paid_order(False), Progress(every("in_stock"))),
    "paid-before-copies-were-kept": Case(S.PAID, a_paid_order()),
    "paid-before-packing-was-kept": Case(S.PAID, a_paid_order(), Progress(every("packed"))),
    "paid-and-asked": Case(S.PAID, a_paid_order(), Progress(every("in_stock"), asked_at=NOW - DAY)),
    "paid-partly-refunded": Case(S.PAID, a_paid_order(), Progress(every("in_stock")), [a_refund(400)]),
    "partly-cancelled": Case(
        S.PARTLY_CANCELLED,
        a_paid_order(),
        Progress(lines({"in_stock": 1}, {"cancelled": 2}), cancelled=ShopMessage(NOW - DAY, SORRY)),
        [a_refund(2980)],
    ),
    "paid-refund-failed": Case(
        S.PAID, a_paid_order(), Progress(every("in_stock")), [a_refund(400, "failed")]
    ),
    "awaiting": Case(
        S.AWAITING,
        a_paid_order(lines=TO_COME),
        Progress(lines({"in_stock": 1}, {"to_order": 2, "expected_at": SOON})),
    ),
    "awaiting-overdue": Case(
        S.AWAITING,
        a_paid_order(False, lines=TO_COME),
        Progress(lines({"in_stock": 1}, {"to_order": 2, "expected_at": NOW - DAY})),
    ),
    "delayed": Case(
        S.DELAYED,
        a_paid_order(lines=TO_COME),
        Progress(
            lines({"in_stock": 1}, {"to_order": 2, "expected_at": LATE}),
            delayed=ShopMessage(NOW - DAY, "The printer is waiting for paper. We asked for yours first."),
        ),
    ),
    "packed": Case(S.PACKED, a_paid_order(), Progress(every("packed"), packed_at=PACKED)),
    "packed-collect": Case(S.PACKED, a_paid_order(False), Progress(every("packed"), packed_at=PACKED)),
    "partly-shipped": Case(
        S.PARTLY_SHIPPED,
        a_paid_order(lines=TO_COME),
        Progress(lines({"shipped": 1}, {"to_order": 2, "expected_at": SOON}), (a_parcel(1, FIRST),), PACKED),
    ),
    "shipped": Case(S.SHIPPED, a_paid_order(), SHIPPED),
    "shipped-twice": Case(
        S.SHIPPED,
        a_paid_order(),
        Progress(
            every("shipped"),
            (
                a_parcel(1, FIRST, 3 * DAY, carrier="", tracking=""),
                a_parcel(2, {LINES[1].isbn: 2}, carrier="SingPost", tracking="RX 4819 2207 7SG"),
            ),
            PACKED,
        ),
    ),
    "sent": Case(S.SENT, a_paid_order(), Progress(every("shipped"), (a_parcel(1, ALL, 31 * DAY),), PACKED)),
    "ready": Case(S.READY, a_paid_order(False), READY),
    "partly-ready": Case(
        S.READY,
        a_paid_order(False, lines=TO_COME),
        Progress(lines({"ready": 1}, {"to_order": 2, "expected_at": SOON}), (), PACKED, NOW - DAY),
    ),
    "collected": Case(S.COLLECTED, a_paid_order(False), COLLECTED),
    "returned": Case(S.RETURNED, a_paid_order(), Progress(every("returned"), (a_parcel(1, ALL),), PACKED)),
    "partly-refunded": Case(
        S.PARTLY_REFUNDED,
        a_paid_order(False),
        Progress(lines({"collected": 1}, {"returned": 2}), (), PACKED, NOW - 4 * DAY, NOW - 3 * DAY),
        [a_refund(2980)],
    ),
    "refunded": Case(
        S.REFUNDED,
        a_paid_order(),
        Progress(every("returned"), (a_parcel(1, ALL, 3 * DAY),), PACKED),
        [a_refund(5680)],
    ),
    "refund-pending": Case(
        S.REFUNDED, a_paid_order(), Progress(every("in_stock")), [a_refund(5680, "pending")]
    ),
    "cancelled-by-us": Case(
        S.CANCELLED_BY_US,
        a_paid_order(),
        Progress(every("cancelled"), cancelled=ShopMessage(NOW - DAY, SORRY)),
        [a_refund(5680)],
    ),
    "cancelled-by-refunds": Case(
        S.CANCELLED_BY_US, a_paid_order(), Progress(every("cancelled")), [a_refund(5280, "failed")]
    ),
    "cancelled-as-asked": Case(
        S.CANCELLED_AS_ASKED,
        a_paid_order(),
        Progress(every("cancelled"), cancelled=ShopMessage(NOW - DAY), is_as_asked=True),
        [a_refund(5680, "pending")],
    ),
    "disputed": Case(S.DISPUTED, a_paid_order(dispute="needs_response"), Progress(every("in_stock"))),
    "dispute-lost": Case(S.DISPUTE_LOST, a_paid_order(dispute="lost"), SHIPPED),
}


def state_of(case: Case) -> ReceiptState:
    """Return the state that the receipt shows."""
    return receipt_state(case.order, case.progress, case.refunds, now=NOW, is_fresh=True)


async def render(shop: Shop, case: Case, *, delay: float | None = None, **headers: str) -> str:
    """Return the page of a receipt, or the fragment that htmx asks for."""
    async with shop.test_request_context(f"/orders/{case.order.token}", headers=headers):
        shown = show_order(case.order, case.state, OrderHistory(case.progress, case.refunds), NOW)
        until: Any = {
            "reserved_until": NOW + DAY,
            "reservation_ended": NOW - DAY,
            "recommended": case.recommended,
            "may_withdraw": RIGHT.is_offered(case.order, case.progress, NOW),
        }
        return await text_of(page("orders/receipt.html", "status", polls=0, delay=delay, **until, **shown))
