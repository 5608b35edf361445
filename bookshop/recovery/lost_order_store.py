"""Storing the orders that the database does not have."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from bookshop.database import AnyRow
from bookshop.money import Money
from bookshop.recovery.lost_order import LostOrder
from bookshop.schema import identity, lost_orders

MAX_ID_CHARS = 64
FIND_LOST = select(lost_orders).where(lost_orders.c.intent_id == bindparam("intent"))


def find_lost_order(db: Connection, intent_id: str) -> LostOrder | None:
    """Return the lost order that this payment is for."""
    row = db.execute(FIND_LOST, {"intent": intent_id}).first()
    return to_lost_order(row) if row else None


LOCK_SHOP = select(identity.c.shop_id).with_for_update()


def lock_lost_orders(db: Connection) -> str:
    """Let no other transaction write lost orders until this one ends; returns the shop's id."""
    shop_id: str = db.execute(LOCK_SHOP).scalar_one()
    return shop_id


ADD_LOST = lost_orders.insert()
SET_LOST = lost_orders.update().where(lost_orders.c.intent_id == bindparam("intent"))


def add_lost_order(db: Connection, lost: LostOrder) -> None:
    """Write a lost order."""
    db.execute(ADD_LOST, to_values(lost))


def set_lost_order(db: Connection, lost: LostOrder) -> None:
    """Write the state of a lost order."""
    db.execute(SET_LOST.values(to_values(lost)), {"intent": lost.intent_id})


LIST_LOST = select(lost_orders).order_by(lost_orders.c.paid_at.desc(), lost_orders.c.intent_id)
LIST_OPEN = LIST_LOST.where(lost_orders.c.done_at.is_(None))
LIST_DONE = LIST_LOST.where(lost_orders.c.done_at.is_not(None))


def list_lost_orders(db: Connection, *, is_open: bool, limit: int | None = None) -> list[LostOrder]:
    """Return the lost orders that wait for a person, or the others; the newest first."""
    found = db.execute((LIST_OPEN if is_open else LIST_DONE).limit(limit))
    return [to_lost_order(row) for row in found]


# no more than are shown as a number
COUNT_OPEN = select(func.count()).select_from(LIST_OPEN.limit(bindparam("limit")).subquery())


def count_open_lost_orders(db: Connection, limit: int) -> int:
    """Return how many lost orders wait for a person, up to a limit."""
    count: int = db.execute(COUNT_OPEN, {"limit": limit}).scalar_one()
    return count


LIST_OPEN_INTENTS = select(lost_orders.c.intent_id).where(lost_orders.c.done_at.is_(None))


def list_open_intents(db: Connection) -> list[str]:
    """Return the payments of the lost orders that a person has yet to deal with."""
    return list(db.execute(LIST_OPEN_INTENTS).scalars())


def close_lost_order(db: Connection, intent_id: str, note: str, *, actor: str, now: datetime) -> None:
    """Store what a person has done about a lost order, once; raises LookupError, LostOrderDone."""
    lock_lost_orders(db)
    lost = find_lost_order(db, intent_id)
    if lost is None:
        raise LookupError(intent_id)
    if (lost.done_by, lost.note) == (actor, note) and not lost.is_open:
        return
    lost.refuse_if_done()
    set_lost_order(db, replace(lost, done_at=now, done_by=actor, note=note))


def to_values(lost: LostOrder) -> dict[str, Any]:
    return {
        "intent_id": lost.intent_id,
        "recovery_id": lost.recovery_id,
        "order_id": lost.order_id[:MAX_ID_CHARS],
        "charge_id": lost.charge_id,
        "status": lost.status,
        "amount_minor": lost.amount.minor,
        "refunded_minor": lost.refunded.minor,
        "currency": lost.amount.currency,
        "email": lost.email,
        "name": lost.name,
        "address": lost.address,
        "books": lost.books,
        "dispute": lost.dispute,
        "dispute_due_at": lost.dispute_due_at,
        "paid_at": lost.paid_at,
        "found_at": lost.found_at,
        "refund_minor": lost.refund_asked.minor if lost.refund_asked else None,
        "done_at": lost.done_at,
        "done_by": lost.done_by,
        "note": lost.note,
    }


def to_lost_order(row: AnyRow) -> LostOrder:
    return LostOrder(
        intent_id=row.intent_id,
        recovery_id=row.recovery_id,
        order_id=row.order_id,
        charge_id=row.charge_id,
        status=row.status,
        amount=Money(row.amount_minor, row.currency),
        refunded=Money(row.refunded_minor, row.currency),
        email=row.email,
        name=row.name,
        address=row.address,
        books=row.books,
        paid_at=row.paid_at,
        found_at=row.found_at,
        dispute=row.dispute,
        dispute_due_at=row.dispute_due_at,
        refund_asked=Money(row.refund_minor, row.currency) if row.refund_minor else None,
        done_at=row.done_at,
        done_by=row.done_by,
        note=row.note,
    )
