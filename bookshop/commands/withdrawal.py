"""`bookshop withdrawal`: list the open withdrawals, and pay back what one is about."""

from contextlib import suppress
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import click

from bookshop.commands.actor import find_actor
from bookshop.commands.copies_option import parse_lines
from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.order_action import refusals_as_errors
from bookshop.commands.order_json import plan_to_json, refund_to_json, request_to_json
from bookshop.commands.output import echo_json, echo_table, format_time
from bookshop.commands.refund import confirm_or_exit, describe_order, describe_plan
from bookshop.commands.runner import run_with_database, run_with_stripe
from bookshop.database import Database
from bookshop.fulfilment.timeline_store import find_version
from bookshop.mail.send_mails import send_due_mails
from bookshop.orders.order import Order
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.settings import Settings, settings_or_exit
from bookshop.shopper_requests.describe_withdrawal import WITHHOLDING
from bookshop.shopper_requests.settle_withdrawal import (
    Settlement,
    prepare_settlement,
    settle_withdrawal,
)
from bookshop.shopper_requests.store import list_open_withdrawals, set_closed
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight


class Prepared(NamedTuple):
    """An order of this version, and the refund that answers the withdrawal from it."""

    order: Order
    version: int
    settlement: Settlement


def list_withdrawals(*, as_json: bool) -> None:
    """Print the withdrawals that are not settled, the oldest first."""
    settings = settings_or_exit()
    found = run_with_database(settings, lambda database: database.read(list_open_withdrawals))
    if as_json:
        echo_json([{**request_to_json(one), "order_id": one.order_id, "number": n} for one, n in found])
        return
    zone = ZoneInfo(settings.shop_timezone)
    right = WithdrawalRight(settings.shop_country, settings.shop_timezone)
    echo_table(
        ("RECEIVED", "REFUND DUE", "ORDER", "REFERENCE", "NAME", "ID"),
        [
            (
                format_time(one.received_at, zone),
                right.refund_due(one.received_at),
                number or "not found",
                one.reference,
                one.name,
                one.id,
            )
            for one, number in found
        ],
    )


def close_withdrawal(request_id: str) -> None:
    """Close a withdrawal for which no order was found; raises ClickException."""

    async def run(database: Database) -> bool:
        return await database.write(set_closed, request_id, None, datetime.now(UTC))

    if not run_with_database(settings_or_exit(), run):
        raise click.ClickException("No open withdrawal without an order has this id.")
    click.echo("The withdrawal is closed.")


def settle(
    name: str,
    request_id: str,
    lines: tuple[str, ...],
    *,
    restock: bool | None,
    is_confirmed: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Pay back what the oldest open withdrawal from an order is about, after a confirmation."""
    settings, chosen = settings_or_exit(), parse_lines(lines)

    async def prepare(database: Database) -> Prepared:
        order = await find_order_or_exit(database, name)
        with refusals_as_errors(settings):
            version = await database.read(find_version, order.id)
            found = await database.read(prepare_settlement, order, request_id, chosen, restock=restock)
        return Prepared(order, version, found)

    prepared = run_with_database(settings, prepare)
    if dry_run:
        echo_prepared(prepared, settings, as_json=as_json)
        return
    if not is_confirmed:
        click.echo(describe_due(prepared, settings), err=True)
        confirm_or_exit(prepared.order, prepared.settlement.plan)
    made = run_with_stripe(
        settings, lambda database, gateway: settle_one(database, gateway, settings, prepared)
    )
    echo_made(prepared.order, made, as_json=as_json)


async def settle_one(database: Database, gateway: Gateway, settings: Settings, prepared: Prepared) -> Refund:
    """Settle a withdrawal as it was shown, and send the mail about it; raises ClickException."""
    order, version, settlement = prepared
    try:
        with refusals_as_errors(settings):
            made = await settle_withdrawal(database, gateway, order, version, settlement, actor=find_actor())
    except ProviderUnavailable:
        raise click.ClickException(
            "Stripe has not responded yet. The refund is stored, and the shop retries it by itself."
        ) from None
    # the money is on its way, whatever becomes of the mail; the shop sends what is left
    with suppress(Exception):
        await send_due_mails(database, settings, order.id)
    return made


def echo_prepared(prepared: Prepared, settings: Settings, *, as_json: bool) -> None:
    order, settlement = prepared.order, prepared.settlement
    if as_json:
        echo_json(plan_to_json(order, settlement.plan))
        return
    click.echo(f"{describe_order(order)} Would refund {describe_plan(settlement.plan)}.")
    click.echo(describe_due(prepared, settings))


def describe_due(prepared: Prepared, settings: Settings) -> str:
    """Return by when the refund is due, and what the shop may wait for."""
    right = WithdrawalRight(settings.shop_country, settings.shop_timezone)
    return f"The refund is due by {right.refund_due(prepared.settlement.request.received_at)}. {WITHHOLDING}"


def echo_made(order: Order, made: Refund, *, as_json: bool) -> None:
    """Print the refund; raises ClickException if Stripe refused it."""
    number = order.number or order.id
    if as_json:
        echo_json(refund_to_json(order, made))
    elif made.status is not RefundStatus.FAILED:
        click.echo(f"Refund of {made.amount} for order {number}: {made.status}. The withdrawal is closed.")
    if made.status is RefundStatus.FAILED:
        raise click.ClickException(f"The refund of {made.amount} for order {number} failed: {made.failure}.")
