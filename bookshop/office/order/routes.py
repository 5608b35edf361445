"""The page of an order."""

from quart import request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.order.order_page import ActionResult, order_page
from bookshop.staff.session import Session


async def show(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Show an order, and what was done with it just now."""
    outcome = ActionResult(
        done=request.args.get("done", 0, type=int), is_checked=request.args.get("checked") == "1"
    )
    return await order_page(office, session, order_id, outcome=outcome)
