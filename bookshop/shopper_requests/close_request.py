"""Close a request of a shopper: staff have answered it."""

from datetime import datetime

from sqlalchemy import Connection

from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import Action, Entry
from bookshop.fulfilment.timeline_store import add_entry, check_version, find_version
from bookshop.orders.store import lock_order
from bookshop.shopper_requests.store import set_closed


def close_request(
    db: Connection, order_id: str, version: int, request_id: str, *, actor: str, now: datetime
) -> Entry:
    """Close a request about an order of this version.

    Raises NotAllowed, OrderChanged, LookupError.
    """
    lock_order(db, order_id)
    check_version(db, order_id, version)
    if not set_closed(db, request_id, order_id, now):
        raise NotAllowed("This order has no such open request. It may have been closed already.")
    details = {"request": request_id}
    return add_entry(db, order_id, find_version(db, order_id), Action.CLOSE_REQUEST, actor, now, details)
