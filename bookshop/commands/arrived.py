"""`bookshop arrived`: receive copies that were ordered in."""

from datetime import UTC, datetime
from secrets import token_hex

import click

from bookshop.commands.actor import find_actor
from bookshop.commands.order_action import refusals_as_errors
from bookshop.commands.output import echo_json, echo_table
from bookshop.commands.runner import run_with_database
from bookshop.database import Database
from bookshop.fulfilment.arrive import Assigned, arrive
from bookshop.settings import settings_or_exit
from bookshop.trade.isbn import parse_isbn


def receive(isbn: str, quantity: int, delivery: str, *, is_counted: bool, as_json: bool) -> None:
    """Receive copies of a book, and print which orders got them."""
    settings = settings_or_exit()
    found = parse_isbn(isbn)
    if found is None:
        raise click.BadParameter(f"{isbn!r} is not a valid ISBN.", param_hint="ISBN")
    key = f"delivery-{delivery or token_hex(8)}"

    async def run(database: Database) -> list[Assigned]:
        with refusals_as_errors(settings):
            return await database.write(
                arrive,
                {found: quantity},
                key=key,
                is_counted=is_counted,
                actor=find_actor(),
                now=datetime.now(UTC),
            )

    echo_assigned(run_with_database(settings, run), quantity, as_json=as_json)


def echo_assigned(assigned: list[Assigned], quantity: int, *, as_json: bool) -> None:
    if as_json:
        echo_json([one._asdict() for one in assigned])
        return
    if assigned:
        echo_table(
            ("ORDER", "COPIES", "ISBN"),
            [(one.order_number or one.order_id, one.quantity, one.isbn) for one in assigned],
        )
    left = quantity - sum(one.quantity for one in assigned)
    click.echo(f"{quantity - left} of {quantity} are for orders that waited, {left} for sale.")
