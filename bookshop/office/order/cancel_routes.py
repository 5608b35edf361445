"""Cancel an order, or copies of it, and pay back what was paid for them."""

from functools import partial

from quart import abort, request
from quart.typing import ResponseReturnValue

from bookshop.office.office import Office
from bookshop.office.order.cancel_page import (
    CancelForm,
    cancel_page,
    prepare_cancellation,
    read_cancel_form,
)
from bookshop.office.order.check_sum import check_sum
from bookshop.office.order.order_page import ActionResult, order_page, read_view
from bookshop.office.order.order_view import OrderView
from bookshop.office.order.perform import attempt, order_address, read_version
from bookshop.orders.order import PaymentState
from bookshop.payments.cancel_by_shop import cancel_by_shop
from bookshop.payments.errors import PaymentError
from bookshop.payments.refund import RefundStatus
from bookshop.staff.session import Session
from bookshop.web.pages import redirect_to

UNANSWERED = "The copies are cancelled. Stripe has not responded yet, and the shop asks for the refund again."
NOT_CANCELLED = "Stripe has not responded, or does not know this payment. The order is as it was."


async def show(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Show the form."""
    return await cancel_page(office, session, order_id, None)


async def preview(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Show what a form would do, whenever a field of it changes."""
    view = await office.database.read(read_view, order_id) or abort(404)
    typed = read_cancel_form(await request.form, view)
    return await cancel_page(office, session, order_id, typed, block="slip")


async def send(office: Office, session: Session, order_id: str) -> ResponseReturnValue:
    """Cancel what the button stated, or show what the form would do."""
    form = await request.form
    view = await office.database.read(read_view, order_id) or abort(404)
    typed = read_cancel_form(form, view)
    prepared = await office.database.read(prepare_cancellation, session, view, typed)
    show_form = partial(cancel_page, office, session, order_id, typed)
    if prepared.problem:
        return await show_form()
    sum_stated = typed.confirmed_minor
    if refused := await check_sum(office, session, prepared.amount, sum_stated, prepared.right, show_form):
        return refused
    # the limit was compared with what had gone back at this version: a later one is not done
    version = min(read_version(form), view.fulfilment.version)
    return await cancel(office, session, view, typed, version)


async def cancel(
    office: Office, session: Session, view: OrderView, typed: CancelForm, version: int
) -> ResponseReturnValue:
    """Cancel as it was shown, and show the order."""
    order = view.order
    is_paid = order.payment is PaymentState.PAID
    cancellation, actor = typed.to_cancellation(is_paid=is_paid), session.staff.name
    work = cancel_by_shop(office.database, office.gateway, order.id, version, cancellation, actor=actor)
    try:
        done = await attempt(office, work)
    except PaymentError:
        outcome = ActionResult(warning=UNANSWERED) if is_paid else ActionResult(refusal=NOT_CANCELLED)
        return await order_page(office, session, order.id, 502, outcome=outcome)
    if isinstance(done, ActionResult):
        return await cancel_page(office, session, order.id, typed, 409, outcome=done)
    if done.refund and done.refund.status is RefundStatus.FAILED:
        warning = f"The copies are cancelled, but Stripe refuses the refund: {done.refund.failure}."
        return await order_page(office, session, order.id, 409, outcome=ActionResult(warning=warning))
    return redirect_to(order_address(order.id, done=done.entry.version))
