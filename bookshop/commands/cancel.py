"""`bookshop cancel`: cancel an order, or copies of it, and pay back what was paid for them."""

import sys
from datetime import UTC, datetime
from typing import NamedTuple

import click

from bookshop.commands.actor import find_actor
from bookshop.commands.copies_option import parse_lines
from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.order_action import Done, echo_done, finish_action, refusals_as_errors
from bookshop.commands.output import echo_json
from bookshop.commands.refund import describe_order, describe_quantities
from bookshop.commands.runner import run_with_database, run_with_stripe
from bookshop.database import Database
from bookshop.fulfilment.timeline_store import find_version
from bookshop.orders.order import Order, PaymentState
from bookshop.payments.cancel_by_shop import cancel_by_shop, preview_cancellation
from bookshop.payments.cancel_rules import Cancellation, CancelPlan
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.gateway import Gateway
from bookshop.payments.refund import RefundStatus
from bookshop.settings import Settings, settings_or_exit


class CancelPreview(NamedTuple):
    """An order, its version, and what would be cancelled; None of an unpaid order."""

    order: Order
    version: int
    plan: CancelPlan | None


def cancel(
    name: str,
    lines: tuple[str, ...],
    message: str,
    version: int | None,
    *,
    restock: bool,
    is_confirmed: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Cancel an order after a confirmation, and print what went back."""
    settings, cancellation = settings_or_exit(), Cancellation(parse_lines(lines), message, restock)
    shown = run_with_database(
        settings, lambda database: preview(database, settings, name, version, cancellation)
    )
    if dry_run:
        echo_plan(shown, as_json=as_json)
        return
    if not is_confirmed:
        confirm_or_exit(shown)
    done = run_with_stripe(
        settings, lambda database, gateway: cancel_one(database, gateway, settings, shown, cancellation)
    )
    amount = (
        f"{shown.plan.amount} goes back" if shown.plan and shown.plan.amount else "nothing was paid for it"
    )
    echo_done(done, f"cancelled, and {amount}", as_json=as_json)


async def preview(
    database: Database, settings: Settings, name: str, version: int | None, cancellation: Cancellation
) -> CancelPreview:
    """Return the named order and what would be cancelled; raises ClickException."""
    order = await find_order_or_exit(database, name)
    seen = await database.read(find_version, order.id) if version is None else version
    plan = None
    if order.payment is PaymentState.PAID:
        with refusals_as_errors(settings):
            plan = await database.read(preview_cancellation, order, cancellation)
    return CancelPreview(order, seen, plan)


def confirm_or_exit(shown: CancelPreview) -> None:
    """Ask the bookseller whether to cancel; raises ClickException without a terminal."""
    if not sys.stdin.isatty():
        raise click.ClickException(
            "A cancellation must be confirmed. Use --yes, or --dry-run to see what would be cancelled."
        )
    click.confirm(f"{describe_preview(shown, 'Cancel')}?", abort=True, err=True)


def echo_plan(shown: CancelPreview, *, as_json: bool) -> None:
    if as_json:
        echo_json(preview_to_json(shown))
    else:
        click.echo(f"{describe_preview(shown, 'Would cancel')}.")


def preview_to_json(shown: CancelPreview) -> dict[str, object]:
    """Return what would be cancelled."""
    return {
        "order_id": shown.order.id,
        "number": shown.order.number,
        "version": shown.version,
        "copies": shown.plan.copies if shown.plan else shown.order.quantities,
        "refund_minor": shown.plan.amount.minor if shown.plan else 0,
        "currency": shown.order.total.currency,
    }


def describe_preview(shown: CancelPreview, verb: str) -> str:
    if shown.plan is None:
        return f"Order {shown.order.number or shown.order.id} is not paid. {verb} it"
    copies = describe_quantities(shown.plan.copies)
    back = f" and pay {shown.plan.amount} back" if shown.plan.amount else ""
    return f"{describe_order(shown.order)} {verb} {copies}{back}"


async def cancel_one(
    database: Database, gateway: Gateway, settings: Settings, shown: CancelPreview, cancellation: Cancellation
) -> Done:
    """Cancel an order as it was shown; raises ClickException."""
    order, now = shown.order, datetime.now(UTC)
    try:
        with refusals_as_errors(settings):
            cancelled = await cancel_by_shop(
                database, gateway, order.id, shown.version, cancellation, actor=find_actor()
            )
    except ProviderUnavailable:
        raise click.ClickException(
            "Stripe has not responded. A paid order is cancelled, and the shop requests its refund by "
            "itself; an unpaid one is as it was."
        ) from None
    if cancelled.refund and cancelled.refund.status is RefundStatus.FAILED:
        raise click.ClickException(
            f"The copies are cancelled, but Stripe refuses the refund: {cancelled.refund.failure}."
        )
    return await finish_action(database, settings, order, cancelled.entry, now)
