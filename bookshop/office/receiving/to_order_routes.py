"""The order list for wholesalers, as a page and as a file."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from quart import Response, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.fulfilment import copies_to_order
from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.receiving.order_list import SupplierList, split_by_supplier, to_csv
from bookshop.staff.session import Session

# a page of more would neither be read nor load fast; the file has all of them
MAX_SHOWN_LINES, MAX_LINES = 100, 100_000


def read_lists(db: Connection, limit: int) -> list[SupplierList]:
    """Return what is to be ordered and what was, by supplier."""
    return split_by_supplier(copies_to_order.list_waited_for(db, limit))


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Show what is to be ordered, by supplier."""
    now = datetime.now(UTC)
    lists = await office.database.read(read_lists, MAX_SHOWN_LINES)
    lines = sum(len(book.orders) for one in lists for book in (*one.to_order, *one.ordered))
    return await office_page(
        office,
        session,
        "office/receiving/to_order.html",
        "to_order",
        lists=lists,
        now=now,
        is_cut=lines == MAX_SHOWN_LINES,
    )


async def download(office: Office, session: Session) -> ResponseReturnValue:
    """Send what is to be ordered, of one supplier or of all, as a table."""
    lists = await office.database.read(read_lists, MAX_LINES)
    supplier = request.args.get("supplier")
    chosen = [one for one in lists if supplier in (None, one.supplier)]
    zone = ZoneInfo(office.settings.shop_timezone)
    day = datetime.now(zone).date().isoformat()
    response = Response(to_csv(chosen, zone), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="to-order-{day}.csv"'
    return response


async def mark_ordered(office: Office, session: Session) -> ResponseReturnValue:
    """Remember that what the page has shown of a supplier was ordered."""
    form = await request.form
    try:
        until = datetime.fromisoformat(form["until"])
    except (KeyError, ValueError):
        abort(400)
    if until.tzinfo is None:
        abort(400)
    await office.database.write(
        copies_to_order.mark_ordered, form.get("supplier", ""), until, MAX_LINES, datetime.now(UTC)
    )
    return redirect(url_for("office.receiving.to_order_routes.show"), 303)
