"""`bookshop gone`: record that orders paid before the upgrade have left the shop."""

import sys
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import click

from bookshop.commands.actor import find_actor
from bookshop.commands.day_option import start_of_day
from bookshop.commands.output import echo_first_rows, echo_json, format_time
from bookshop.commands.runner import run_with_database
from bookshop.database import Database
from bookshop.fulfilment.old_orders import list_old_orders, record_as_gone
from bookshop.orders.order_list import OrderSummary
from bookshop.settings import settings_or_exit


def record_old_orders(
    paid_before: datetime, limit: int | None, *, is_confirmed: bool, dry_run: bool, as_json: bool
) -> None:
    """Record each order in a transaction of its own, after a question."""
    settings, now = settings_or_exit(), datetime.now(UTC)
    zone = ZoneInfo(settings.shop_timezone)
    moment = start_of_day(paid_before, settings.shop_timezone, "--paid-before")
    found = run_with_database(settings, lambda database: database.read(list_old_orders, moment, now))[:limit]
    if not as_json:
        echo_orders(found, zone)
    if not dry_run and found and not is_confirmed:
        confirm_or_exit(len(found))

    async def run(database: Database) -> list[OrderSummary]:
        who = find_actor()
        return [
            one
            for one in found
            if await database.write(record_as_gone, one.id, moment, actor=who, now=datetime.now(UTC))
        ]

    recorded = [] if dry_run or not found else run_with_database(settings, run)
    if as_json:
        echo_json({"found": numbers_of(found), "recorded": numbers_of(recorded)})
    else:
        done = "would be recorded" if dry_run else f"found, {len(recorded)} recorded"
        click.echo(f"{len(found)} {done} as gone.")


def echo_orders(found: list[OrderSummary], zone: ZoneInfo) -> None:
    echo_first_rows(
        ("NUMBER", "PAID", "TOTAL", "NAME"),
        [(one.number, format_time(one.paid_at or one.placed_at, zone), one.total, one.name) for one in found],
    )


def confirm_or_exit(count: int) -> None:
    """Ask whether these orders have left; raises ClickException without a terminal."""
    if not sys.stdin.isatty():
        raise click.ClickException("This must be confirmed. Use --yes, or --dry-run to see the orders.")
    click.confirm(f"Record that {count} orders have left the shop?", abort=True, err=True)


def numbers_of(orders: list[OrderSummary]) -> list[int | None]:
    return [one.number for one in orders]
