"""Open an order's payment on Stripe's hosted page."""

from datetime import UTC, datetime, timedelta

from bookshop.checkout.pending_payment import check_payable, store_intent
from bookshop.database import Database
from bookshop.orders.identity import find_shop_id
from bookshop.orders.order import Order
from bookshop.orders.payment_attempt import PaymentAttempt, PaymentMethod
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.errors import IdempotencyKeyReused, ProviderUnavailable, RequestRefused
from bookshop.payments.gateway import Gateway, HostedPage
from bookshop.payments.switch_payment_method import replace_attempt, switch_payment_method

# a session that was asked for before, and whose page is about to close, is not offered
MIN_TIME_LEFT = timedelta(minutes=5)
# a page that cannot be asked for again is replaced; another tab may be quicker with either method
MAX_SESSION_REPLACEMENTS = 3


async def open_hosted_payment(database: Database, gateway: Gateway, order: Order, page: HostedPage) -> str:
    """Open the hosted page, close the card form, and return the page's address.

    Raises NotPayable, and PaymentError when Stripe does not respond.
    """
    for _ in range(MAX_SESSION_REPLACEMENTS):
        order = await switch_payment_method(database, gateway, order, PaymentMethod.HOSTED)
        check_payable(order)
        if order.attempt.payment_id:
            return await resume_session(database, gateway, order)
        try:
            if has_time_left(order.attempt):
                return await create_session(database, gateway, order, page)
        except IdempotencyKeyReused:
            pass
        except RequestRefused as refused:
            # the first request never arrived, and by now it is too late for the time that it named
            if refused.field != "expires_at":
                raise
        order = await database.write(replace_attempt, order, PaymentMethod.HOSTED)
    raise ProviderUnavailable


async def resume_session(database: Database, gateway: Gateway, order: Order) -> str:
    """Return the address of a hosted page that was opened before."""
    intent = await gateway.read_payment(order.attempt.payment_id)
    check_payable(await database.write(apply_payment_update, order.id, intent.update))
    if not intent.url:
        raise ProviderUnavailable
    return intent.url


async def create_session(database: Database, gateway: Gateway, order: Order, page: HostedPage) -> str:
    """Open a hosted page; after a lost response, the same one."""
    shop_id = await database.read(find_shop_id)
    intent = await gateway.create_hosted_payment(order, shop_id, page)
    await store_intent(database, gateway, order, intent)
    return intent.url


def has_time_left(attempt: PaymentAttempt) -> bool:
    """Return whether a page that was perhaps opened before stays open long enough to pay."""
    return attempt.expires_at is not None and attempt.expires_at - datetime.now(UTC) >= MIN_TIME_LEFT
