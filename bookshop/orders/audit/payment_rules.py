"""Payments: a paid order has its proofs, its own payment and its exact total."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, Connection, and_, case, cast, false, func, literal, not_, select

from bookshop.orders.audit.violation import Violation, list_violations
from bookshop.orders.order import PaymentState
from bookshop.orders.payment_attempt import AttemptState
from bookshop.schema import order_lines, orders, payment_attempts, stripe_events

_PROOFS = {
    "number": orders.c.number.is_not(None),
    "charge": orders.c.charge_id != "",
    "payment": payment_attempts.c.intent_id + payment_attempts.c.session_id != "",
    "paid at": orders.c.paid_at.is_not(None),
}
PAID_WITHOUT_PROOF = (
    select(orders.c.id, *(func.coalesce(proof, false()).label(name) for name, proof in _PROOFS.items()))
    .outerjoin(
        payment_attempts,
        (payment_attempts.c.order_id == orders.c.id) & (payment_attempts.c.state == AttemptState.CURRENT),
    )
    .where(
        orders.c.payment == PaymentState.PAID,
        not_(func.coalesce(and_(*_PROOFS.values()), false())),
    )
    .order_by(orders.c.id)
)


def find_paid_without_proof(db: Connection) -> Iterator[Violation]:
    """Find paid orders without a number, a charge, a payment or a moment of payment."""
    return (
        Violation(
            "paid",
            row.id,
            ", ".join(_PROOFS),
            ", ".join(f"no {name}" for name in _PROOFS if not row._mapping[name]),
        )
        for row in db.execute(PAID_WITHOUT_PROOF)
    )


_PAYMENT_ID = case(
    (payment_attempts.c.session_id != "", payment_attempts.c.session_id), else_=payment_attempts.c.intent_id
)
SHARED_PAYMENTS = (
    select(_PAYMENT_ID.label("subject"), literal(1).label("expected"), func.count().label("found"))
    .join(orders, orders.c.id == payment_attempts.c.order_id)
    .where(
        orders.c.payment == PaymentState.PAID,
        payment_attempts.c.state == AttemptState.CURRENT,
        _PAYMENT_ID != "",
    )
    .group_by(_PAYMENT_ID)
    .having(func.count() > 1)
    .order_by(_PAYMENT_ID)
)


def find_shared_payments(db: Connection) -> Iterator[Violation]:
    """Find payments that paid more than one order."""
    return list_violations(db, "payment", SHARED_PAYMENTS)


WITHOUT_ATTEMPT = (
    select(orders.c.id.label("subject"), literal(1).label("expected"), literal(0).label("found"))
    .outerjoin(
        payment_attempts,
        (payment_attempts.c.order_id == orders.c.id) & (payment_attempts.c.state != AttemptState.CLOSED),
    )
    .where(payment_attempts.c.order_id.is_(None))
    .order_by(orders.c.id)
)


def find_without_attempt(db: Connection) -> Iterator[Violation]:
    """Find orders that have no attempt to pay which is not closed."""
    return list_violations(db, "attempt", WITHOUT_ATTEMPT)


FORGOTTEN_EVENTS = (
    select(orders.c.id.label("subject"), literal("due").label("expected"), func.count().label("found"))
    .join(stripe_events, stripe_events.c.order_id == orders.c.id)
    .where(stripe_events.c.handled_at.is_(None), orders.c.due_at.is_(None))
    .group_by(orders.c.id)
    .order_by(orders.c.id)
)


def find_forgotten_events(db: Connection) -> Iterator[Violation]:
    """Find orders that have unhandled events, and that no process will check again."""
    return list_violations(db, "events", FORGOTTEN_EVENTS)


_SUBTOTAL = func.coalesce(func.sum(cast(order_lines.c.price_minor, BigInteger) * order_lines.c.quantity), 0)
_TOTAL = _SUBTOTAL + orders.c.delivery_fee_minor
WRONG_TOTALS = (
    select(orders.c.id.label("subject"), _TOTAL.label("expected"), orders.c.total_minor.label("found"))
    .select_from(orders.outerjoin(order_lines))
    .group_by(orders.c.id, orders.c.delivery_fee_minor, orders.c.total_minor)
    .having(orders.c.total_minor != _TOTAL)
    .order_by(orders.c.id)
)


def find_wrong_totals(db: Connection) -> Iterator[Violation]:
    """Find orders whose total is not the sum of their lines and their delivery fee."""
    return list_violations(db, "total", WRONG_TOTALS)


NEEDING_REVIEW = (
    select(
        orders.c.id.label("subject"),
        literal("none").label("expected"),
        orders.c.review_reason.label("found"),
    )
    .where(orders.c.review_reason != "")
    .order_by(orders.c.id)
)


def find_needing_review(db: Connection) -> Iterator[Violation]:
    """Find payments that a person must check."""
    return list_violations(db, "review", NEEDING_REVIEW)
