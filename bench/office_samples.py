"""The orders that bench.office asks for: chosen by chance, and some of each list of work."""

import random
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, func, select

from bookshop.office.work.list_store import list_order_ids
from bookshop.office.work.order_list import WORK, ListName, Question
from bookshop.schema import mails, order_lines, orders

# of each kind, so that p99 is not that of one order
SAMPLES = 40


class Samples(NamedTuple):
    """What is known of some orders, and the ids of those on the lists of work."""

    ids: Sequence[str]
    numbers: Sequence[int]
    names: Sequence[str]
    emails: Sequence[str]
    tokens: Sequence[str]
    charges: Sequence[str]
    isbns: Sequence[str]
    titles: Sequence[str]
    mail_ids: Sequence[int]
    waiting: Mapping[ListName, Sequence[str]]


LIST_SAMPLES = (
    select(orders, order_lines.c.isbn, order_lines.c.title)
    .join(order_lines, order_lines.c.order_id == orders.c.id)
    .where(order_lines.c.position == 0, orders.c.number.in_(bindparam("numbers", expanding=True)))
)


def read_samples(db: Connection) -> Samples:
    """Choose some orders."""
    last: int = db.execute(select(func.max(orders.c.number))).scalar_one()
    mails_count: int = db.execute(select(func.max(mails.c.id))).scalar_one()
    chance = random.Random(1)
    # some numbers are of orders that were never paid
    numbers = chance.sample(range(max(last - 1_000_000, 1), last), SAMPLES * 2)
    rows = db.execute(LIST_SAMPLES, {"numbers": numbers}).all()[:SAMPLES]
    now = datetime.now(UTC)
    return Samples(
        [row.id for row in rows],
        [row.number for row in rows],
        [row.name for row in rows],
        [row.email for row in rows],
        [row.token for row in rows],
        [row.charge_id for row in rows],
        [row.isbn for row in rows],
        [row.title for row in rows],
        chance.sample(range(1, mails_count), SAMPLES),
        {name: list_order_ids(db, Question(name), now).order_ids[:SAMPLES] for name in WORK},
    )
