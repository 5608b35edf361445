"""Pay money of an order back."""

from dataclasses import replace
from functools import partial

from quart import abort, request
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection

from bookshop.fulfilment.copy_store import list_copies
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.office.office import Office
from bookshop.office.order.check_sum import check_sum
from bookshop.office.order.order_page import ActionResult, order_page, read_view
from bookshop.office.order.perform import attempt, order_address, read_version
from bookshop.office.order.refund_form import RefundForm, What, read_refund_form, usual_stock
from bookshop.office.order.refund_page import PreparedRefund, prepare_refund, refund_page
from bookshop.orders.order import Order
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_entries import find_entry
from bookshop.payments.refund_order import refund_order
from bookshop.shopper_requests.settle_withdrawal import (
    Settlement,
    copies_by_isbn,
    find_named_withdrawal,
    is_whole,
    settle_withdrawal,
)
from bookshop.staff.session import Session
from bookshop.web.pages import redirect_to

UNANSWERED = "Stripe has not responded yet. The refund is stored, and the shop asks again by itself."


async def show(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Show the form, filled in from a withdrawal if the address names one."""
    view = await office.database.read(read_view, order_id) or abort(404)
    typed = await attempt(
        office, office.database.read(first_form, view.order, request.args.get("request", ""))
    )
    if isinstance(typed, ActionResult):
        return await order_page(office, session, order_id, 409, outcome=typed)
    return await refund_page(office, session, order_id, typed)


def first_form(db: Connection, order: Order, request_id: str) -> RefundForm:
    """Return what the form begins with; raises NotAllowed if the withdrawal is not open."""
    copies = list_copies(db, order.id)
    form = RefundForm(stock=usual_stock(copies))
    if not request_id:
        return form
    withdrawal = find_named_withdrawal(db, order, request_id)
    form = replace(form, request_id=request_id, reason="requested_by_customer")
    if withdrawal.message:
        # the books are named in words, and a person must read them
        return form
    named = copies_by_isbn(withdrawal, order)
    if not named or is_whole(copies, named):
        return replace(form, what=What.ALL)
    return replace(form, copies=named)


async def preview(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Show what a form would do, whenever a field of it changes."""
    view = await office.database.read(read_view, order_id) or abort(404)
    typed = read_refund_form(await request.form, view.order)
    return await refund_page(office, session, order_id, typed, block="slip")


async def send(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Refund what the button stated, or show what the form would do."""
    form = await request.form
    view = await office.database.read(read_view, order_id) or abort(404)
    typed = read_refund_form(form, view.order)
    prepared = await attempt(office, office.database.read(prepare_refund, session, view, typed))
    if isinstance(prepared, ActionResult):
        return await order_page(office, session, order_id, 409, outcome=prepared)
    show_form = partial(refund_page, office, session, order_id, typed)
    if prepared.plan is None:
        return await show_form()
    amount, sum_stated = prepared.plan.amount, typed.confirmed_minor
    if refused := await check_sum(office, session, amount, sum_stated, prepared.right, show_form):
        return refused
    # the limit was compared with what had gone back at this version: a later one is not done
    version = min(read_version(form), view.fulfilment.version)
    return await refund(office, session, prepared, typed, version)


async def refund(
    office: Office, session: Session, prepared: PreparedRefund, typed: RefundForm, version: int
) -> ResponseReturnValue:
    """Refund as it was shown, and show the order."""
    order_id = prepared.view.order.id
    try:
        made = await attempt(office, request_refund(office, session, prepared, typed, version))
    except ProviderUnavailable:
        return await order_page(office, session, order_id, 502, outcome=ActionResult(warning=UNANSWERED))
    if isinstance(made, ActionResult):
        return await refund_page(office, session, order_id, typed, 409, outcome=made)
    if made.status is RefundStatus.FAILED:
        failed = ActionResult(warning=f"Stripe refuses the refund of {made.amount}: {made.failure}.")
        return await order_page(office, session, order_id, 409, outcome=failed)
    entry = find_entry(await office.database.read(list_entries, order_id), made)
    return redirect_to(order_address(order_id, done=entry.version if entry else None))


async def request_refund(
    office: Office, session: Session, prepared: PreparedRefund, typed: RefundForm, version: int
) -> Refund:
    """Refund, and close the withdrawal that it answers; raises as `refund_order` does."""
    order, actor = prepared.view.order, session.staff.name
    wanted = typed.to_request(order.total.currency)
    if prepared.withdrawal is None or prepared.plan is None:
        return await refund_order(office.database, office.gateway, order.id, version, wanted, actor=actor)
    settlement = Settlement(prepared.withdrawal, wanted, prepared.plan)
    return await settle_withdrawal(office.database, office.gateway, order, version, settlement, actor=actor)
