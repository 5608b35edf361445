"""Commands about orders and their money."""

import sys
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import click

from bookshop.commands.output import echo_json, echo_table, moment_text
from bookshop.commands.shop import run_in_database, run_in_shop
from bookshop.database import Database
from bookshop.money import parse as parse_money
from bookshop.orders.audit import AuditReport, compare_with_stripe
from bookshop.orders.audit import audit as audit_shop
from bookshop.orders.order import NEEDS_REVIEW, Order, OrderLine
from bookshop.orders.order_list import (
    OrderSummary,
    StockMovement,
    find_order_by_reference,
    list_movements,
    list_orders,
    list_payable_orders,
)
from bookshop.payments.gateway import Gateway, ProviderUnavailable
from bookshop.payments.reconcile import NO_PAUSE
from bookshop.payments.reconcile import reconcile as reconcile_order
from bookshop.payments.refund import NotRefundable, Refund, RefundRequest, RefundStatus
from bookshop.payments.refund_order import refund_order
from bookshop.settings import settings_or_exit
from bookshop.trade.availability import Kind

# Stripe's clock and the shop's may differ
LISTING_MARGIN = timedelta(days=1)


def print_audit(*, as_json: bool, with_stripe: bool) -> None:
    """Print what the audit found; the exit status says whether all agrees."""
    settings = settings_or_exit()
    if with_stripe:
        report = run_in_shop(settings, audit_with_stripe)
    else:
        report = run_in_database(settings, lambda database: database.read(audit_shop))
    if as_json:
        echo_json({"is_clean": not report.violations, **asdict(report)})
    else:
        if report.violations:
            echo_table(
                ("RULE", "SUBJECT", "EXPECTED", "FOUND"),
                [(v.rule, v.subject, v.expected, v.found) for v in report.violations],
            )
        click.echo(f"Books: {report.books}, orders: {report.orders}, wrong: {len(report.violations)}.")
    sys.exit(1 if report.violations else 0)


async def audit_with_stripe(database: Database, gateway: Gateway) -> AuditReport:
    """Every rule, and the comparison with Stripe."""
    report = await database.read(audit_shop)
    began = datetime.now(UTC)
    first = min((order.placed_at for order in await database.read(list_orders)), default=began)
    told = [update async for update in gateway.list_payments(first - LISTING_MARGIN)]
    # what was paid while Stripe's list was read may be on it or not
    known = [
        order for order in await database.read(list_orders) if order.paid_at is None or order.paid_at < began
    ]
    return replace(report, violations=(*report.violations, *compare_with_stripe(known, told)))


def print_orders(state: str, limit: int, *, as_json: bool) -> None:
    """Print the newest orders."""
    settings = settings_or_exit()
    zone = ZoneInfo(settings.shop_timezone)
    found = run_in_database(settings, lambda database: database.read(list_orders, state, limit))
    if as_json:
        echo_json([summary_values(one) for one in found])
    else:
        echo_table(
            ("NUMBER", "PLACED", "STATE", "TOTAL", "NAME", "ID"),
            [
                (one.number or "-", moment_text(one.placed_at, zone), one.state, one.total, one.name, one.id)
                for one in found
            ],
        )


def print_order(name: str, *, as_json: bool) -> None:
    """Print the order of this number or id."""
    settings = settings_or_exit()
    one, movements = run_in_database(settings, lambda database: read_whole_order(database, name))
    if as_json:
        echo_json(order_values(one, movements))
    else:
        echo_order(one, movements, ZoneInfo(settings.shop_timezone))


async def read_whole_order(database: Database, name: str) -> tuple[Order, list[StockMovement]]:
    """The order of this number or id with what it moved on the shelves."""
    order = await find_or_stop(database, name)
    return order, await database.read(list_movements, order.id)


def settle_orders(order: str | None, *, as_json: bool) -> None:
    """Settle one order, or all that may yet be paid, and print what changed."""
    looks = run_in_shop(settings_or_exit(), lambda database, gateway: look_again(database, gateway, order))
    changed = [(old, new) for old, new, _ in looks if standing(old) != standing(new)]
    failed = [old.id for old, _, is_fresh in looks if not is_fresh]
    if as_json:
        lines = [
            {"id": new.id, "number": new.number, "before": standing(old), "after": standing(new)}
            for old, new in changed
        ]
        echo_json({"looked_at": len(looks), "changed": lines, "failed": failed})
    else:
        for old, new in changed:
            click.echo(f"{new.number or new.id}: {standing(old)} -> {standing(new)}")
        click.echo(f"{len(looks)} looked at, {len(changed)} changed.")
    if failed:
        raise click.ClickException(f"Stripe did not tell what became of {', '.join(failed)}.")


async def look_again(
    database: Database, gateway: Gateway, name: str | None
) -> list[tuple[Order, Order, bool]]:
    """Settle one order, or all that may yet be paid: each before and after, and whether Stripe told."""
    wanted = (
        await database.read(list_payable_orders) if name is None else [await find_or_stop(database, name)]
    )
    return [(order, *await reconcile_order(database, gateway, order, NO_PAUSE)) for order in wanted]


def refund_and_print(
    order: str, amount: str | None, lines: tuple[str, ...], reason: str, *, restock: bool, as_json: bool
) -> None:
    """Refund what the command says, and print what became of it."""
    one, made = run_in_shop(
        settings_or_exit(),
        lambda database, gateway: refund_one(database, gateway, order, amount, lines, reason, restock),
    )
    name = one.number or one.id
    if as_json:
        echo_json(refund_values(one, made))
    elif made.status is not RefundStatus.FAILED:
        click.echo(f"{made.amount} of order {name}: {made.status} ({made.refund_id}).")
    if made.status is RefundStatus.FAILED:
        raise click.ClickException(f"{made.amount} of order {name} did not go back: {made.failure}.")


