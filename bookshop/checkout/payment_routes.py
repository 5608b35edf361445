"""The payment step of an order: the card form, and Stripe's hosted page."""

from datetime import UTC, datetime

from quart import Response, abort, url_for
from quart.typing import ResponseReturnValue

from bookshop.checkout.context import Checkout
from bookshop.checkout.current_offer import load_current_offer
from bookshop.checkout.details import details_of
from bookshop.checkout.details_page import DetailsForm, refused_page
from bookshop.checkout.draft_order import new_token
from bookshop.checkout.open_card_payment import open_card_payment
from bookshop.checkout.open_hosted_payment import open_hosted_payment
from bookshop.checkout.payment_page import pay_page, pay_response
from bookshop.checkout.pending_payment import NotPayable, PendingPayment, check_payable, read_pending_payment
from bookshop.orders.attempt_store import claim_page_read
from bookshop.orders.order import CancelReason, Order
from bookshop.orders.reservation import find_pending_end
from bookshop.orders.store import find_order
from bookshop.payments.cancel_order import cancel_never_offered
from bookshop.payments.errors import PaymentError, RequestRefused
from bookshop.payments.gateway import HostedPage
from bookshop.web.pages import redirect_to


async def pay(checkout: Checkout, token: str) -> ResponseReturnValue:
    """Show the payment page; it creates nothing at Stripe, and seldom reads it."""
    order = await checkout.database.read(find_order, token) or abort(404)
    check_payable(order)
    if order.attempt.is_superseded or not order.attempt.payment_id:
        return pay_page(checkout, PendingPayment(order, ""))
    if not await may_read_page(checkout, order):
        return pay_page(checkout, waiting_payment(order))
    try:
        return pay_page(checkout, await read_pending_payment(checkout.database, checkout.gateway, order))
    except PaymentError:
        return pay_page(checkout, PendingPayment(order, ""))


async def may_read_page(checkout: Checkout, order: Order) -> bool:
    """Return whether the payment page may read the order's payment from Stripe now."""
    now = datetime.now(UTC)
    claim = await checkout.database.write(claim_page_read, order.id, order.attempt, now)
    return claim and checkout.may_read()


def waiting_payment(order: Order) -> PendingPayment:
    """Return a payment that was read just now; the hosted page is offered without a request."""
    return PendingPayment(
        order, "", is_hosted=order.attempt.is_hosted, is_waiting=not order.attempt.is_hosted
    )


async def pay_by_card(checkout: Checkout, token: str) -> ResponseReturnValue:
    """Open the card form, after Stripe could not be reached or instead of the hosted page."""
    order = await checkout.database.read(find_order, token) or abort(404)
    if not checkout.may_open():
        return redirect_to(url_for("checkout.pay", token=token))
    try:
        pending = await open_card_payment(checkout.database, checkout.gateway, order)
    except RequestRefused as refused:
        return await refused_order_page(checkout, order, refused)
    return pay_response(checkout, pending)


async def pay_hosted(checkout: Checkout, token: str) -> ResponseReturnValue:
    """Send the shopper to Stripe's hosted page."""
    order = await checkout.database.read(find_order, token) or abort(404)
    if not checkout.may_open():
        return redirect_to(url_for("checkout.pay", token=token))
    shop_url = checkout.settings.shop_url
    success_url = f"{shop_url}{url_for('orders.receipt', token=token)}"
    if not find_pending_end(order, checkout.settings.reservation_time):
        # a page that stays open for half an hour more would reserve the books again
        raise NotPayable(order)
    page = HostedPage(success_url, f"{shop_url}{url_for('checkout.pay', token=token)}")
    try:
        hosted_url = await open_hosted_payment(checkout.database, checkout.gateway, order, page)
    except RequestRefused as refused:
        await checkout.database.write(cancel_never_offered, order.id, CancelReason.REFUSED)
        return await refused_order_page(checkout, order, refused)
    except PaymentError:
        return pay_page(checkout, PendingPayment(order, ""))
    return redirect_to(hosted_url)


async def refused_order_page(checkout: Checkout, order: Order, refused: RequestRefused) -> Response:
    """Show the details form of an order that Stripe refused, which is cancelled."""
    offer = await load_current_offer(checkout, order.single_item, "")
    form = DetailsForm(order.single_item, offer, details_of(order), new_token())
    return refused_page(checkout, form, refused)


async def show_receipt(error: NotPayable) -> ResponseReturnValue:
    """Send the shopper of an order that cannot be paid any more to its receipt."""
    return redirect_to(url_for("orders.receipt", token=error.order.token))
