"""Writing and reading orders with their lines."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from bookshop.addresses.address import Address
from bookshop.database import AnyRow
from bookshop.money import Money
from bookshop.orders.attempt_store import add_attempt
from bookshop.orders.order import (
    NEVER,
    CancelReason,
    Charge,
    Delivery,
    Order,
    OrderLine,
    PaymentState,
)
from bookshop.orders.payment_attempt import AttemptState, PaymentAttempt, PaymentMethod
from bookshop.schema import order_lines, orders, payment_attempts
from bookshop.trade.availability import AvailabilityKind

ADD_ORDER = orders.insert()
ADD_LINES = order_lines.insert()


def add_order(db: Connection, order: Order) -> None:
    """Write an order with its lines and its first attempt to pay."""
    db.execute(ADD_ORDER, _order_values(order))
    add_attempt(db, order.id, order.attempt)
    lines = [_line_values(order.id, position, line) for position, line in enumerate(order.lines)]
    db.execute(ADD_LINES, lines)


def _order_values(order: Order) -> dict[str, Any]:
    address = order.address or Address("", "", "", "")
    return {
        "id": order.id,
        "token": order.token,
        "number": None,
        "placed_at": order.placed_at,
        "email": order.email,
        "name": order.name,
        "basket_id": order.basket_id,
        "delivery": order.delivery,
        "street": address.street,
        "unit": address.unit,
        "city": address.city,
        "region": address.region,
        "postcode": address.postcode,
        "country": address.country,
        "delivery_fee_minor": order.delivery_fee.minor,
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "refreshed_at": NEVER,
        "due_at": order.due_at,
        "shopper_hash": order.shopper_hash,
        "network_hash": order.network_hash,
        "reserved_from": order.reserved_from,
        **payment_values(order),
    }


def payment_values(order: Order) -> dict[str, Any]:
    """Return the columns that an update of the payment changes."""
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
        "cancel_reason": order.cancel_reason,
        "payment_began_at": order.payment_began_at,
    }


def _line_values(order_id: str, position: int, line: OrderLine) -> dict[str, Any]:
    return {
        "order_id": order_id,
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


# one statement, so that the order and its attempt are of the same moment
ORDERS = select(orders, payment_attempts).join(
    payment_attempts,
    (payment_attempts.c.order_id == orders.c.id) & (payment_attempts.c.state != AttemptState.CLOSED),
)
FIND_BY_TOKEN = ORDERS.where(orders.c.token == bindparam("token"))


def find_order(db: Connection, token: str) -> Order | None:
    """Return the order with this token."""
    return _read_order(db, FIND_BY_TOKEN, token=token)


FIND_BY_ID = ORDERS.where(orders.c.id == bindparam("order_id"))


def find_order_by_id(db: Connection, order_id: str) -> Order | None:
    """Return the order with this id."""
    return _read_order(db, FIND_BY_ID, order_id=order_id)


# PostgreSQL would read the attempt as it was before it waited for the lock
LOCK_BY_ID = select(orders.c.id).where(orders.c.id == bindparam("order_id")).with_for_update()


def lock_order(db: Connection, order_id: str) -> Order:
    """Return the order and lock it until the transaction ends; raises LookupError."""
    db.execute(LOCK_BY_ID, {"order_id": order_id})
    order = find_order_by_id(db, order_id)
    if order is None:
        raise LookupError(order_id)
    return order


FIND_LINES = (
    select(order_lines)
    .where(order_lines.c.order_id == bindparam("order_id"))
    .order_by(order_lines.c.position)
)


def _read_order(db: Connection, statement: Any, **values: str) -> Order | None:
    row = db.execute(statement, values).first()
    if row is None:
        return None
    return _order(row, db.execute(FIND_LINES, {"order_id": row.id}).all())


def _order(row: AnyRow, lines: Sequence[AnyRow]) -> Order:
    return Order(
        id=row.id,
        token=row.token,
        number=row.number,
        placed_at=row.placed_at,
        email=row.email,
        name=row.name,
        basket_id=row.basket_id,
        delivery=Delivery(row.delivery),
        address=_address(row) if row.country else None,
        lines=tuple(_line(line, row.currency) for line in lines),
        delivery_fee=Money(row.delivery_fee_minor, row.currency),
        total=Money(row.total_minor, row.currency),
        payment=PaymentState(row.payment),
        attempt=_attempt(row),
        intent_status=row.intent_status,
        failure=row.failure,
        review_reason=row.review_reason,
        charge=_charge(row),
        paid_at=row.paid_at,
        refreshed_at=row.refreshed_at,
        due_at=row.due_at,
        failed_attempts=row.failed_attempts,
        dispute=row.dispute,
        fraud_warning=row.fraud_warning,
        cancel_reason=CancelReason(row.cancel_reason),
        shopper_hash=row.shopper_hash,
        network_hash=row.network_hash,
        reserved_from=row.reserved_from,
        payment_began_at=row.payment_began_at,
    )


def _address(row: AnyRow) -> Address:
    return Address(row.street, row.city, row.postcode, row.country, row.unit, row.region)


def _attempt(row: AnyRow) -> PaymentAttempt:
    return PaymentAttempt(
        row.version,
        PaymentMethod(row.method),
        AttemptState(row.state),
        row.intent_id,
        row.session_id,
        row.expires_at,
        row.secret_hash,
    )


def _line(row: AnyRow, currency: str) -> OrderLine:
    return OrderLine(
        row.isbn,
        row.title,
        row.byline,
        row.quantity,
        Money(row.price_minor, currency),
        AvailabilityKind(row.kind),
        row.to_order,
        row.days,
        row.not_before,
    )


def _charge(row: AnyRow) -> Charge | None:
    if not row.charge_id:
        return None
    return Charge(row.charge_id, row.charge_method, row.charge_brand, row.charge_last4)