async def refund_one(
    database: Database,
    gateway: Gateway,
    name: str,
    amount: str | None,
    lines: tuple[str, ...],
    reason: str,
    restock: bool,
) -> tuple[Order, Refund]:
    """Refund what the command says of one order, or end with one line that says why not."""
    order = await find_or_stop(database, name)
    try:
        wanted = None if amount is None else parse_money(amount, order.total.currency)
        request = RefundRequest(wanted, tuple(map(read_line, lines)), reason, restock)
    except ValueError as problem:
        raise click.ClickException(str(problem)) from None
    try:
        return order, await refund_order(database, gateway, order.id, request)
    except NotRefundable as problem:
        raise click.ClickException(str(problem)) from None
    except ProviderUnavailable:
        raise click.ClickException(
            "Stripe has not answered yet; the refund is written down, and the shop asks again by itself."
        ) from None


def read_line(text: str) -> tuple[str, int | None]:
    """Read ISBN[:QUANTITY]; raises ValueError."""
    isbn, colon, quantity = text.partition(":")
    if colon and not (quantity.isascii() and quantity.isdecimal()):
        raise ValueError(f"{text!r} is not ISBN:QUANTITY.")
    return isbn.replace("-", ""), int(quantity) if colon else None


def refund_values(order: Order, refund: Refund) -> dict[str, Any]:
    """A refund as JSON."""
    return {
        "id": refund.id,
        "order_id": order.id,
        "number": order.number,
        "refund_id": refund.refund_id,
        "amount_minor": refund.amount.minor,
        "currency": refund.amount.currency,
        "reason": refund.reason,
        "status": refund.status,
        "failure": refund.failure,
    }


async def find_or_stop(database: Database, name: str) -> Order:
    """The order of this number or id, or the end of the command."""
    order = await database.read(find_order_by_reference, name)
    if order is None:
        raise click.ClickException(f"There is no order {name}.")
    return order


def standing(order: Order) -> str:
    """How an order stands, in the shop's words and in Stripe's."""
    return " ".join(filter(None, (order.payment, order.review_reason and NEEDS_REVIEW, order.intent_status)))


def summary_values(order: OrderSummary) -> dict[str, Any]:
    """An order of the list as JSON."""
    return {
        "id": order.id,
        "number": order.number,
        "placed_at": order.placed_at.isoformat(),
        "state": order.state,
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "name": order.name,
    }


def order_values(order: Order, movements: list[StockMovement]) -> dict[str, Any]:
    """An order as JSON: everything but its token, which opens its receipt."""
    return {
        "id": order.id,
        "number": order.number,
        "placed_at": order.placed_at.isoformat(),
        "name": order.name,
        "email": order.email,
        "delivery": order.delivery,
        "address": asdict(order.address) if order.address else None,
        "lines": [
            {
                "isbn": line.isbn,
                "title": line.title,
                "quantity": line.quantity,
                "price_minor": line.price.minor,
                "kind": line.kind,
                "to_order": line.to_order,
                "days": line.days,
                "not_before": line.not_before.isoformat() if line.not_before else None,
            }
            for line in order.lines
        ],
        "delivery_fee_minor": order.delivery_fee.minor,
        "total_minor": order.total.minor,
        "currency": order.total.currency,
        "payment": order.payment,
        "paid_at": order.paid_at.isoformat() if order.paid_at else None,
        "review_reason": order.review_reason,
        "failure": order.failure,
        "intent_id": order.intent_id,
        "intent_status": order.intent_status,
        "charge_id": order.charge.id if order.charge else "",
        "movements": [
            {**asdict(movement), "moved_at": movement.moved_at.isoformat()} for movement in movements
        ],
    }


def echo_order(order: Order, movements: list[StockMovement], zone: ZoneInfo) -> None:
    """An order as text: everything but its token, which opens its receipt."""
    address, charge = order.address, order.charge
    facts = (
        ("number", order.number),
        ("id", order.id),
        ("placed", moment_text(order.placed_at, zone)),
        ("name", order.name),
        ("e-mail", order.email),
        ("delivery", order.delivery),
        ("address", address and f"{address.street}, {address.postcode} {address.city}, {address.country}"),
        ("payment", order.payment),
        ("paid", order.paid_at and moment_text(order.paid_at, zone)),
        ("review", order.review_reason),
        ("failure", order.failure),
        ("intent", " ".join(filter(None, (order.intent_id, order.intent_status)))),
        ("charge", charge and " ".join(filter(None, (charge.id, charge.method, charge.brand, charge.last4)))),
    )
    echo_table((), [(name, value or "-") for name, value in facts])
    click.echo()
    echo_table(
        ("COPIES", "ISBN", "PRICE", "AMOUNT", "PROMISE", "TITLE"),
        [
            *(
                (line.quantity, line.isbn, line.price, line.amount, promise_text(line, zone), line.title)
                for line in order.lines
            ),
            ("", "", "", order.delivery_fee, "", "delivery"),
            ("", "", "", order.total, "", "total"),
        ],
    )
    click.echo()
    echo_table(
        ("MOVED", "COPIES", "ISBN", "AT"),
        [(move.kind, move.quantity, move.isbn, moment_text(move.moved_at, zone)) for move in movements],
    )


def promise_text(line: OrderLine, zone: ZoneInfo) -> str:
    """What was promised of an order's copies that the shop must keep."""
    if line.kind is Kind.PREORDER and line.not_before:
        return f"pre-order, not before {line.not_before.astimezone(zone):%Y-%m-%d}"
    return f"order in {line.to_order}" if line.kind is Kind.ORDER else "-"
