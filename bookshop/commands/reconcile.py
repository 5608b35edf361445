"""`bookshop reconcile`: bring orders in line with Stripe now."""

from dataclasses import dataclass, replace

import click

from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.output import echo_json
from bookshop.commands.runner import run_with_stripe
from bookshop.database import Database
from bookshop.orders.order import NEEDS_REVIEW, Order, PaymentState
from bookshop.orders.order_list import list_payable_orders
from bookshop.payments.errors import PaymentError
from bookshop.payments.gateway import Gateway
from bookshop.payments.reconcile import NO_INTERVAL
from bookshop.payments.reconcile import reconcile as reconcile_order
from bookshop.payments.refresh_refunds import refresh_refunds
from bookshop.settings import settings_or_exit


@dataclass(frozen=True, slots=True)
class CheckedOrder:
    """An order before and after; `is_fresh` if its payment was read from Stripe."""

    old: Order
    new: Order
    is_fresh: bool

    @property
    def is_changed(self) -> bool:
        return describe_state(self.old) != describe_state(self.new)


def reconcile(name: str | None, *, as_json: bool) -> None:
    """Reconcile one order, or all unpaid ones, and print the changes; exit with 1 on failure."""
    checked = run_with_stripe(
        settings_or_exit(), lambda database, gateway: reconcile_orders(database, gateway, name)
    )
    failed = [one.old.id for one in checked if not one.is_fresh]
    if as_json:
        changed = [change_to_json(one) for one in checked if one.is_changed]
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


async def check_order(database: Database, gateway: Gateway, order: Order) -> CheckedOrder:
    """Bring an order in line with Stripe, and what followed its payment."""
    checked = CheckedOrder(order, *await reconcile_order(database, gateway, order, NO_INTERVAL))
    if checked.new.payment is not PaymentState.PAID:
        return checked
    try:
        await refresh_refunds(database, gateway, checked.new)
    except PaymentError:
        return replace(checked, is_fresh=False)
    return checked


def change_to_json(one: CheckedOrder) -> dict[str, object]:
    return {
        "id": one.new.id,
        "number": one.new.number,
        "before": describe_state(one.old),
        "after": describe_state(one.new),
    }


def echo_changes(checked: list[CheckedOrder]) -> None:
    changed = [one for one in checked if one.is_changed]
    for one in changed:
        click.echo(f"{one.new.number or one.new.id}: {describe_state(one.old)} -> {describe_state(one.new)}")
    click.echo(f"{len(checked)} checked, {len(changed)} changed.")


def describe_state(order: Order) -> str:
    """Return an order's state in the shop's words, then in Stripe's."""
    return " ".join(filter(None, (order.payment, order.review_reason and NEEDS_REVIEW, order.intent_status)))
