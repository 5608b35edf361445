"""A bookseller refunds an order by its number or id."""

import asyncio
import getpass
import json
import logging
import os
import pty
import sys
from collections.abc import Awaitable, Callable, Iterator

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from bookshop.cli import main
from bookshop.database import Database
from bookshop.schema import mails
from tests.builders import ENVIRONMENT
from tests.payments.paid_orders import (
    Buy,
    refund_elsewhere,
    refunds_at_stripe,
)
from tests.payments.stripe_account import Account
from tests.processes import Process


@pytest.fixture
def command(database_url: str, simulator: Process) -> Iterator[Callable[..., Awaitable[Result]]]:
    """Runs `bookshop refund` as a bookseller would."""
    env = {**ENVIRONMENT, "DATABASE_URL": database_url, "STRIPE_API_BASE": simulator.url}

    async def run(*arguments: str) -> Result:
        # in a thread, since the command has an event loop of its own
        return await asyncio.to_thread(CliRunner().invoke, main, ["refund", *arguments], env=env)

    yield run
    logging.disable(logging.NOTSET)


async def test_the_command_refunds_by_number_and_by_id(
    account: Account, database: Database, buy: Buy, command: Callable[..., Awaitable[Result]]
) -> None:
    order = await buy()
    answer = await command(str(order.number), "--amount", "4.00", "--reason", "duplicate", "--yes")
    (made,) = await refunds_at_stripe(account, order)
    # this shop has no mail server, so that the mail is kept
    find_states = select(mails.c.state).where(mails.c.kind == "refunded")
    assert await database.read(lambda db: db.execute(find_states).scalars().all()) == ["kept"]
    assert (answer.exit_code, answer.stdout) == (
        0,
        f"Refund of S$4.00 for order {order.number}: succeeded ({made['id']}).\n",
    )
    emma, persuasion = (line.isbn for line in order.lines)
    answer = await command(
        order.id, "--line", f"{emma}:1", "--line", persuasion, "--restock", "--json", "--yes"
    )
    assert answer.exit_code == 0
    told = json.loads(answer.stdout)
    assert (told["id"], told["amount_minor"], told["status"]) == (f"{order.id}-2", 2100, "succeeded")


async def test_the_command_explains_in_one_line_why_nothing_went_back(
    account: Account, buy: Buy, command: Callable[..., Awaitable[Result]]
) -> None:
    order = await buy()
    name = str(order.number)
    for arguments, said in (
        ((name, "--amount", "four"), "'four' is not an amount such as 23.00"),
        ((name, "--amount", "400"), "S$400.00 is more than the S$38.00 that can still be refunded."),
        ((name, "--line", "978:x"), "'978:x' is not ISBN or ISBN:QUANTITY."),
        (("9", "--amount", "4"), "No order has the number or id '9'. `bookshop orders` lists the orders."),
    ):
        answer = await command(*arguments, "--yes")
        assert (answer.exit_code, answer.stderr) == (1, f"Error: {said}\n")
    await refund_elsewhere(account, order, 3800)
    answer = await command(name, "--json", "--yes")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["failure"] == "charge_already_refunded"
    said = f"The refund of S$38.00 for order {name} failed: charge_already_refunded."
    assert answer.stderr == f"Error: {said}\n"


async def test_the_command_names_who_was_faster(
    account: Account, buy: Buy, command: Callable[..., Awaitable[Result]]
) -> None:
    order = await buy()
    assert (await command(order.id, "--amount", "4", "--yes", "--version", "0")).exit_code == 0
    answer = await command(order.id, "--amount", "5", "--yes", "--version", "0")
    assert answer.exit_code == 1
    assert getpass.getuser() in answer.stderr
    assert "Look at the order again." in answer.stderr
    assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [400]


async def test_a_dry_run_says_what_would_go_back_and_refunds_nothing(
    account: Account, buy: Buy, command: Callable[..., Awaitable[Result]]
) -> None:
    order = await buy()
    name, emma = str(order.number), order.lines[0].isbn
    answer = await command(name, "--dry-run")
    copies = ", ".join(f"{line.quantity} × {line.isbn}" for line in order.lines)
    said = (
        f"Order {name}: {order.name} paid S$38.00. Would refund S$38.00 and put {copies} back into stock.\n"
    )
    assert (answer.exit_code, answer.stdout) == (0, said)
    answer = await command(name, "--line", f"{emma}:2", "--restock", "--dry-run", "--json", "--yes")
    assert json.loads(answer.stdout) == {
        "order_id": order.id,
        "number": order.number,
        "amount_minor": 2400,
        "currency": "SGD",
        "copies": {emma: 2},
        "restock": {emma: 2},
    }
    answer = await command(name, "--amount", "38.01", "--dry-run")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert await refunds_at_stripe(account, order) == []


async def test_without_a_terminal_a_refund_needs_yes(
    account: Account, buy: Buy, command: Callable[..., Awaitable[Result]]
) -> None:
    order = await buy()
    answer = await command(str(order.number))
    said = "A refund must be confirmed. Use --yes, or --dry-run to see what would be refunded."
    assert (answer.exit_code, answer.stdout, answer.stderr) == (1, "", f"Error: {said}\n")
    assert await refunds_at_stripe(account, order) == []


@pytest.mark.parametrize(("typed", "is_refunded"), [("y", True), ("n", False), ("", False)])
async def test_at_a_terminal_a_refund_is_asked_for(
    account: Account, buy: Buy, database_url: str, simulator: Process, typed: str, is_refunded: bool
) -> None:
    order = await buy()
    env = {**os.environ, **ENVIRONMENT, "DATABASE_URL": database_url, "STRIPE_API_BASE": simulator.url}
    terminal, stdin = pty.openpty()
    os.write(terminal, f"{typed}\n".encode())
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bookshop", "refund", str(order.number), "--amount", "4"),
        stdin=stdin,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env=env,
    )
    stdout, stderr = await process.communicate()
    os.close(terminal)
    os.close(stdin)
    question = f"Order {order.number}: {order.name} paid S$38.00. Refund S$4.00? [y/N]"
    assert question in (stdout + stderr).decode()
    assert process.returncode == (0 if is_refunded else 1)
    assert len(await refunds_at_stripe(account, order)) == is_refunded
