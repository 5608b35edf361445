"""An order as columns of its tables, and back."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bookshop.addresses.address import Address
from bookshop.database import AnyRow
from bookshop.money import Money
from bookshop.orders.order import NEVER, CancelReason, Charge, Delivery, Order, OrderLine, PaymentState
from bookshop.orders.payment_attempt import AttemptState, PaymentAttempt, PaymentMethod
from bookshop.trade.availability import AvailabilityKind


def order_values(order: Order) -> dict[str, Any]:
    """Return the columns of an order."""
    return {
        "id": order.id,
        "token": order.token,
        "number": None,
        "placed_at": order.placed_at,
        "email": order.email,
        "basket_id": order.basket_id,
        "delivery": order.delivery,
        **recipient_values(order),
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


def recipient_values(order: Order) -> dict[str, str]:
    """Return the columns of the name and the address; without an address they are empty."""
    return {"name": order.name, **asdict(order.address or Address("", "", "", ""))}


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


def line_values(order_id: str, position: int, line: OrderLine) -> dict[str, Any]:
    """Return the columns of an order's line."""
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


def to_order(row: AnyRow, lines: Sequence[AnyRow]) -> Order:
    """Return the order of this row, its attempt's columns and these lines."""
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
        dispute_due_at=row.dispute_due_at,
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
