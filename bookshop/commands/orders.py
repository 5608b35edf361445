"""`bookshop orders`: list the orders, by their state or by what is to be done with them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bookshop.commands.order_json import summary_to_json
from bookshop.commands.output import echo_json, echo_table, format_time
from bookshop.commands.runner import run_with_database
from bookshop.fulfilment.label import Label
from bookshop.fulfilment.work_list import Work, list_labels, list_work
from bookshop.orders.order_list import OrderSummary
from bookshop.orders.order_list import list_orders as read_orders
from bookshop.settings import settings_or_exit
from bookshop.shopper_requests.request import RequestKind
from bookshop.shopper_requests.store import list_open_requests

MAX_NAME_CHARS = 30
REQUESTS = {RequestKind.CHANGE: "change asked for", RequestKind.WITHDRAWAL: "withdrawal"}


class OrderList(NamedTuple):
    """Orders; by their ids the labels of paid ones, and what shoppers have asked for."""

    orders: list[OrderSummary]
    labels: Mapping[str, Label]
    requests: Mapping[str, str]


def list_orders(state: str, to_do: str, limit: int, *, as_json: bool) -> None:
    """Print the newest orders of this state, or the oldest with which this is to be done."""
    settings = settings_or_exit()
    zone = ZoneInfo(settings.shop_timezone)
    found = run_with_database(
        settings, lambda database: database.read(read_list, state, to_do, limit, datetime.now(UTC))
    )
    if as_json:
        echo_json([summary_to_json(one, found.labels.get(one.id)) for one in found.orders])
    else:
        echo_table(
            ("NUMBER", "PLACED", "STATE", "TOTAL", "BOOKS", "NAME", "ID", "NOTE"),
            [
                (
                    one.number or "-",
                    format_time(one.placed_at, zone),
                    one.state,
                    one.total,
                    found.labels.get(one.id, "-"),
                    shorten(one.name),
                    one.id,
                    ", ".join(filter(None, (describe_after_payment(one), found.requests.get(one.id)))),
                )
                for one in found.orders
            ],
        )


def read_list(db: Connection, state: str, to_do: str, limit: int, now: datetime) -> OrderList:
    """Return the orders of this state, or those with which this is to be done."""
    found = list_work(db, Work(f"to_{to_do}"), now, limit) if to_do else read_orders(db, state, limit)
    requests = {
        request.order_id: REQUESTS[request.kind] for request in list_open_requests(db) if request.order_id
    }
    return OrderList(found, list_labels(db, [one.id for one in found]), requests)


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
