"""Be killed while sending mail: python -m tests.mail.dying_sender DATABASE_URL SMTP_URL.

A step is the moment after every write to the database and every command to the mail server. For each step
there is a mail; a process of its own dies at that step of sending it, and another one sends it.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime
from itertools import count
from typing import Any

from aiosmtplib import SMTP
from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.database import open_database
from bookshop.database.postgresql import PostgresDatabase
from bookshop.database.sqlite import SqliteDatabase
from bookshop.mail.mail import MailKind
from bookshop.mail.outbox_store import add_mail
from bookshop.mail.send_mails import send_due_mails
from bookshop.orders.store import add_order
from bookshop.schema import mails, orders
from tests.builders import a_book, an_order, some_settings, store_book

URL, SMTP_URL = sys.argv[1:]
SETTINGS = some_settings(SMTP_URL=SMTP_URL, MAIL_FROM="shop@books.example")
LONG_AGO = datetime(2026, 11, 1, tzinfo=UTC)
NEVER = 0
MAX_STEPS = 60

last_step, steps = NEVER, 0


def step() -> None:
    """Count a step; the last one is not survived."""
    global steps
    steps += 1
    if steps == last_step:
        os.kill(os.getpid(), signal.SIGKILL)


def endanger(owner: Any, name: str) -> None:
    original = getattr(owner, name)

    async def endangered(*args: Any, **kwargs: Any) -> Any:
        answer = await original(*args, **kwargs)
        step()
        return answer

    setattr(owner, name, endangered)


async def run(work: Any, *args: Any) -> None:
    database = open_database(URL)
    await work(database, *args)
    await database.close()


async def queue(database: Any, book: Book) -> None:
    order = an_order(book)

    def add(db: Connection) -> None:
        store_book(db, book)
        add_order(db, order)
        db.execute(orders.update().where(orders.c.id == order.id).values(due_at=None))
        add_mail(db, MailKind.CONFIRMATION, LONG_AGO, order_id=order.id)

    await database.write(add)


async def queue_and_die(database: Any, book: Book, dies_at: int) -> None:
    global last_step, steps
    await queue(database, book)
    last_step, steps = dies_at, 0
    await send_due_mails(database, SETTINGS)


async def send_the_rest(database: Any) -> None:
    def end_leases(db: Connection) -> None:
        db.execute(mails.update().where(mails.c.due_at.is_not(None)).values(due_at=LONG_AGO))

    # a mail that is left in doubt waits, and is then sent once more
    for _ in range(2):
        await database.write(end_leases)
        await send_due_mails(database, SETTINGS)


def in_process(work: Any, *args: Any) -> bool:
    """Run work in a process of its own, and return whether that survived."""
    pid = os.fork()
    if not pid:
        asyncio.run(run(work, *args))
        os._exit(0)
    return os.waitpid(pid, 0)[1] == 0


def main() -> None:
    for owner in (SqliteDatabase, PostgresDatabase):
        endanger(owner, "write")
    for name in ("connect", "mail", "rcpt", "data", "quit"):
        endanger(SMTP, name)
    for number in count(1):
        assert number < MAX_STEPS
        # the book is made here, so that each has a number of its own
        has_survived = in_process(queue_and_die, a_book(), number)
        assert in_process(send_the_rest)
        if has_survived:
            return


main()
