"""Packing slips, the pick list and address labels, for printing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from quart import request
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.fulfilment.work_list import Work, list_work
from bookshop.office.bulk.chosen import MAX_ORDERS
from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.printing.chosen_orders import read_numbers
from bookshop.office.printing.pick_list import make_pick_list
from bookshop.office.printing.print_store import PrintedOrder, find_shelves, list_printed_orders
from bookshop.office.printing.shelf import Shelf
from bookshop.office.printing.slip import make_slip
from bookshop.staff.session import Session

LABELS_ON_A_SHEET = 14


async def slips(office: Office, session: Session) -> ResponseReturnValue:
    """Show packing slips, with prices if that is asked for."""
    numbers = read_numbers(request.args.getlist("orders"))
    printed, shelves = await office.database.read(read_with_shelves, numbers[:MAX_ORDERS])
    return await office_page(
        office,
        session,
        "office/printing/slips.html",
        "slips",
        slips=[slip for each in printed if (slip := make_slip(each, shelves))],
        has_prices=bool(request.args.get("prices")),
        **choice(numbers, printed),
    )


async def pick_list(office: Office, session: Session) -> ResponseReturnValue:
    """Show what to fetch for the chosen orders, or else for the oldest to pack."""
    numbers = read_numbers(request.args.getlist("orders"))
    if not request.args.getlist("orders"):
        numbers = await office.database.read(list_numbers_to_pack)
    printed, shelves = await office.database.read(read_with_shelves, numbers[:MAX_ORDERS])
    return await office_page(
        office,
        session,
        "office/printing/pick_list.html",
        "pick_list",
        categories=make_pick_list(printed, shelves),
        orders=len(printed),
        **choice(numbers, printed),
    )


async def labels(office: Office, session: Session) -> ResponseReturnValue:
    """Show the addresses of the chosen orders that are delivered.

    The labels before the first free one stay empty.
    """
    numbers = read_numbers(request.args.getlist("orders"))
    printed = await office.database.read(list_printed_orders, numbers[:MAX_ORDERS])
    first = request.args.get("first", 1, type=int)
    return await office_page(
        office,
        session,
        "office/printing/labels.html",
        "labels",
        orders=[each.order for each in printed if each.order.address],
        collected=[each.order.number for each in printed if not each.order.address],
        first=min(max(first, 1), LABELS_ON_A_SHEET),
        sheet=LABELS_ON_A_SHEET,
        **choice(numbers, printed),
    )


def choice(numbers: Sequence[int], printed: Sequence[PrintedOrder]) -> dict[str, Any]:
    """Return what each page states of the choice: its address, and which orders are missing."""
    found = {each.order.number for each in printed}
    return {
        "chosen": urlencode([("orders", number) for number in numbers]),
        "unknown": [number for number in numbers[:MAX_ORDERS] if number not in found],
        "left_out": len(numbers[MAX_ORDERS:]),
        "max_orders": MAX_ORDERS,
    }


def read_with_shelves(db: Connection, numbers: Sequence[int]) -> tuple[list[PrintedOrder], dict[str, Shelf]]:
    """Return the orders with these numbers, and where their books stand."""
    printed = list_printed_orders(db, numbers)
    return printed, find_shelves(db, printed)


def list_numbers_to_pack(db: Connection) -> list[int]:
    """Return the numbers of the orders that are to be packed, the oldest first."""
    found = list_work(db, Work.TO_PACK, datetime.now(UTC), MAX_ORDERS)
    return [order.number for order in found if order.number]
