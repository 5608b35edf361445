"""`bookshop reconcile`: bring orders in line with Stripe now."""

import click

from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.output import echo_json
from bookshop.commands.runner import run_with_stripe
from bookshop.database import Database
from bookshop.orders.order import NEEDS_REVIEW, Order
from bookshop.orders.order_list import list_payable_orders
from bookshop.payments.check_order import CheckedOrder, check_order
from bookshop.payments.gateway import Gateway
from bookshop.settings import settings_or_exit


def reconcile(name: str | None, *, as_json: bool) -> None:
    """Reconcile one order, or all unpaid ones, and print the changes; exit with 1 on failure."""
    checked = run_with_stripe(
        settings_or_exit(), lambda database, gateway: reconcile_orders(database, gateway, name)
    )
    failed = [one.old.id for one in checked if not one.is_fresh]
    if as_json:
        changed = [change_to_json(one) for one in checked if is_changed(one)]
        echo_json({"checked": len(checked), "changed": changed, "failed": failed})
    else:
        echo_changes(checked)
    if failed:
        raise click.ClickException(
            f"The payment could not be read from Stripe for {', '.join(failed)}. Try again later."
        )


async def reconcile_orders(database: Database, gateway: Gateway, name: str | None) -> list[CheckedOrder]:
    if name is None:
        wanted = await database.read(list_payable_orders)
    else:
        wanted = [await find_order_or_exit(database, name)]
    return [await check_order(database, gateway, order) for order in wanted]


def is_changed(one: CheckedOrder) -> bool:
    return describe_state(one.old) != describe_state(one.new)


def change_to_json(one: CheckedOrder) -> dict[str, object]:
    return {
        "id": one.new.id,
        "number": one.new.number,
        "before": describe_state(one.old),
        "after": describe_state(one.new),
    }


def echo_changes(checked: list[CheckedOrder]) -> None:
    changed = [one for one in checked if is_changed(one)]
    for one in changed:
        click.echo(f"{one.new.number or one.new.id}: {describe_state(one.old)} -> {describe_state(one.new)}")
    click.echo(f"{len(checked)} checked, {len(changed)} changed.")


def describe_state(order: Order) -> str:
    """Return an order's state in the shop's words, then in Stripe's."""
    return " ".join(filter(None, (order.payment, order.review_reason and NEEDS_REVIEW, order.intent_status)))
