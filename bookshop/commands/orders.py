"""`bookshop orders`: list the orders, or show one."""

from zoneinfo import ZoneInfo

import click

from bookshop.addresses.lay_out import lay_out
from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.order_json import order_to_json, summary_to_json
from bookshop.commands.output import echo_json, echo_table, format_time
from bookshop.commands.runner import run_with_database
from bookshop.database import Database
from bookshop.orders.order import Order, OrderLine
from bookshop.orders.order_list import StockMovement, list_movements
from bookshop.orders.order_list import list_orders as read_orders
from bookshop.settings import settings_or_exit
from bookshop.trade.availability import AvailabilityKind


def list_orders(state: str, limit: int, *, as_json: bool) -> None:
    """Print the newest orders, only those in `state` unless it is empty."""
    settings = settings_or_exit()
    zone = ZoneInfo(settings.shop_timezone)
    found = run_with_database(settings, lambda database: database.read(read_orders, state, limit))
    if as_json:
        echo_json([summary_to_json(one) for one in found])
    else:
        echo_table(
            ("NUMBER", "PLACED", "STATE", "TOTAL", "NAME", "ID"),
            [
                (one.number or "-", format_time(one.placed_at, zone), one.state, one.total, one.name, one.id)
                for one in found
            ],
        )


def show_order(name: str, *, as_json: bool) -> None:
    """Print the order with this number or id."""
    settings = settings_or_exit()
    order, movements = run_with_database(settings, lambda database: read_order(database, name))
    if as_json:
        echo_json(order_to_json(order, movements))
    else:
        echo_order(order, movements, ZoneInfo(settings.shop_timezone))


async def read_order(database: Database, name: str) -> tuple[Order, list[StockMovement]]:
    """Read an order and its stock movements."""
    order = await find_order_or_exit(database, name)
    return order, await database.read(list_movements, order.id)


def echo_order(order: Order, movements: list[StockMovement], zone: ZoneInfo) -> None:
    """Print an order as text: everything but its token, which opens its receipt."""
    echo_facts(order, zone)
    click.echo()
    echo_lines(order, zone)
    click.echo()
    echo_table(
        ("MOVED", "COPIES", "ISBN", "AT"),
        [(move.kind, move.quantity, move.isbn, format_time(move.moved_at, zone)) for move in movements],
    )


def echo_facts(order: Order, zone: ZoneInfo) -> None:
    address, charge = order.address, order.charge
    facts = (
        ("number", order.number),
        ("id", order.id),
        ("placed", format_time(order.placed_at, zone)),
        ("name", order.name),
        ("e-mail", order.email),
        ("delivery", order.delivery),
        ("address", address and ", ".join((*lay_out(address), address.country))),
        ("payment", order.payment),
        ("paid", order.paid_at and format_time(order.paid_at, zone)),
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
