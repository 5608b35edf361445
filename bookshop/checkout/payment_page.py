"""The payment page, for a browser and for htmx."""

from typing import Any

from quart import url_for
from quart.typing import ResponseReturnValue

from bookshop.checkout.context import Checkout
from bookshop.checkout.pending_payment import PendingPayment
from bookshop.orders.reservation import find_pending_end
from bookshop.web.pages import page, post_response

# how soon a page that waits asks again; another window begins every ten seconds
WAIT_SECONDS = 3


def pay_page(checkout: Checkout, pending: PendingPayment) -> ResponseReturnValue:
    """Show the payment page; one that waits for its turn loads itself again."""
    response = page("checkout/pay.html", "checkout", **pay_values(checkout, pending))
    if pending.is_waiting:
        response.headers["Refresh"] = str(WAIT_SECONDS)
    return response


def pay_response(checkout: Checkout, pending: PendingPayment) -> ResponseReturnValue:
    """Respond to a form with the payment page: a redirect, or its fragment for htmx."""
    location = url_for("checkout.pay", token=pending.order.token)
    response = post_response(location, "checkout/pay.html", "checkout", **pay_values(checkout, pending))
    response.headers["HX-Push-Url"] = location
    return response


def pay_values(checkout: Checkout, pending: PendingPayment) -> dict[str, Any]:
    """Return the variables of the payment page."""
    return {
        "order": pending.order,
        "client_secret": pending.client_secret,
        "payments_off": checkout.gateway.key_state.is_rejected,
        "is_hosted": pending.is_hosted,
        "is_waiting": pending.is_waiting,
        "publishable_key": checkout.settings.stripe_publishable_key,
        "return_url": f"{checkout.settings.shop_url}{url_for('payments.success')}",
        "item": pending.order.single_item,
        "reserved_until": find_pending_end(pending.order, checkout.settings.reservation_time),
    }
