"""One order of every kind that an office meets, written by the shop's own functions."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Connection, update

from bookshop.catalogue.book import Book
from bookshop.checkout.place_order import reserve_and_add
from bookshop.fulfilment.add_note import add_note
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline import Action
from bookshop.fulfilment.timeline_store import add_entry, find_version
from bookshop.orders.order import Charge, Delivery, Order, OrderLine
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.cancel_by_shop import cancel_paid
from bookshop.payments.cancel_rules import Cancellation
from bookshop.payments.event_store import add_event
from bookshop.payments.gateway import Event
from bookshop.payments.refund import RefundStatus, RefundUpdate
from bookshop.payments.refund_order import begin_refund
from bookshop.payments.refund_rules import RefundRequest
from bookshop.payments.send_refund import apply_refund_updates
from bookshop.schema import mails, orders
from bookshop.shopper_requests.ask_for_change import ask_for_change
from bookshop.shopper_requests.request import RequestKind, ShopperRequest
from bookshop.shopper_requests.store import add_request, list_requests
from bookshop.trade.availability import AvailabilityKind
from tests.builders import AN_ADDRESS, an_order, payment_update, sgd

NOW = datetime.now(UTC)
PREORDER_DAYS = 60
DELIVERY_FEE = 500
NAME, EMAIL = "Adaquill Bexmoor", "adaquill.bexmoor@example.com"
ACTOR: dict[str, Any] = {"actor": "Mei", "now": NOW}


@dataclass(frozen=True, slots=True)
class History:
    """Writes what happens to one order."""

    db: Connection
    order: Order

    def pay(self, **changed: object) -> None:
        charge = Charge(f"ch_{self.order.id}", "card", "visa", "4242")
        self.report("succeeded", **{"charge": charge, **changed})

    def report(self, status: str, **changed: object) -> None:
        """Write what Stripe reports of the payment, and the event that led to it."""
        order = self.order
        apply_payment_update(self.db, order.id, payment_update(order, status, **changed))
        kind = f"payment_intent.{status}"
        event = Event(f"evt_{order.id}", kind, order.attempt.intent_id, order.id, is_live=False)
        add_event(self.db, event, order.id, NOW, is_handled=True)

    def act(self, action: Callable[..., object], *values: object, **named: object) -> None:
        """Carry out an action of staff."""
        version = find_version(self.db, self.order.id)
        action(self.db, self.order.id, version, *values, **named, **ACTOR)

    def ship(self, copies: Mapping[str, int] | None = None) -> None:
        self.act(pack, copies)
        self.act(ship, copies, carrier="SingPost", tracking=f"RR{self.order.id}")

    def hand_over(self) -> None:
        self.act(make_ready)
        self.act(collect)

    def refund(self, minor: int, status: RefundStatus = RefundStatus.SUCCEEDED) -> None:
        self.act(begin_refund, RefundRequest(amount=sgd(minor), reason="requested_by_customer"))
        self.report_refund(f"{self.order.id}-1", minor, status)

    def report_refund(self, key: str, minor: int, status: RefundStatus = RefundStatus.SUCCEEDED) -> None:
        """Write what Stripe reports of a refund; without a key it was made in the dashboard."""
        failure = "expired_or_canceled_card" if status is RefundStatus.FAILED else ""
        found = RefundUpdate(f"re_{self.order.id}", status, sgd(minor), key, NOW, failure=failure)
        apply_refund_updates(self.db, self.order.id, [found])

    def cancel(self) -> None:
        self.act(cancel_paid, Cancellation())
        self.report_refund(f"{self.order.id}-1", self.order.total.minor)

    def set(self, **changed: str) -> None:
        self.db.execute(update(orders).where(orders.c.id == self.order.id).values(changed))

    def ask(self) -> None:
        ask_for_change(self.db, self.order.id, "Please send it to my neighbour instead.", NOW)

    def withdraw(self) -> None:
        order = self.order
        request = ShopperRequest(
            order.id, RequestKind.WITHDRAWAL, order.id, order.id, "", order.name, order.email, "", NOW
        )
        add_request(self.db, request)
        version = find_version(self.db, order.id)
        add_entry(self.db, order.id, version, Action.WITHDRAW, "shopper", NOW, {"request": request.id})

    def lose_mail(self) -> None:
        self.db.execute(
            mails.update()
            .where(mails.c.order_id == self.order.id)
            .values(state="failed", due_at=None, error="550 No such user", tries=1)
        )


class Kind(NamedTuple):
    """A kind of order: its share of old orders, and how many of a million wait."""

    name: str
    write: Callable[[History], object]
    lines: Sequence[str] = ("shelf",)
    delivery: Delivery = Delivery.DELIVER
    weight: int = 0
    waiting: int = 0


def paid_then(*steps: Callable[[History], object]) -> Callable[[History], None]:
    """Return how an order is paid, and these steps are taken."""

    def write(history: History) -> None:
        history.pay()
        for step in steps:
            step(history)

    return write


def ship_in_two(history: History) -> None:
    first, *others = history.order.lines
    history.ship({first.isbn: 1})
    history.ship({line.isbn: line.quantity for line in others})


COLLECT, SHELF = Delivery.COLLECT, "shelf"
KINDS = (
    Kind("shipped", paid_then(History.ship), weight=42),
    Kind("shipped, two books", paid_then(History.ship), (SHELF, SHELF), weight=20),
    Kind("shipped in two parcels", paid_then(ship_in_two), (SHELF, SHELF, SHELF), weight=4),
    Kind("collected", paid_then(History.hand_over), delivery=COLLECT, weight=18),
    Kind("never paid", lambda h: h.report("canceled"), weight=8),
    Kind("refunded in part", paid_then(History.ship, lambda h: h.refund(500)), (SHELF, SHELF), weight=4),
    Kind("cancelled", paid_then(History.cancel), weight=3),
    Kind("dispute won", paid_then(History.ship, lambda h: h.set(dispute="won")), weight=1),
    Kind("to pack", paid_then(), waiting=2500),
    Kind("to pack, two books", paid_then(), (SHELF, SHELF), waiting=1000),
    Kind("to pack, to be collected", paid_then(), delivery=COLLECT, waiting=1000),
    Kind("to pack, with a note", paid_then(lambda h: h.act(add_note, "Gift: no prices.")), waiting=200),
    Kind("to order", paid_then(), ("order",), waiting=2000),
    Kind("to order in part", paid_then(), (SHELF, "order"), waiting=1000),
    Kind("pre-ordered", paid_then(), ("preorder",), waiting=1500),
    Kind("pre-ordered, on our shelf", paid_then(), ("early",), waiting=500),
    Kind("packed", paid_then(lambda h: h.act(pack)), (SHELF, SHELF), waiting=1500),
    Kind("packed, to be collected", paid_then(lambda h: h.act(pack)), delivery=COLLECT, waiting=500),
    Kind("ready", paid_then(lambda h: h.act(make_ready)), delivery=COLLECT, waiting=2500),
    Kind("amount differs", lambda h: h.pay(received=sgd(1)), waiting=200),
    Kind("disputed", paid_then(History.ship, lambda h: h.set(dispute="needs_response")), waiting=200),
    Kind("warned of", paid_then(lambda h: h.set(fraud_warning="made_with_stolen_card")), waiting=200),
    Kind("asked about", paid_then(History.ask), waiting=500),
    Kind("withdrawn from", paid_then(History.ship, History.withdraw), waiting=300),
    Kind("mail failed", paid_then(History.ship, History.lose_mail), waiting=200),
    Kind(
        "refund failed",
        paid_then(History.ship, lambda h: h.refund(500, RefundStatus.FAILED)),
        waiting=100,
    ),
    Kind(
        "refunded at Stripe",
        paid_then(lambda h: h.act(pack), lambda h: h.report_refund("", h.order.total.minor)),
        waiting=100,
    ),
    Kind("waits for its payment", lambda h: None, waiting=500),
)


def write_kinds(db: Connection, books: Sequence[Book], first: int = 0) -> Iterator[Order]:
    """Store one order of every kind, with as many of these books as it has lines."""
    for number, kind in enumerate(KINDS, first):
        lines = tuple(map(make_line, books, kind.lines))
        order = make_order(number, lines, kind.delivery)
        reserve_and_add(db, order)
        kind.write(History(db, order))
        yield order


def make_order(number: int, lines: tuple[OrderLine, ...], delivery: Delivery) -> Order:
    order_id = f"kind{number:028d}"
    is_delivered = delivery is Delivery.DELIVER
    fee = sgd(DELIVERY_FEE * is_delivered)
    return an_order(
        id=order_id,
        token=f"token{number:017d}",
        placed_at=NOW,
        name=NAME,
        email=EMAIL,
        lines=lines,
        delivery=delivery,
        address=AN_ADDRESS if is_delivered else None,
        delivery_fee=fee,
        total=sgd(sum(line.amount.minor for line in lines) + fee.minor),
        intent_id=f"pi_{order_id}",
        network_hash=order_id,
    )


def make_line(book: Book, kind: str) -> OrderLine:
    """Make a line of a book that is on the shelf, ordered in, or published later."""
    on_sale = NOW + timedelta(days=PREORDER_DAYS) if kind in ("preorder", "early") else None
    return OrderLine(
        book.isbn,
        book.title,
        book.byline,
        1,
        book.price,
        kind=AvailabilityKind(kind.replace("early", "preorder")),
        to_order=int(kind in ("order", "preorder")),
        days=5 if kind == "order" else None,
        not_before=on_sale,
    )


def find_request_id(db: Connection, order_id: str) -> str:
    """Return the id of what a shopper asked about an order; empty if nothing."""
    return next((request.id for request in list_requests(db, order_id)), "")
