"""Receive a shopper's statement of withdrawal.

It is valid whether or not it names an order correctly. The same statement again is the same request until
staff have closed it, and none is refused as late. A statement is acknowledged, which does not yet accept
it.
"""

import json
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from bookshop.fulfilment.find_fulfilment import find_fulfilment
from bookshop.fulfilment.read_progress import to_progress
from bookshop.fulfilment.timeline import Action
from bookshop.fulfilment.timeline_store import add_entry
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.orders.email_address import ascii_email, email_key
from bookshop.orders.hourly_limit import AttemptKind, allow_attempt
from bookshop.orders.order import Order
from bookshop.orders.store import lock_order
from bookshop.shopper_requests.describe_withdrawal import describe_withdrawal
from bookshop.shopper_requests.match_order import match_order
from bookshop.shopper_requests.request import RequestKind, ShopperRequest
from bookshop.shopper_requests.statement import Statement
from bookshop.shopper_requests.store import add_request, find_request_by_key
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight

# of a network, or of the order that a statement comes from
MAX_WITHDRAWALS_PER_HOUR = 20
MAX_ACKNOWLEDGEMENTS_PER_HOUR = 5


class Limits(NamedTuple):
    """Keyed hashes of where a statement comes from and of its email address."""

    source: str
    mailbox: str


class TooManyWithdrawals(Exception):
    """So many statements came from one source that no more is taken for now."""


def withdraw(
    db: Connection, statement: Statement, order_id: str, right: WithdrawalRight, limits: Limits, now: datetime
) -> ShopperRequest:
    """Store a statement and return its request, or the open one of the same statement.

    `order_id` is empty unless the statement comes from the order's own address. Raises TooManyWithdrawals.
    """
    order = lock_named(db, statement, order_id)
    request = to_request(statement, order, now)
    earlier = find_request_by_key(db, request.key)
    if earlier and email_key(earlier.email) == email_key(statement.email):
        return earlier
    if not allow_attempt(db, AttemptKind.WITHDRAWAL, [limits.source], MAX_WITHDRAWALS_PER_HOUR):
        raise TooManyWithdrawals
    stored = earlier or store_request(db, request, order, right)
    acknowledge(db, stored, statement, order, limits, now)
    return stored


def lock_named(db: Connection, statement: Statement, order_id: str) -> Order | None:
    """Return the order that a statement is about, locked; None if it is not known."""
    if order_id:
        return lock_order(db, order_id)
    order = match_order(db, statement.number, statement.email)
    return lock_order(db, order.id) if order else None


def to_request(statement: Statement, order: Order | None, now: datetime) -> ShopperRequest:
    """Return the request of a statement; all copies of an order are the order."""
    copies = {position: quantity for position, quantity in statement.copies.items() if quantity}
    if order and all(copies.get(at) == line.quantity for at, line in enumerate(order.lines)):
        copies = {}
    named = (statement.number or statement.reference.casefold(), email_key(statement.email))
    of_order = order.id if order else digest(named)
    of_books = digest((sorted(copies.items()), statement.books.casefold()))
    return ShopperRequest(
        id=secrets.token_hex(16),
        kind=RequestKind.WITHDRAWAL,
        key=f"{RequestKind.WITHDRAWAL}-{of_order}-{of_books}",
        order_id=order.id if order else None,
        reference=statement.reference,
        name=statement.name,
        email=statement.email,
        message=statement.books,
        received_at=now,
        copies=copies,
    )


def digest(value: Any) -> str:
    """Return a short hash that is the same for equal values."""
    return sha256(json.dumps(value).encode()).hexdigest()[:32]


def store_request(
    db: Connection, request: ShopperRequest, order: Order | None, right: WithdrawalRight
) -> ShopperRequest:
    """Store a new request, note it in its order's timeline and tell the shop.

    Return the request of another process that was quicker.
    """
    try:
        with db.begin_nested():
            add_request(db, request)
    except IntegrityError:
        if quicker := find_request_by_key(db, request.key):
            return quicker
        raise
    is_late = note_in_timeline(db, request, order, right) if order else False
    add_mail(
        db,
        MailKind.NEEDS_REVIEW,
        request.received_at,
        order_id=request.order_id or "",
        occurrence=f"{request.kind}-{request.id}",
        details={
            "reason": request.kind,
            "message": describe_withdrawal(request, order, right, is_late=is_late),
        },
    )
    return request


def note_in_timeline(db: Connection, request: ShopperRequest, order: Order, right: WithdrawalRight) -> bool:
    """Write that the shopper withdraws, and return whether the period was over."""
    fulfilment = find_fulfilment(db, order.id)
    is_late = right.is_late(to_progress(fulfilment), request.received_at)
    details = {"request": request.id, "copies": named_copies(request, order), "is_late": is_late}
    add_entry(db, order.id, fulfilment.version, Action.WITHDRAW, "shopper", request.received_at, details)
    return is_late


def named_copies(request: ShopperRequest, order: Order | None) -> list[tuple[str, int]]:
    """Return the copies that a request names by ISBN; none if it is about the whole order."""
    return [(order.lines[at].isbn, n) for at, n in request.copies.items()] if order else []


def acknowledge(
    db: Connection,
    request: ShopperRequest,
    statement: Statement,
    order: Order | None,
    limits: Limits,
    now: datetime,
) -> None:
    """Queue the acknowledgement, once for each address, unless strangers fill its mailbox.

    The page that follows is an acknowledgement too.
    """
    if not allow_attempt(db, AttemptKind.ACKNOWLEDGEMENT, [limits.mailbox], MAX_ACKNOWLEDGEMENTS_PER_HOUR):
        return
    is_first = email_key(request.email) == email_key(statement.email)
    add_mail(
        db,
        MailKind.WITHDRAWAL,
        now,
        order_id=request.order_id or "",
        occurrence=request.id if is_first else f"{request.id}-{digest(email_key(statement.email))[:16]}",
        recipient=ascii_email(statement.email),
        details={
            "reference": request.reference,
            "name": request.name,
            "received_at": request.received_at.isoformat(),
            "books": request.message,
            "copies": named_copies(request, order),
        },
    )
