"""Storing what shoppers ask for."""

import json
from datetime import datetime

from sqlalchemy import Connection, bindparam, exists, func, select

from bookshop.database import AnyRow
from bookshop.mail.mail import MailKind
from bookshop.orders.email_address import email_key
from bookshop.schema import mails, orders, shopper_requests
from bookshop.shopper_requests.request import RequestKind, ShopperRequest

ADD_REQUEST = shopper_requests.insert()


def add_request(db: Connection, request: ShopperRequest) -> None:
    """Write a request; one with the same key violates a unique key."""
    db.execute(
        ADD_REQUEST,
        {
            "id": request.id,
            "kind": request.kind,
            "request_key": request.key,
            "order_id": request.order_id,
            "reference": request.reference,
            "name": request.name,
            "email": request.email,
            "message": request.message,
            "copies": json.dumps(dict(request.copies)),
            "received_at": request.received_at,
        },
    )


FIND_BY_KEY = select(shopper_requests).where(shopper_requests.c.request_key == bindparam("request_key"))


def find_request_by_key(db: Connection, key: str) -> ShopperRequest | None:
    """Return the request with this key."""
    row = db.execute(FIND_BY_KEY, {"request_key": key}).first()
    return _to_request(row) if row else None


FIND_BY_ID = select(shopper_requests).where(shopper_requests.c.id == bindparam("request_id"))


def find_request(db: Connection, request_id: str) -> ShopperRequest | None:
    """Return the request with this id."""
    row = db.execute(FIND_BY_ID, {"request_id": request_id}).first()
    return _to_request(row) if row else None


LIST_REQUESTS = (
    select(shopper_requests)
    .where(shopper_requests.c.order_id == bindparam("order_id"))
    .order_by(shopper_requests.c.received_at, shopper_requests.c.id)
)


def list_requests(db: Connection, order_id: str) -> list[ShopperRequest]:
    """Return what was asked for about an order, the first first."""
    return [_to_request(row) for row in db.execute(LIST_REQUESTS, {"order_id": order_id})]


LIST_OPEN_REQUESTS = (
    select(shopper_requests)
    .where(shopper_requests.c.closed_at.is_(None))
    .order_by(shopper_requests.c.received_at, shopper_requests.c.id)
)


def list_open_requests(db: Connection) -> list[ShopperRequest]:
    """Return the requests that staff have yet to answer, the longest waiting first."""
    return [_to_request(row) for row in db.execute(LIST_OPEN_REQUESTS)]


LIST_OPEN_WITHDRAWALS = (
    LIST_OPEN_REQUESTS.add_columns(orders.c.number)
    .join(orders, orders.c.id == shopper_requests.c.order_id, isouter=True)
    .where(shopper_requests.c.kind == RequestKind.WITHDRAWAL)
)


def list_open_withdrawals(db: Connection) -> list[tuple[ShopperRequest, int | None]]:
    """Return the withdrawals that are not settled with their orders' numbers, the oldest first."""
    return [(_to_request(row), row.number) for row in db.execute(LIST_OPEN_WITHDRAWALS)]


LIST_WITHOUT_ORDER = LIST_OPEN_REQUESTS.where(
    shopper_requests.c.kind == RequestKind.WITHDRAWAL, shopper_requests.c.order_id.is_(None)
)


def list_withdrawals_from(db: Connection, email: str) -> list[ShopperRequest]:
    """Return this address's open withdrawals that named no known order, the oldest first."""
    found = map(_to_request, db.execute(LIST_WITHOUT_ORDER))
    return [request for request in found if email_key(request.email) == email_key(email)]


SET_ORDER = (
    shopper_requests.update()
    .where(
        shopper_requests.c.id == bindparam("request_id"),
        shopper_requests.c.order_id.is_(None),
        shopper_requests.c.closed_at.is_(None),
    )
    .values(order_id=bindparam("of_order"))
)


def set_order(db: Connection, request_id: str, order_id: str) -> bool:
    """Say which order an open request is about; False if it is closed, or has an order."""
    return db.execute(SET_ORDER, {"request_id": request_id, "of_order": order_id}).rowcount == 1


SET_CLOSED = (
    shopper_requests.update()
    .where(
        shopper_requests.c.id == bindparam("request_id"),
        func.coalesce(shopper_requests.c.order_id, "") == bindparam("of_order"),
        shopper_requests.c.closed_at.is_(None),
    )
    # the next one that says the same is a new one
    .values(closed_at=bindparam("now"), request_key=shopper_requests.c.id)
)


def set_closed(db: Connection, request_id: str, order_id: str | None, now: datetime) -> bool:
    """Close a request about this order, or about none; False if there is no such open one."""
    values = {"request_id": request_id, "of_order": order_id or "", "now": now}
    return db.execute(SET_CLOSED, values).rowcount == 1


HAS_ACKNOWLEDGEMENT = select(
    exists().where(
        mails.c.order_id == bindparam("of_order"),
        mails.c.kind == MailKind.WITHDRAWAL,
        mails.c.occurrence == bindparam("request_id"),
    )
)


def is_acknowledged(db: Connection, request: ShopperRequest) -> bool:
    """Return whether a mail acknowledges a withdrawal."""
    values = {"of_order": request.order_id or "", "request_id": request.id}
    return bool(db.execute(HAS_ACKNOWLEDGEMENT, values).scalar())


def _to_request(row: AnyRow) -> ShopperRequest:
    return ShopperRequest(
        id=row.id,
        kind=RequestKind(row.kind),
        key=row.request_key,
        order_id=row.order_id,
        reference=row.reference,
        name=row.name,
        email=row.email,
        message=row.message,
        received_at=row.received_at,
        copies={int(position): quantity for position, quantity in json.loads(row.copies).items()},
        closed_at=row.closed_at,
    )
