"""The orders' statements."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Integer, Row, and_, bindparam, func, or_, select

from bookshop.money import Money
from bookshop.orders.order import NEVER, Address, Charge, Delivery, Order, OrderLine, Payment
from bookshop.schema import counters, order_lines, orders, refunds
from bookshop.trade.availability import Kind

AnyRow: TypeAlias = Row[*tuple[Any, ...]]

ADD_ORDER = orders.insert()
ADD_LINES = order_lines.insert()
FIND_BY_ID = select(orders).where(orders.c.id == bindparam("wanted"))
FIND_BY_TOKEN = select(orders).where(orders.c.token == bindparam("wanted"))
FIND_BY_INTENT = select(orders).where(orders.c.intent_id == bindparam("wanted"))
LOCK_BY_ID = FIND_BY_ID.with_for_update()
FIND_LINES = (
    select(order_lines).where(order_lines.c.order_id == bindparam("wanted")).order_by(order_lines.c.position)
)
# whoever moves `refreshed_at` forward may ask; everyone else reads what that one finds
CLAIM_QUESTION = (
    orders.update()
    .where(orders.c.id == bindparam("wanted"), orders.c.refreshed_at <= bindparam("before"))
    .values(refreshed_at=bindparam("now"))
)
SET_INTENT = (
    orders.update()
    .where(
        orders.c.id == bindparam("wanted"),
        orders.c.intent_version == bindparam("version"),
        orders.c.payment == "open",
        orders.c.superseded_intent_id == "",
        # one open way to pay at a time: the first that is stored holds
        orders.c.intent_id.in_(["", bindparam("intent")]),
    )
    .values(intent_id=bindparam("intent"), intent_status=bindparam("status"))
)
BUMP_INTENT = (
    orders.update()
    .where(
        orders.c.id == bindparam("wanted"),
        orders.c.intent_version == bindparam("version"),
        orders.c.intent_id == bindparam("intent"),
    )
    .values(intent_id="", intent_status="", failure="", intent_version=bindparam("version") + 1)
)
SET_PAYMENT = orders.update().where(orders.c.id == bindparam("wanted"))
# the way to pay is put aside before it is closed, so that nothing is opened beside it if we die in between
BEGIN_CLOSING = (
    orders.update()
    .where(
        orders.c.id == bindparam("wanted"),
        orders.c.payment == "open",
        orders.c.intent_id == bindparam("intent"),
        orders.c.superseded_intent_id == "",
    )
    .values(
        superseded_intent_id=orders.c.intent_id,
        intent_id="",
        intent_status="",
        failure="",
        intent_version=orders.c.intent_version + 1,
    )
)
END_CLOSING = (
    orders.update()
    .where(orders.c.id == bindparam("wanted"), orders.c.superseded_intent_id == bindparam("closing"))
    .values(superseded_intent_id="")
)
# it could not be closed, so it is the way to pay again
REOPEN = (
    orders.update()
    .where(orders.c.id == bindparam("wanted"), orders.c.superseded_intent_id == bindparam("closing"))
    .values(intent_id=orders.c.superseded_intent_id, superseded_intent_id="")
)
LIST_DUE = (
    select(orders.c.id)
    .where(orders.c.due_at <= bindparam("now"))
    .order_by(orders.c.due_at)
    .limit(bindparam("limit", type_=Integer))
)
# whoever moves `due_at` on has the order for itself for that long
CLAIM_DUE = (
    orders.update()
    .where(orders.c.id == bindparam("wanted"), orders.c.due_at <= bindparam("now"))
    .values(due_at=bindparam("until"))
)
END_CLAIM = (
    orders.update()
    .where(
        orders.c.id == bindparam("wanted"),
        or_(orders.c.due_at == bindparam("until"), orders.c.due_at.is_(None)),
    )
    .values(due_at=bindparam("when"), failed_attempts=bindparam("count"))
)
SET_DUE = (
    orders.update()
    .where(orders.c.id == bindparam("wanted"))
    .values(due_at=bindparam("when"), failed_attempts=bindparam("count"))
)
SET_FAILURE = (
    orders.update()
    .where(orders.c.id == bindparam("wanted"), orders.c.payment == "cancelled")
    .values(failure=bindparam("why"))
)
IS_ORDER = or_(
    orders.c.id == bindparam("wanted"),
    and_(orders.c.intent_id == bindparam("intent"), orders.c.intent_id != ""),
    and_(orders.c.charge_id == bindparam("charge"), orders.c.charge_id != ""),
)
MARK_DUE = orders.update().where(IS_ORDER).values(due_at=bindparam("now"), failed_attempts=0)
MARK_OPEN_DUE = MARK_DUE.where(orders.c.payment.in_(["open", "processing"]))
FIND_MARKED = select(orders.c.id).where(IS_ORDER)
SUM_REFUNDED = select(func.coalesce(func.sum(refunds.c.amount_minor), 0)).where(
    refunds.c.order_id == bindparam("wanted"), refunds.c.status.in_(["pending", "succeeded"])
)
NEXT_NUMBER = (
    counters.update()
    .where(counters.c.name == "order")
    .values(value=counters.c.value + 1)
    .returning(counters.c.value)
)


def add_order(db: Connection, order: Order) -> None:
    """Write an order with its lines."""
    address = order.address or Address("", "", "", "")
    db.execute(
        ADD_ORDER,
        {
            "id": order.id,
            "token": order.token,
            "number": None,
            "placed_at": order.placed_at,
            "email": order.email,
            "name": order.name,
            "delivery": order.delivery,
            "street": address.street,
            "city": address.city,
            "postcode": address.postcode,
            "country": address.country,
            "delivery_fee_minor": order.delivery_fee.minor,
            "total_minor": order.total.minor,
            "currency": order.total.currency,
            "intent_id": order.intent_id,
            "intent_version": order.intent_version,
            "refreshed_at": NEVER,
            **_payment_values(order),
        },
    )
    db.execute(
        ADD_LINES,
        [
            {
                "order_id": order.id,
                "position": position,
                "isbn": line.isbn,
                "title": line.title,
                "byline": line.byline,
                "quantity": line.quantity,
                "price_minor": line.price.minor,
                "kind": line.kind,
                "to_order": line.to_order,
                "days": line.days,
                "not_before": line.not_before,
            }
            for position, line in enumerate(order.lines)
        ],
    )


def find_order(db: Connection, token: str) -> Order | None:
    """The order at this public address."""
    return _find(db, FIND_BY_TOKEN, token)


def find_order_by_intent(db: Connection, intent_id: str) -> Order | None:
    """The order that this payment was asked for."""
    return _find(db, FIND_BY_INTENT, intent_id) if intent_id else None


def lock_order(db: Connection, order_id: str) -> Order:
    """The order, kept from other writers until the transaction ends; raises LookupError."""
    order = _find(db, LOCK_BY_ID, order_id)
    if order is None:
        raise LookupError(order_id)
    return order


def claim_refresh(db: Connection, order_id: str, now: datetime, pause: timedelta) -> bool:
    """Whether the caller may ask the payment provider now: one may, in each pause, whoever asks."""
    values = {"wanted": order_id, "now": now, "before": now - pause}
    return db.execute(CLAIM_QUESTION, values).rowcount == 1


def set_intent(db: Connection, order: Order, intent_id: str, status: str) -> bool:
    """Remember which intent this order is paid by; False when the order is not open any more."""
    values = {"wanted": order.id, "version": order.intent_version, "intent": intent_id, "status": status}
    return db.execute(SET_INTENT, values).rowcount == 1


def discard_intent(db: Connection, order: Order) -> None:
    """Make room for a new intent, once, where the stored one is of no more use."""
    db.execute(BUMP_INTENT, {"wanted": order.id, "version": order.intent_version, "intent": order.intent_id})


def set_payment(db: Connection, order: Order) -> None:
    """Write what became of the payment."""
    db.execute(SET_PAYMENT.values(_payment_values(order)), {"wanted": order.id})


def set_failure(db: Connection, order: Order, failure: str) -> Order:
    """Note why a cancelled order was closed; one that was paid after all stays as it is."""
    db.execute(SET_FAILURE, {"wanted": order.id, "why": failure})
    return lock_order(db, order.id)


def begin_closing(db: Connection, order: Order) -> None:
    """Put the order's way to pay aside, to be closed at the provider."""
    db.execute(BEGIN_CLOSING, {"wanted": order.id, "intent": order.intent_id})


