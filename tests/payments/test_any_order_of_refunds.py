"""Whatever is refunded, cancelled and sent, money and copies add up."""

import asyncio
import random
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from bookshop.database import Database, open_database
from bookshop.fulfilment.arrive import arrive
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.copies import CopyState, count_copies
from bookshop.fulfilment.copy_store import list_copies
from bookshop.fulfilment.make_ready import make_ready
from bookshop.fulfilment.pack import pack
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.ship import ship
from bookshop.fulfilment.timeline import OrderChanged
from bookshop.fulfilment.timeline_store import find_version
from bookshop.fulfilment.undo import undo
from bookshop.money import Money
from bookshop.orders.order import Delivery, Order
from bookshop.orders.refund import sum_refunds
from bookshop.orders.store import lock_order
from bookshop.payments.cancel_by_shop import cancel_paid
from bookshop.payments.cancel_rules import Cancellation
from bookshop.payments.refund import Refund, RefundStatus, RefundUpdate
from bookshop.payments.refund_order import begin_refund
from bookshop.payments.refund_rules import RefundRequest
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.send_refund import apply_refund_updates, apply_refusal
from bookshop.schema import mails
from tests.builders import a_book, sgd
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, check_audit, store_books, store_paid

keys = count(1)
IN_SHOP = {"pack": pack, "ship": ship, "make_ready": make_ready, "collect": collect, "undo": undo}
MONEY = ("refund", "refund", "cancel", "send", "lose the response", "list", "finish", "fail", "dashboard")
STEPS = (*IN_SHOP, "arrive", *MONEY)
RESTOCK = (None, None, True, False)


@dataclass(frozen=True)
class Step:
    """What happens.

    `choice` picks the order, its book and a refund, `quantity` copies or an amount.
    """

    name: str
    choice: int
    quantity: int | None
    restock: bool | None


STEP = st.builds(
    Step,
    st.sampled_from(STEPS),
    st.integers(0, 11),
    st.none() | st.integers(1, 3),
    st.sampled_from(RESTOCK),
)


class Stripe:
    """What Stripe has refunded: no more than was paid, and once for each key."""

    def __init__(self) -> None:
        self.made: dict[str, dict[str, RefundUpdate]] = {}

    def list_refunds(self, order: Order) -> list[RefundUpdate]:
        return list(self.made.get(order.id, {}).values())

    def left(self, order: Order) -> int:
        gone = [each.amount for each in self.list_refunds(order) if each.status is not RefundStatus.FAILED]
        return order.total.minor - sum(amount.minor for amount in gone)

    def refund(self, order: Order, amount: Money, key: str = "") -> RefundUpdate | None:
        """Make a refund; None where it is refused."""
        refunds = self.made.setdefault(order.id, {})
        found = next((each for each in refunds.values() if key and each.key == key), None)
        if found or amount.minor > self.left(order):
            return found
        made = RefundUpdate(f"re_{next(keys)}", RefundStatus.PENDING, amount, key, NOW)
        refunds[made.stripe_refund_id] = made
        return made

    def end(self, order: Order, choice: int, status: RefundStatus) -> None:
        """Let a refund succeed or fail, unless it has failed already."""
        refunds = self.list_refunds(order)
        if refunds and (found := refunds[choice % len(refunds)]).status is not RefundStatus.FAILED:
            self.made[order.id][found.stripe_refund_id] = replace(found, status=status)


