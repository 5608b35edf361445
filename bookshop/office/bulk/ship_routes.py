"""Ship several orders in one grid."""

from quart import request, url_for
from quart.typing import ResponseReturnValue

from bookshop.office.bulk.chosen import parse_chosen
from bookshop.office.bulk.ship_chosen import ship_chosen
from bookshop.office.bulk.ship_form import EMPTY, fill_in, find_repeated, read_rows
from bookshop.office.bulk.ship_grid import RowState, ShipRow, list_ship_rows
from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.staff.session import Session
from bookshop.web.pages import redirect_to, wants_fragment

TEMPLATE = "office/bulk/ship.html"


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Show the grid."""
    chosen = parse_chosen(request.args.getlist("orders"))
    rows = await office.database.read(list_ship_rows, chosen)
    return await show_rows(office, session, rows, carrier=request.args.get("carrier", ""))


async def ship_rows(office: Office, session: Session) -> ResponseReturnValue:
    """Ship the rows that are filled in, or fill in the others; htmx sends one row at a time."""
    form = await request.form
    chosen = parse_chosen(form.getlist("orders"))
    typed, carrier = read_rows(form, chosen), form.get("carrier", "")
    if "fill" in form:
        rows = await office.database.read(list_ship_rows, chosen)
        open_rows = [row.chosen.number for row in rows if row.state is RowState.OPEN]
        typed, left = fill_in(typed, open_rows, carrier, form.get("pasted", ""))
        rows = await office.database.read(list_ship_rows, chosen, typed)
        return await show_rows(office, session, rows, carrier=carrier, left=left)
    repeated = find_repeated(typed, form.getlist("used"))
    rest = {number: EMPTY if number in repeated else row for number, row in typed.items()}
    chosen = await ship_chosen(office.database, chosen, rest, actor=session.staff.name)
    rows = await office.database.read(list_ship_rows, chosen, typed, repeated)
    if wants_fragment() or any(row.typed.is_filled_in for row in rows):
        return await show_rows(office, session, rows, carrier=carrier)
    orders = list(map(str, chosen))
    return redirect_to(url_for("office.bulk.ship_routes.show", orders=orders, carrier=carrier or None))


async def show_rows(
    office: Office, session: Session, rows: list[ShipRow], *, carrier: str, left: list[str] | None = None
) -> ResponseReturnValue:
    """Show rows; what was typed and could not be done is kept."""
    open_rows = [row for row in rows if row.state is RowState.OPEN]
    status = 422 if any(row.is_repeated for row in rows) and not wants_fragment() else 200
    return await office_page(
        office,
        session,
        TEMPLATE,
        "rows",
        status,
        rows=rows,
        carrier=carrier,
        left=left or [],
        shipped=[row for row in rows if row.state is RowState.SHIPPED],
        open_count=len(open_rows),
        first_empty=next((row.chosen.number for row in open_rows if not row.typed.is_filled_in), None),
    )
