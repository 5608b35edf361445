"""`bookshop orders`: list the orders, or show one."""

from zoneinfo import ZoneInfo

import click

from bookshop.addresses.lay_out import lay_out
from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.order_json import order_to_json, summary_to_json
from bookshop.commands.output import echo_json, echo_table, format_time
from bookshop.commands.runner import run_with_database
from bookshop.database import Database
from bookshop.money import Money
from bookshop.orders.order import Order, OrderLine
from bookshop.orders.order_list import OrderSummary, StockMovement, list_movements
from bookshop.orders.order_list import list_orders as read_orders
from bookshop.orders.order_state import order_state
from bookshop.orders.refund import Refund, sum_refunds
from bookshop.payments.refund_store import list_refunds
from bookshop.settings import settings_or_exit
from bookshop.trade.availability import AvailabilityKind

MAX_NAME_CHARS = 30


def list_orders(state: str, limit: int, *, as_json: bool) -> None:
    """Print the newest orders, only those in `state` unless it is empty."""
    settings = settings_or_exit()
    zone = ZoneInfo(settings.shop_timezone)
    found = run_with_database(settings, lambda database: database.read(read_orders, state, limit))
    if as_json:
        echo_json([summary_to_json(one) for one in found])
    else:
        echo_table(
            ("NUMBER", "PLACED", "STATE", "TOTAL", "NAME", "ID", "NOTE"),
            [
                (
                    one.number or "-",
                    format_time(one.placed_at, zone),
                    one.state,
                    one.total,
                    shorten(one.name),
                    one.id,
                    describe_after_payment(one),
                )
                for one in found
            ],
        )


def shorten(name: str) -> str:
    """Return a name that does not push the other columns out of sight."""
    return name if len(name) <= MAX_NAME_CHARS else f"{name[: MAX_NAME_CHARS - 1]}…"


def describe_after_payment(one: OrderSummary) -> str:
    """Describe what has happened to a payment since it was made."""
    notes = (
        f"refunded {one.refunded}" if one.refunded else "",
        f"dispute {one.dispute}" if one.dispute else "",
        f"fraud warning {one.fraud_warning}" if one.fraud_warning else "",
    )
    return ", ".join(filter(None, notes))


def show_order(name: str, *, as_json: bool) -> None:
    """Print the order with this number or id."""
    settings = settings_or_exit()
    shown = run_with_database(settings, lambda database: read_order(database, name))
    if as_json:
        echo_json(order_to_json(*shown))
    else:
        echo_order(*shown, ZoneInfo(settings.shop_timezone))


async def read_order(database: Database, name: str) -> tuple[Order, list[Refund], list[StockMovement]]:
    """Read an order, its refunds and its stock movements."""
    order = await find_order_or_exit(database, name)
    refunds = await database.read(list_refunds, order.id)
    return order, refunds, await database.read(list_movements, order.id)


def echo_order(order: Order, refunds: list[Refund], movements: list[StockMovement], zone: ZoneInfo) -> None:
    """Print an order as text: everything but its token, which opens its receipt."""
    echo_facts(order, sum_refunds(refunds, order.total.currency), zone)
    click.echo()
    echo_lines(order, zone)
    click.echo()
    if refunds:
        echo_refunds(refunds, zone)
        click.echo()
    echo_table(
        ("MOVED", "COPIES", "ISBN", "AT"),
        [(move.kind, move.quantity, move.isbn, format_time(move.moved_at, zone)) for move in movements],
    )


def echo_refunds(refunds: list[Refund], zone: ZoneInfo) -> None:
    echo_table(
        ("REFUND", "STATUS", "REASON", "AT", "ID"),
        [
            (
                refund.amount,
                " ".join(filter(None, (refund.status, refund.failure))),
                refund.reason or "-",
                format_time(refund.requested_at, zone),
                refund.stripe_refund_id or "-",
            )
            for refund in refunds
        ],
    )


def echo_facts(order: Order, refunded: Money, zone: ZoneInfo) -> None:
    address, charge = order.address, order.charge
    facts = (
        ("number", order.number),
        ("id", order.id),
        ("placed", format_time(order.placed_at, zone)),
        ("name", order.name),
        ("email", order.email),
        ("delivery", order.delivery),
        ("address", address and ", ".join((*lay_out(address), address.country))),
        ("state", order_state(order.payment, order.review_reason, order.total, refunded)),
        ("payment", order.payment),
        ("paid", order.paid_at and format_time(order.paid_at, zone)),
        ("refunded", refunded and f"{refunded} of {order.total}"),
        ("dispute", order.dispute),
        ("warning", order.fraud_warning),
        ("review", order.review_reason),
        ("failure", order.failure),
        ("intent", " ".join(filter(None, (order.attempt.intent_id, order.intent_status)))),
        ("session", order.attempt.session_id),
        ("charge", charge and " ".join(filter(None, (charge.id, charge.method, charge.brand, charge.last4)))),
    )
    echo_table((), [(name, value or "-") for name, value in facts])


def echo_lines(order: Order, zone: ZoneInfo) -> None:
    lines = [
        (line.quantity, line.isbn, line.price, line.amount, describe_supply(line, zone), line.title)
        for line in order.lines
    ]
    echo_table(
        ("COPIES", "ISBN", "PRICE", "AMOUNT", "SUPPLY", "TITLE"),
        [
            *lines,
            ("", "", "", order.delivery_fee, "", "delivery"),
            ("", "", "", order.total, "", "total"),
        ],
    )


def describe_supply(line: OrderLine, zone: ZoneInfo) -> str:
    """Describe what the shop must order or wait for; "-" if every copy comes from its stock."""
    if line.kind is AvailabilityKind.PREORDER and line.not_before:
        return f"pre-order, not before {line.not_before.astimezone(zone):%Y-%m-%d}"
    return f"order in {line.to_order}" if line.kind is AvailabilityKind.ORDER else "-"
