"""Bring books up to date with the rules of this version."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from bookshop.importing.catalogue_lock import lock_catalogue
from bookshop.importing.rebuild import rebuild_books
from bookshop.importing.record_store import list_records
from bookshop.importing.refresh_store import is_refreshed, set_refreshed
from bookshop.search.index_books import index_books
from bookshop.trade.market import Market


def refresh_books(db: Connection, isbns: Sequence[str], market: Market, now: datetime) -> None:
    """Derive and index books again, unless another process has done so.

    The sample books have no records and are only indexed.
    """
    lock_catalogue(db)
    if is_refreshed(db, isbns[-1]):
        return
    records = list_records(db, isbns)
    rebuild_books(db, {record.isbn for record in records}, records, market, now)
    index_books(db, isbns)
    set_refreshed(db, isbns[-1])
