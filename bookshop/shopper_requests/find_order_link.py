"""Mail the link of an order to the address that it was placed with.

Whether there is such an order must not be seen, neither in the response nor in how long it takes.
"""

import secrets
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.orders.email_address import ascii_email
from bookshop.orders.hourly_limit import AttemptKind, allow_attempt
from bookshop.shopper_requests.match_order import match_order
from bookshop.shopper_requests.same_time import same_time

MAX_SEARCHES_PER_HOUR = 10


class Search(NamedTuple):
    """An order's number, an email address, and keyed hashes of the address and the network."""

    number: str
    email: str
    actors: tuple[str, ...]


async def find_order_link(database: Database, search: Search, now: datetime) -> bool:
    """Queue the mail if there is such an order; return whether the search was allowed.

    It takes the same time, whatever is found.
    """
    async with same_time():
        return await database.write(add_link_mail, search, now)


def add_link_mail(db: Connection, search: Search, now: datetime) -> bool:
    """Queue the mail if there is such an order, unless there were too many searches."""
    if not allow_attempt(db, AttemptKind.FIND_ORDER, search.actors, MAX_SEARCHES_PER_HOUR):
        return False
    if order := match_order(db, search.number, search.email):
        add_mail(
            db,
            MailKind.ORDER_LINK,
            now,
            order_id=order.id,
            occurrence=secrets.token_hex(8),
            recipient=ascii_email(order.email),
            details={"orders": [(order.number, order.token)]},
        )
    return True