class Books:
    """Paid orders for some books: one is delivered, one collected."""

    def __init__(self) -> None:
        self.books = many, none = a_book(stock=9, price=1200), a_book(stock=0, price=700)
        fee, lines = sgd(500), (a_line(many, 3), a_line(none, 2, to_order=2))
        delivered = an_order_of(*lines)
        total = Money(delivered.total.minor + fee.minor, "SGD")
        self.orders = (
            replace(delivered, delivery_fee=fee, total=total),
            an_order_of(a_line(many, 2, to_order=1), a_line(none, to_order=1), delivery=Delivery.COLLECT),
        )
        self.stripe = Stripe()

    def store(self, db: Connection) -> None:
        store_books(db, *self.books)
        store_paid(db, *self.orders)

    def find_order(self, step: Step) -> Order:
        return self.orders[step.choice % 2]

    def take(self, db: Connection, step: Step, version: int, actor: str = "anna") -> None:
        """Take a step, or be refused."""
        order, isbn = self.find_order(step), self.books[step.choice // 2 % 2].isbn
        copies = None if step.choice % 3 else {isbn: step.quantity}
        match step.name:
            case "arrive":
                arrive(db, {isbn: step.quantity or 1}, key=f"a{next(keys)}", actor=actor, now=NOW)
            case "refund":
                request, before = self.request(step, isbn), sum_stored(db, order)
                begin_refund(db, order.id, version, request, actor=actor, now=NOW)
                assert sum_stored(db, order) <= max(before, order.total.minor)
            case "cancel":
                self.cancel(db, order, version, Cancellation(copies, "", bool(step.restock)))
            case "undo":
                undo(db, order.id, version, despite_mail=True, actor=actor, now=NOW)
            case name if name in IN_SHOP:
                IN_SHOP[name](db, order.id, version, copies, actor=actor, now=NOW)  # type: ignore[operator]  # undo is above
            case _:
                self.ask_stripe(db, order, step)

    def request(self, step: Step, isbn: str) -> RefundRequest:
        if step.choice % 3 == 0:
            return RefundRequest(restock=step.restock)
        if step.choice % 3 == 1:
            return RefundRequest(amount=sgd((step.quantity or 5) * 100))
        return RefundRequest(lines=((isbn, step.quantity),), restock=step.restock)

    def cancel(self, db: Connection, order: Order, version: int, cancellation: Cancellation) -> None:
        """Cancel copies; when none is left, all money is on its way back."""
        before = sum_stored(db, order)
        cancel_paid(db, order.id, version, cancellation, actor="anna", now=NOW)
        after, copies = sum_stored(db, order), list_copies(db, order.id)
        assert after <= max(before, order.total.minor)
        if count_copies(copies, CopyState.CANCELLED) == order.count:
            assert after >= order.total.minor

    def ask_stripe(self, db: Connection, order: Order, step: Step) -> None:
        match step.name:
            case "send" | "lose the response":
                for refund in list_refunds(db, order.id):
                    if refund.status is RefundStatus.REQUESTED:
                        self.send(db, order, refund, is_answered=step.name == "send")
            case "list":
                apply_refund_updates(db, order.id, self.stripe.list_refunds(order))
            case "finish":
                self.stripe.end(order, step.choice, RefundStatus.SUCCEEDED)
            case "fail":
                self.stripe.end(order, step.choice, RefundStatus.FAILED)
            case "dashboard" if amount := min(self.stripe.left(order), (step.quantity or 9) * 100):
                self.stripe.refund(order, sgd(amount))

    def send(self, db: Connection, order: Order, refund: Refund, *, is_answered: bool) -> None:
        made = self.stripe.refund(order, refund.amount, refund.id)
        if made and is_answered:
            apply_refund_updates(db, order.id, [made])
        elif is_answered:
            apply_refusal(db, refund, "charge_already_refunded")

    def check(self, db: Connection) -> None:
        """Check that the shop and Stripe agree, and that every rule is kept."""
        for order in self.orders:
            for name in ("list", "send", "list"):
                self.ask_stripe(db, order, Step(name, 0, None, None))
            stored = list_refunds(db, order.id)
            made = {each.stripe_refund_id: each for each in stored if each.stripe_refund_id}
            listed = {each.stripe_refund_id: each for each in self.stripe.list_refunds(order)}
            assert {key: (each.amount, each.status) for key, each in made.items()} == {
                key: (each.amount, each.status) for key, each in listed.items()
            }
            assert self.stripe.left(order) >= 0
            check_mails(db, order, stored)
        check_audit(db)


def sum_stored(db: Connection, order: Order) -> int:
    """Return how much has gone back or is on its way, as far as the shop knows, and stays so."""
    lock_order(db, order.id)
    return sum_refunds(list_refunds(db, order.id), order.total.currency).minor


def check_mails(db: Connection, order: Order, refunds: list[Refund]) -> None:
    """Check who was told: the shopper of refunds that were made, the shop of those that failed."""
    rows = db.execute(select(mails.c.kind, mails.c.occurrence).where(mails.c.order_id == order.id)).all()
    told = {row.occurrence for row in rows if row.kind == "refunded"}
    known = {each.id for each in refunds if each.stripe_refund_id}
    assert told <= known
    assert told >= {each.id for each in refunds if each.status is not RefundStatus.FAILED}
    failed = {f"refund-{each.id}" for each in refunds if each.status is RefundStatus.FAILED}
    assert failed <= {row.occurrence for row in rows if row.kind == "needs_review"}


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, min_size=3, max_size=25))
async def test_money_and_copies_add_up_in_any_sequence(sqlite_url: str, steps: list[Step]) -> None:
    def run(db: Connection) -> None:
        shop = Books()
        shop.store(db)
        for step in steps:
            version = find_version(db, shop.find_order(step).id)
            with suppress(NotAllowed, OrderChanged), db.begin_nested():
                shop.take(db, step, version)
            check_audit(db)
        shop.check(db)

    database = open_database(sqlite_url)
    await database.write(run)
    await database.close()


async def work(database: Database, shop: Books, actor: str, chance: random.Random) -> None:
    """Take many steps, each with an order as it was a moment ago."""
    for _ in range(40):
        name, quantity = chance.choice(STEPS), chance.choice([None, 1, 2])
        step = Step(name, chance.randrange(12), quantity, chance.choice(RESTOCK))
        version = await database.read(find_version, shop.find_order(step).id)
        with suppress(NotAllowed, OrderChanged):
            await database.write(shop.take, step, version, actor)


@pytest.mark.parametrize("seed", range(3))
async def test_money_and_copies_add_up_with_two_people_at_once(database: Database, seed: int) -> None:
    shop = Books()
    await database.write(shop.store)
    people = (("anna", random.Random(seed)), ("ben", random.Random(seed + 9)))
    await asyncio.gather(*(work(database, shop, *person) for person in people))
    await database.write(shop.check)
