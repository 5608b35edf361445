"""`bookshop orders ORDER`: all about one order but its token, which opens its receipt."""

from zoneinfo import ZoneInfo

import click

from bookshop.addresses.lay_out import lay_out
from bookshop.commands.find_order import find_order_or_exit
from bookshop.commands.order_json import order_to_json
from bookshop.commands.output import echo_json, echo_table, format_time
from bookshop.commands.runner import run_with_database
from bookshop.database import Database
from bookshop.fulfilment.label import find_label
from bookshop.fulfilment.rules import describe_copies
from bookshop.fulfilment.timeline_text import DONE, describe_details
from bookshop.mail.mail import Mail
from bookshop.money import Money
from bookshop.office.order.order_view import OrderView, view_order
from bookshop.orders.order import Order, OrderLine
from bookshop.orders.order_list import StockMovement, list_movements
from bookshop.orders.order_state import order_state
from bookshop.orders.refund import Refund, sum_refunds
from bookshop.settings import settings_or_exit
from bookshop.shopper_requests.request import ShopperRequest
from bookshop.trade.availability import AvailabilityKind


def show_order(name: str, *, as_json: bool) -> None:
    """Print the order with this number or id."""
    settings = settings_or_exit()

    async def read(database: Database) -> tuple[OrderView, list[StockMovement]]:
        order = await find_order_or_exit(database, name)
        return await database.read(view_order, order), await database.read(list_movements, order.id)

    shown, movements = run_with_database(settings, read)
    if as_json:
        echo_json(order_to_json(shown, movements))
    else:
        echo_order(shown, movements, ZoneInfo(settings.shop_timezone))


def echo_order(shown: OrderView, movements: list[StockMovement], zone: ZoneInfo) -> None:
    """Print an order as text."""
    order = shown.order
    label = find_label(shown.fulfilment.copies, order.delivery)
    echo_facts(order, sum_refunds(shown.refunds, order.total.currency), str(label or ""), zone)
    click.echo()
    echo_lines(order, zone)
    if shown.fulfilment.copies:
        echo_fulfilment(shown, zone)
    if shown.refunds:
        echo_refunds(shown.refunds, zone)
    if shown.requests:
        echo_requests(shown.requests, zone)
    if shown.mails:
        echo_mails(shown.mails, zone)
    click.echo()
    echo_table(
        ("MOVED", "COPIES", "ISBN", "AT"),
        [(move.kind, move.quantity, move.isbn, format_time(move.moved_at, zone)) for move in movements],
    )


def echo_fulfilment(shown: OrderView, zone: ZoneInfo) -> None:
    """Print where the copies are, the parcels, and what was done."""
    found = shown.fulfilment
    click.echo()
    echo_table(
        ("ISBN", "WHERE", "EXPECTED"),
        [
            (
                line.isbn,
                describe_copies([line]),
                format_time(line.expected_at, zone) if line.expected_at else "-",
            )
            for line in found.copies
        ],
    )
    if found.parcels:
        click.echo()
        echo_table(
            ("PARCEL", "SENT", "CARRIER", "TRACKING", "COPIES"),
            [
                (
                    parcel.number,
                    format_time(parcel.shipped_at, zone),
                    parcel.carrier or "-",
                    parcel.tracking or "-",
                    ", ".join(f"{quantity} × {isbn}" for isbn, quantity in parcel.copies.items()),
                )
                for parcel in found.parcels
            ],
        )
    if found.entries:
        click.echo()
        echo_table(
            ("VERSION", "AT", "WHO", "WHAT", "DETAILS"),
            [
                (
                    entry.version,
                    format_time(entry.at, zone),
                    entry.actor,
                    DONE[entry.action],
                    describe_details(entry, shown.order.total.currency),
                )
                for entry in found.entries
            ],
        )


def echo_requests(requests: list[ShopperRequest], zone: ZoneInfo) -> None:
    click.echo()
    echo_table(
        ("REQUEST", "AT", "OPEN", "MESSAGE"),
        [
            (
                request.kind,
                format_time(request.received_at, zone),
                "no" if request.closed_at else "yes",
                " ".join(request.message.split()),
            )
            for request in requests
        ],
    )


def echo_mails(mails: list[Mail], zone: ZoneInfo) -> None:
    click.echo()
    echo_table(
        ("MAIL", "KIND", "STATE", "AT"),
        [
            (mail.id, mail.kind, mail.state, format_time(mail.sent_at or mail.created_at, zone))
            for mail in reversed(mails)
        ],
    )


def echo_refunds(refunds: list[Refund], zone: ZoneInfo) -> None:
    click.echo()
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


def echo_facts(order: Order, refunded: Money, label: str, zone: ZoneInfo) -> None:
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
        ("books", label),
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