def end_closing(db: Connection, order: Order) -> None:
    """Note that the provider has closed it."""
    db.execute(END_CLOSING, {"wanted": order.id, "closing": order.superseded_intent_id})


def reopen(db: Connection, order: Order) -> None:
    """Take back a way to pay that the provider would not close, since it was used meanwhile."""
    db.execute(REOPEN, {"wanted": order.id, "closing": order.superseded_intent_id})


def list_due(db: Connection, now: datetime, limit: int) -> Sequence[str]:
    """The orders that somebody should look at, the longest waiting first."""
    return db.execute(LIST_DUE, {"now": now, "limit": limit}).scalars().all()


def claim_due(db: Connection, order_id: str, now: datetime, until: datetime) -> Order | None:
    """The order, for the caller alone until then; None when it is not due or another process has it."""
    if db.execute(CLAIM_DUE, {"wanted": order_id, "now": now, "until": until}).rowcount == 0:
        return None
    return _find(db, FIND_BY_ID, order_id)


def end_claim(db: Connection, order_id: str, until: datetime, when: datetime | None, tries: int) -> None:
    """Say when a claimed order is to be looked at next, unless somebody has called for that meanwhile."""
    db.execute(END_CLAIM, {"wanted": order_id, "until": until, "when": when, "count": tries})


