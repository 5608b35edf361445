"""Finding an order by anything that names it."""

from datetime import UTC, datetime

from quart import redirect, request
from quart.typing import ResponseReturnValue

from bookshop.office.lost.lost_page import lost_address
from bookshop.office.office import Office
from bookshop.office.pages import office_page
from bookshop.office.work.find_page import FoundOrders, load_found
from bookshop.office.work.find_query import read_query
from bookshop.staff.session import Session


async def show(office: Office, session: Session) -> ResponseReturnValue:
    """Open the order that was found, or show those among which to choose."""
    query = read_query(request.args.get("q", ""))
    found = FoundOrders(query)
    if query.text:
        found = await office.database.read(load_found, query, datetime.now(UTC))
    if found.single_address:
        return redirect(found.single_address, 303)
    return await office_page(
        office, session, "office/work/found.html", "found", found=found, lost_address=lost_address
    )
