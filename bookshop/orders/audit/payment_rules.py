"""Payments: a paid order has its proofs, its own payment and its exact total."""

from sqlalchemy import BigInteger, Connection, cast, func, literal, or_, select

from bookshop.orders.audit.violation import Violation, list_violations
from bookshop.orders.order import PaymentState
from bookshop.schema import order_lines, orders

_PROOFS = (orders.c.number, orders.c.charge_id, orders.c.intent_id, orders.c.paid_at)
PAID_WITHOUT_PROOF = (
    select(orders.c.id, *_PROOFS)
    .where(
        orders.c.payment == PaymentState.PAID,
        or_(
            orders.c.number.is_(None),
            orders.c.charge_id == "",
            orders.c.intent_id == "",
            orders.c.paid_at.is_(None),
        ),
    )
    .order_by(orders.c.id)
)


def find_paid_without_proof(db: Connection) -> list[Violation]:
    """Find paid orders without a number, a charge, an intent or a moment of payment."""
    names = {proof.name: proof.name.removesuffix("_id").replace("_", " ") for proof in _PROOFS}
    return [
        Violation(
            "paid",
            row.id,
            ", ".join(names.values()),
            ", ".join(f"no {name}" for column, name in names.items() if not getattr(row, column)),
        )
        for row in db.execute(PAID_WITHOUT_PROOF)
    ]


SHARED_INTENTS = (
    select(orders.c.intent_id.label("subject"), literal(1).label("expected"), func.count().label("found"))
    .where(orders.c.payment == PaymentState.PAID, orders.c.intent_id != "")
    .group_by(orders.c.intent_id)
    .having(func.count() > 1)
    .order_by(orders.c.intent_id)
)


def find_shared_intents(db: Connection) -> list[Violation]:
    """Find payments that paid more than one order."""
    return list_violations(db, "intent", SHARED_INTENTS)


_SUBTOTAL = func.coalesce(func.sum(cast(order_lines.c.price_minor, BigInteger) * order_lines.c.quantity), 0)
_TOTAL = _SUBTOTAL + orders.c.delivery_fee_minor
WRONG_TOTALS = (
    select(orders.c.id.label("subject"), _TOTAL.label("expected"), orders.c.total_minor.label("found"))
    .select_from(orders.outerjoin(order_lines))
    .group_by(orders.c.id, orders.c.delivery_fee_minor, orders.c.total_minor)
    .having(orders.c.total_minor != _TOTAL)
    .order_by(orders.c.id)
)


def find_wrong_totals(db: Connection) -> list[Violation]:
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


def find_needing_review(db: Connection) -> list[Violation]:
    """Find payments that a person must check."""
    return list_violations(db, "review", NEEDING_REVIEW)
