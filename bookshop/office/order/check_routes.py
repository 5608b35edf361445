"""Read at Stripe now what the shop knows of an order's payment."""

from quart import abort, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.order.order_page import ActionResult, order_page
from bookshop.office.order.perform import order_address
from bookshop.orders.store import find_order_by_id
from bookshop.payments.check_order import check_order
from bookshop.staff.session import Session
from bookshop.web.pages import redirect_to, wants_fragment

SILENT = ActionResult(warning="Stripe has not responded. What is shown is what the shop knew before.")


async def check(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Bring the order in line with Stripe, and show it."""
    order = await office.database.read(find_order_by_id, order_id) or abort(404)
    checked = await check_order(office.database, office.gateway, order)
    note = (await request.form).get("note", "")
    if checked.is_fresh and not note and not wants_fragment():
        return redirect_to(order_address(order_id, checked=1))
    outcome = ActionResult(is_checked=True) if checked.is_fresh else SILENT
    return await order_page(
        office, session, order_id, 200 if checked.is_fresh else 502, outcome=outcome, note=note
    )