def set_due(db: Connection, order_id: str, when: datetime | None, tries: int) -> None:
    """Say when the order is to be looked at next, after so many tries in vain."""
    db.execute(SET_DUE, {"wanted": order_id, "when": when, "count": tries})


def mark_due(
    db: Connection, order_id: str, intent_id: str, charge_id: str, now: datetime, *, include_final: bool
) -> str:
    """Let an order be looked at at once; answers its id, or nothing when there is no such order."""
    values = {"wanted": order_id, "intent": intent_id, "charge": charge_id}
    db.execute(MARK_DUE if include_final else MARK_OPEN_DUE, {**values, "now": now})
    return db.execute(FIND_MARKED, values).scalar() or ""


def find_refunded(db: Connection, order: Order) -> Money:
    """How much went back or is on its way; what Stripe has not answered yet is left out."""
    return Money(int(db.execute(SUM_REFUNDED, {"wanted": order.id}).scalar_one()), order.total.currency)


def take_number(db: Connection) -> int:
    """The next number that people say; given to paid orders only, so that it has no gaps."""
    number: int = db.execute(NEXT_NUMBER).scalar_one()
    return number


def _payment_values(order: Order) -> dict[str, Any]:
    charge = order.charge or Charge("", "", "", "")
    return {
        "number": order.number,
        "payment": order.payment,
        "intent_status": order.intent_status,
        "failure": order.failure,
        "review_reason": order.review_reason,
        "charge_id": charge.id,
        "charge_method": charge.method,
        "charge_brand": charge.brand,
        "charge_last4": charge.last4,
        "paid_at": order.paid_at,
        "due_at": order.due_at,
    }


def _find(db: Connection, statement: Any, wanted: str) -> Order | None:
    row = db.execute(statement, {"wanted": wanted}).first()
    if row is None:
        return None
    return _order(row, db.execute(FIND_LINES, {"wanted": row.id}).all())


def _order(row: AnyRow, lines: Sequence[AnyRow]) -> Order:
    return Order(
        id=row.id,
        token=row.token,
        number=row.number,
        placed_at=row.placed_at,
        email=row.email,
        name=row.name,
        delivery=Delivery(row.delivery),
        address=Address(row.street, row.city, row.postcode, row.country) if row.country else None,
        lines=tuple(
            OrderLine(
                line.isbn,
                line.title,
                line.byline,
                line.quantity,
                Money(line.price_minor, row.currency),
                Kind(line.kind),
                line.to_order,
                line.days,
                line.not_before,
            )
            for line in lines
        ),
        delivery_fee=Money(row.delivery_fee_minor, row.currency),
        total=Money(row.total_minor, row.currency),
        payment=Payment(row.payment),
        intent_id=row.intent_id,
        intent_version=row.intent_version,
        intent_status=row.intent_status,
        failure=row.failure,
        review_reason=row.review_reason,
        charge=_charge(row),
        paid_at=row.paid_at,
        refreshed_at=row.refreshed_at,
        superseded_intent_id=row.superseded_intent_id,
        due_at=row.due_at,
        failed_attempts=row.failed_attempts,
        dispute=row.dispute,
        fraud_warning=row.fraud_warning,
    )


def _charge(row: AnyRow) -> Charge | None:
    if not row.charge_id:
        return None
    return Charge(row.charge_id, row.charge_method, row.charge_brand, row.charge_last4)
