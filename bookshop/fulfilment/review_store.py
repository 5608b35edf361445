"""Storing which refunds a person has yet to look at: failed ones, and those made at Stripe."""

from sqlalchemy import Connection, bindparam

from bookshop.schema import refunds

CLOSE_REVIEWS = (
    refunds.update()
    .where(refunds.c.order_id == bindparam("of_order"), refunds.c.needs_review)
    .values(needs_review=False)
)


def close_refund_reviews(db: Connection, order_id: str) -> None:
    """Store that staff have decided what becomes of an order's refunds and their copies.

    A note, a cancellation or another refund is such a decision.
    """
    db.execute(CLOSE_REVIEWS, {"of_order": order_id})
