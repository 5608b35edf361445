"""Ask the shop to change or cancel an order before it is packed."""

import secrets
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy import Connection

from bookshop.fulfilment.find_fulfilment import find_fulfilment
from bookshop.fulfilment.read_progress import to_progress
from bookshop.fulfilment.timeline import Action
from bookshop.fulfilment.timeline_store import add_entry
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.orders.order import Order
from bookshop.orders.progress import Progress
from bookshop.orders.store import lock_order
from bookshop.shopper_requests.request import RequestKind, ShopperRequest
from bookshop.shopper_requests.store import add_request, find_request_by_key, list_requests

MAX_CHANGE_CHARS = 2000
# enough for a second thought; each of them is a mail to the shop
MAX_CHANGES_PER_ORDER = 5


class AskingError(StrEnum):
    """Why a request cannot be taken as it is."""

    MISSING = "missing"
    LONG = "long"
    TOO_LATE = "too_late"
    LIMIT = "limit"


def ask_for_change(db: Connection, order_id: str, message: str, now: datetime) -> AskingError | None:
    """Store the request, note it in the order's timeline and tell the shop, or return why not.

    The same message again is the same request until staff have answered it. Raises LookupError.
    """
    order = lock_order(db, order_id)
    request = _request(order, message, now)
    if find_request_by_key(db, request.key):
        return None
    fulfilment = find_fulfilment(db, order_id)
    changes = [each for each in list_requests(db, order_id) if each.kind is RequestKind.CHANGE]
    if error := find_asking_error(to_progress(fulfilment), message, len(changes)):
        return error
    details = {"request": request.id, "message": message}
    add_request(db, request)
    add_entry(db, order_id, fulfilment.version, Action.ASK, "shopper", now, details)
    add_mail(
        db,
        MailKind.NEEDS_REVIEW,
        now,
        order_id=order_id,
        occurrence=f"{request.kind}-{request.id}",
        details={"reason": request.kind, "message": message},
    )
    return None


def find_asking_error(progress: Progress, message: str, earlier: int) -> AskingError | None:
    """Return why a message about an order, after so many earlier ones, cannot be taken."""
    if not progress.may_change:
        return AskingError.TOO_LATE
    if earlier >= MAX_CHANGES_PER_ORDER:
        return AskingError.LIMIT
    if not message:
        return AskingError.MISSING
    return AskingError.LONG if len(message) > MAX_CHANGE_CHARS else None


def _request(order: Order, message: str, now: datetime) -> ShopperRequest:
    digest = sha256(message.encode()).hexdigest()
    return ShopperRequest(
        id=secrets.token_hex(16),
        kind=RequestKind.CHANGE,
        key=f"{RequestKind.CHANGE}-{order.id}-{digest}",
        order_id=order.id,
        reference=str(order.number or ""),
        name=order.name,
        email=order.email,
        message=message,
        received_at=now,
    )
