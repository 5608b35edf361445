"""Open an order's payment on Stripe's hosted page."""

from datetime import UTC, datetime, timedelta

from bookshop.checkout.pending_payment import check_payable, store_intent
from bookshop.database import Database
from bookshop.orders.due_store import set_due
from bookshop.orders.order import Order, PaymentState
from bookshop.payments.errors import ProviderUnavailable
from bookshop.payments.gateway import Gateway, HostedPage, is_hosted
from bookshop.payments.reconcile import refresh_payment
from bookshop.payments.switch_payment_method import switch_payment_method

# https://docs.stripe.com/api/checkout/sessions/create: at least half an hour, and a minute to get there
MIN_HOSTED_PAGE_TIME = timedelta(minutes=31)


async def open_hosted_payment(
    database: Database, gateway: Gateway, order: Order, success_url: str, cancel_url: str
) -> str:
    """Open the hosted page, close the card form, and return the page's address.

    Raises NotPayable, and PaymentError when Stripe does not respond.
    """
    order = await refresh_payment(database, gateway, order)
    if order.payment is PaymentState.OPEN and order.intent_id and not is_hosted(order.intent_id):
        order = await switch_payment_method(database, gateway, order)
    check_payable(order)
    if order.intent_id:
        return await read_hosted_url(gateway, order.intent_id)
    expires_at = datetime.now(UTC) + MIN_HOSTED_PAGE_TIME
    intent = await gateway.create_hosted_payment(order, HostedPage(success_url, cancel_url, expires_at))
    pending = await store_intent(database, gateway, order, intent)
    # the stock stays reserved as long as the page stays open
    await database.write(set_due, pending.order.id, expires_at, 0)
    return intent.url


async def read_hosted_url(gateway: Gateway, intent_id: str) -> str:
    """Return the address of an open hosted page; raises PaymentError."""
    if url := (await gateway.read_payment(intent_id)).url:
        return url
    # the payment is by the card form, which Stripe would not cancel just now
    raise ProviderUnavailable
