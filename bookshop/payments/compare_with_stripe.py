"""Compare all orders with Stripe's lists, a batch at a time."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from sqlalchemy import BindParameter, Connection, bindparam, func, or_, select, union

from bookshop.database import AnyRow
from bookshop.money import Money
from bookshop.orders.audit.stripe_rules import (
    StoredPayment,
    compare_payments,
    find_lost_orders,
)
from bookshop.orders.audit.violation import Violation
from bookshop.orders.identity import find_shop_id
from bookshop.orders.order import PaymentState
from bookshop.orders.payment_update import PAID_STATUSES
from bookshop.payments.charge_history import ChargeHistory
from bookshop.payments.compare_histories import PaidCharge, compare_histories
from bookshop.payments.gateway import Gateway
from bookshop.payments.stripe_lists import BATCH, StripeLists
from bookshop.schema import lost_orders, orders, refunds

OnProgress = Callable[[int], object]
FIND_OLDEST = select(func.min(orders.c.placed_at))


def find_oldest(db: Connection) -> datetime | None:
    """Return when the oldest order was placed; None if there is no order."""
    oldest: datetime | None = db.execute(FIND_OLDEST).scalar()
    return oldest


async def read_lists(gateway: Gateway, since: datetime, lists: StripeLists, on_read: OnProgress) -> None:
    """Read what the orders are compared with; `on_read` gets how many objects came."""
    async for payment in gateway.list_payments(since):
        if payment.status in PAID_STATUSES:
            lists.add_payment(payment)
        on_read(1)
    async for change in gateway.list_charge_changes(since):
        lists.add_change(change)
        on_read(1)


# what was paid while Stripe's lists were read may be on them or not
LIST_STORED = (
    select(
        orders.c.id,
        orders.c.payment,
        orders.c.total_minor,
        orders.c.currency,
        orders.c.charge_id,
        orders.c.dispute,
        orders.c.fraud_warning,
    )
    .where(or_(orders.c.paid_at.is_(None), orders.c.paid_at < bindparam("read_at")))
    .order_by(orders.c.id)
)


def find_differences(
    db: Connection, lists: StripeLists, read_at: datetime, on_compared: OnProgress
) -> Iterator[Violation]:
    """Yield where the orders and Stripe's lists, read since `read_at`, differ; both ways."""
    for batch in db.execute(LIST_STORED, {"read_at": read_at}).partitions(BATCH):
        yield from compare_batch(db, lists, batch)
        on_compared(len(batch))
    shop_id = find_shop_id(db)
    for payments in lists.list_payments(shop_id):
        known = find_known(db, [payment.order_id for payment in payments])
        yield from find_lost_orders(known, payments, shop_id)


def compare_batch(db: Connection, lists: StripeLists, batch: Sequence[AnyRow]) -> Iterator[Violation]:
    stored = [
        StoredPayment(row.id, Money(row.total_minor, row.currency), PaymentState(row.payment))
        for row in batch
    ]
    yield from compare_payments(stored, lists.find_payments([one.order_id for one in stored]))
    charges = list_charges(db, [row for row in batch if row.payment == PaymentState.PAID])
    yield from compare_histories(charges, lists.find_histories([one.charge_id for one in charges]))


LIST_REFUNDS = select(
    refunds.c.order_id, refunds.c.stripe_refund_id, refunds.c.amount_minor, orders.c.currency
).where(
    refunds.c.order_id == orders.c.id,
    refunds.c.order_id.in_(bindparam("order_ids", expanding=True)),
    refunds.c.stripe_refund_id != "",
    refunds.c.status != "failed",
)


def list_charges(db: Connection, paid: Sequence[AnyRow]) -> list[PaidCharge]:
    """Return what the shop knows of the charges of paid orders."""
    made: defaultdict[str, dict[str, Money]] = defaultdict(dict)
    for row in db.execute(LIST_REFUNDS, {"order_ids": [row.id for row in paid]}):
        made[row.order_id][row.stripe_refund_id] = Money(row.amount_minor, row.currency)
    return [
        PaidCharge(row.id, row.charge_id, ChargeHistory(made.get(row.id, {}), row.dispute, row.fraud_warning))
        for row in paid
    ]


_ORDER_IDS: BindParameter[str] = bindparam("order_ids", expanding=True)
# what is to be done about a lost order is a rule of its own
FIND_KNOWN = union(
    select(orders.c.id).where(orders.c.id.in_(_ORDER_IDS)),
    select(lost_orders.c.order_id).where(lost_orders.c.order_id.in_(_ORDER_IDS)),
)


def find_known(db: Connection, order_ids: Sequence[str]) -> set[str]:
    """Return the ids of orders that the database has, or knows to be lost."""
    return set(db.execute(FIND_KNOWN, {"order_ids": order_ids}).scalars())
