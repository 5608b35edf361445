"""Pay back the copies of a withdrawal, and the delivery if it is about the whole order."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.copies import GONE_STATES, OPEN_STATES, LineCopies
from bookshop.fulfilment.copy_store import list_copies
from bookshop.fulfilment.rules import Chosen, NotAllowed
from bookshop.fulfilment.timeline import Action
from bookshop.fulfilment.timeline_store import add_entry, find_version
from bookshop.orders.order import Order
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund
from bookshop.payments.refund_order import preview_refund, refund_order
from bookshop.payments.refund_rules import RefundPlan, RefundRequest
from bookshop.shopper_requests.close_request import close_request
from bookshop.shopper_requests.request import RequestKind, ShopperRequest
from bookshop.shopper_requests.store import find_request, list_requests, set_order


class Settlement(NamedTuple):
    """A withdrawal, and the refund that answers it."""

    request: ShopperRequest
    refund: RefundRequest
    plan: RefundPlan


def prepare_settlement(
    db: Connection, order: Order, request_id: str, chosen: Chosen | None, *, restock: bool | None
) -> Settlement:
    """Return what goes back for a withdrawal, or for the oldest open one from an order.

    `chosen` are its copies where the shopper has named the books in words. Raises NotAllowed.
    """
    request = find_named_withdrawal(db, order, request_id) if request_id else find_open_withdrawal(db, order)
    refund = plan_settlement(request, order, list_copies(db, order.id), chosen, restock=restock)
    return Settlement(request, refund, preview_refund(db, order, refund))


def find_named_withdrawal(db: Connection, order: Order, request_id: str) -> ShopperRequest:
    """Return an open withdrawal from this order, or from none that is known.

    Raises NotAllowed.
    """
    request = find_request(db, request_id)
    if request is None or request.kind is not RequestKind.WITHDRAWAL:
        raise NotAllowed("There is no such withdrawal. `bookshop withdrawal` lists them.")
    if request.closed_at or request.order_id not in (None, order.id):
        raise NotAllowed("This withdrawal is closed, or about another order.")
    return request


def find_open_withdrawal(db: Connection, order: Order) -> ShopperRequest:
    """Return the oldest open withdrawal from an order; raises NotAllowed."""
    for request in list_requests(db, order.id):
        if request.kind is RequestKind.WITHDRAWAL and request.closed_at is None:
            return request
    raise NotAllowed("No withdrawal from this order is open.")


def plan_settlement(
    request: ShopperRequest,
    order: Order,
    copies: tuple[LineCopies, ...],
    chosen: Chosen | None,
    *,
    restock: bool | None,
) -> RefundRequest:
    """Return the refund for a withdrawal: all that is left if it is about all copies."""
    if request.message and chosen is None:
        raise NotAllowed(
            f"The shopper has named the books in words: “{request.message}”. Name their copies with --line."
        )
    named = chosen if chosen is not None else copies_by_isbn(request, order)
    if not named or is_whole(copies, named):
        return RefundRequest(reason="requested_by_customer", restock=restock)
    return RefundRequest(lines=tuple(named.items()), reason="requested_by_customer", restock=restock)


def copies_by_isbn(request: ShopperRequest, order: Order) -> Mapping[str, int]:
    """Return the copies that a withdrawal names; none if it is about the whole order."""
    return {order.lines[position].isbn: quantity for position, quantity in request.copies.items()}


def is_whole(copies: tuple[LineCopies, ...], named: Chosen) -> bool:
    """Return whether these are all copies that the shopper has, or still gets."""
    left = {line.isbn: line.count(*OPEN_STATES, *GONE_STATES) for line in copies}
    return all(isbn in named and named[isbn] in (None, n) for isbn, n in left.items() if n)


async def settle_withdrawal(
    database: Database, gateway: Gateway, order: Order, version: int, settlement: Settlement, *, actor: str
) -> Refund:
    """Refund what a withdrawal is about, and close it in the transaction that stores the refund.

    So no crash lets it be refunded twice. If Stripe refuses, a mail asks the shop to review the refund.
    Raises as `refund_order` does, and NotAllowed if it has been closed.
    """

    def close(db: Connection, now: datetime) -> None:
        if settlement.request.order_id is None:
            assign_withdrawal(db, order.id, settlement.request.id, actor, now)
        seen = find_version(db, order.id)
        close_request(db, order.id, seen, settlement.request.id, actor=actor, now=now)

    return await refund_order(
        database, gateway, order.id, version, settlement.refund, actor=actor, when_stored=close
    )


def assign_withdrawal(db: Connection, order_id: str, request_id: str, actor: str, now: datetime) -> None:
    """Say which order a withdrawal is about that named no known one; raises NotAllowed."""
    if not set_order(db, request_id, order_id):
        raise NotAllowed("This withdrawal is closed, or about another order.")
    details = {"request": request_id, "copies": [], "is_late": False}
    add_entry(db, order_id, find_version(db, order_id), Action.WITHDRAW, actor, now, details)
