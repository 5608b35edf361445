"""Be killed while staff act on orders: python -m tests.faults.dying_staff DATABASE_URL.

A step is the moment before every statement that writes, before COMMIT, and after it, so no step has to be
listed by hand. At each step of each action a process of its own dies; what it leaves is all of the action or
none, and doing it again ends as if nothing had happened.
"""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from itertools import count
from typing import Any

from sqlalchemy import Connection, Engine, event, select

from bookshop.database import Database, open_database
from bookshop.fulfilment.rules import NotAllowed
from bookshop.fulfilment.timeline import OrderChanged
from bookshop.fulfilment.timeline_store import find_version, list_entries
from bookshop.schema import mails, parcels, refunds, stock_movements
from tests import shared_caches
from tests.fulfilment.attempts import Attempt, Books, act
from tests.fulfilment.stored_orders import states_of, stock_of

TO_DELIVER, TO_COLLECT, ORDERED_IN = 0, 1, 4
ATTEMPTS = {
    "pack": Attempt("pack", TO_DELIVER),
    "ship": Attempt("ship", TO_DELIVER),
    "make_ready": Attempt("make_ready", TO_COLLECT),
    "collect": Attempt("collect", TO_COLLECT),
    "cancel": Attempt("cancel", TO_DELIVER),
    "refund": Attempt("refund", TO_DELIVER),
    "arrive": Attempt("arrive", ORDERED_IN, 5),
    "delay": Attempt("delay", TO_DELIVER),
    "add_note": Attempt("add_note", TO_DELIVER),
    "undo": Attempt("undo", TO_DELIVER),
}
# what an action needs to have been done before
BEFORE = {"undo": Attempt("pack", TO_DELIVER)}
MIN_STEPS, MAX_STEPS = 3, 60
NEVER = 0
URL = sys.argv[1]

last_step, steps = NEVER, 0
runner, server = asyncio.Runner(), open_database(URL)


def step(*_: Any) -> None:
    """Count a step; the last one is not survived."""
    global steps
    steps += 1
    if steps == last_step:
        os.kill(os.getpid(), signal.SIGKILL)


def note_statement(_: Connection, __: Any, statement: str, *___: Any) -> None:
    if not statement.lstrip().startswith("SELECT"):
        step()


def try_to(db: Connection, shop: Books, attempt: Attempt) -> None:
    """Do it with the order as it is when it has just been paid, or prepared."""
    order = shop.find_order(attempt)
    version = 1 if attempt.name in BEFORE else 0
    assert version <= find_version(db, order.id)
    act(db, shop, attempt, "anna", version)


def describe(db: Connection, shop: Books) -> list[Any]:
    """Return all that an action may change, without what differs between two shops."""
    found: list[Any] = [stock_of(db, book) for book in shop.books]
    for book in shop.books:
        movements = select(stock_movements).where(stock_movements.c.isbn == book.isbn)
        found.append(sorted((row.kind, row.quantity) for row in db.execute(movements)))
    for order in shop.orders:
        found.append(list(states_of(db, order).values()))
        found.append([(entry.version, entry.action) for entry in list_entries(db, order.id)])
        for table, column in ((mails, "kind"), (parcels, "number"), (refunds, "amount_minor")):
            rows = db.execute(select(table.c[column]).where(table.c.order_id == order.id))
            found.append(sorted(rows.scalars()))
    return found


async def use(work: Any, *args: Any) -> Any:
    """Do some work with the database, and close it."""
    database = open_database(URL)
    try:
        return await work(database, *args)
    finally:
        await database.close()


def run(work: Any, *args: Any) -> Any:
    """Do some work in this process.

    Connections to PostgreSQL stay open, since each prepares its statements again; none to SQLite may be open
    when a process is forked.
    """
    return runner.run(use(work, *args) if URL.startswith("sqlite") else work(server, *args))


async def prepare(database: Database, shop: Books, attempt: Attempt) -> list[Any]:
    await database.write(shop.store)
    if attempt.name in BEFORE:
        await database.write(act, shop, BEFORE[attempt.name], "anna", 0)
    described: list[Any] = await database.read(describe, shop)
    return described


async def act_and_die(database: Database, shop: Books, attempt: Attempt, dies_at: int) -> None:
    global last_step, steps
    last_step, steps = dies_at, 0
    await database.write(try_to, shop, attempt)
    step()


async def act_again(database: Database, shop: Books, attempt: Attempt) -> tuple[list[Any], list[Any]]:
    """Return what the process that died has left, and what is there after trying again."""
    left = await database.read(describe, shop)
    with suppress(NotAllowed, OrderChanged):
        await database.write(try_to, shop, attempt)
    return left, await database.read(describe, shop)


def in_process(work: Any, *args: Any) -> bool:
    """Run work in a process of its own, and return whether that survived."""
    pid = os.fork()
    if not pid:
        asyncio.run(use(work, *args))
        os._exit(0)
    status = os.waitpid(pid, 0)[1]
    assert status == 0 or os.WTERMSIG(status) == signal.SIGKILL
    return status == 0


def die_at_every_step(attempt: Attempt) -> None:
    ends, has_left_all = [], []
    for number in count(1):
        assert number < MAX_STEPS
        shop = Books()
        untouched = run(prepare, shop, attempt)
        has_survived = in_process(act_and_die, shop, attempt, number)
        left, end = run(act_again, shop, attempt)
        assert end != untouched, attempt
        assert left in (untouched, end), (attempt, number, untouched, left, end)
        ends.append(end)
        has_left_all.append(left == end)
        if has_survived:
            break
    assert all(end == ends[0] for end in ends), (attempt, ends)
    # nothing before the commit, and everything after it
    assert has_left_all == [False] * (len(ends) - 2) + [True] * 2, (attempt, has_left_all)
    assert len(ends) > MIN_STEPS


def main() -> None:
    shared_caches.install()
    for attempt in ATTEMPTS.values():
        die_at_every_step(attempt)
    runner.run(server.close())


event.listen(Engine, "before_cursor_execute", note_statement)
event.listen(Engine, "commit", step)
main()
