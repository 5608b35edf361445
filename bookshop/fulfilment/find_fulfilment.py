"""Read what has happened to an order after its payment."""

from sqlalchemy import Connection

from bookshop.fulfilment.copy_store import list_copies
from bookshop.fulfilment.fulfilment import Fulfilment
from bookshop.fulfilment.parcel_store import list_parcels
from bookshop.fulfilment.timeline_store import list_entries


def find_fulfilment(db: Connection, order_id: str) -> Fulfilment:
    """Return an order's copies, parcels and timeline; empty before it is paid."""
    entries = tuple(list_entries(db, order_id))
    return Fulfilment(list_copies(db, order_id), list_parcels(db, order_id), entries)
