"""Open an order's payment by the card form."""

from bookshop.checkout.pending_payment import (
    PendingPayment,
    check_payable,
    read_pending_payment,
    store_intent,
)
from bookshop.database import Database
from bookshop.orders.identity import find_shop_id
from bookshop.orders.order import CancelReason, Order, PaymentState
from bookshop.orders.payment_attempt import PaymentMethod
from bookshop.payments.cancel_order import cancel_never_offered
from bookshop.payments.errors import (
    IdempotencyKeyReused,
    ProviderUnavailable,
    RequestRefused,
    UnknownPayment,
)
from bookshop.payments.gateway import Gateway
from bookshop.payments.switch_payment_method import (
    cancel_superseded,
    replace_attempt,
    switch_payment_method,
)

# a payment that Stripe does not know is replaced; the new one is known, unless Stripe is confused
MAX_INTENT_REPLACEMENTS = 3


async def open_card_payment(database: Database, gateway: Gateway, order: Order) -> PendingPayment:
    """Open the card form and close the hosted page; raises what resume_payment raises."""
    try:
        if order.payment is PaymentState.OPEN:
            order = await switch_payment_method(database, gateway, order, PaymentMethod.CARD_FORM)
    except ProviderUnavailable:
        return PendingPayment(order, "")
    return await resume_payment(database, gateway, order)


async def resume_payment(database: Database, gateway: Gateway, order: Order) -> PendingPayment:
    """Return the order's open payment, or create one by card form.

    Raises NotPayable, and RequestRefused after releasing the order's stock.
    """
    for _ in range(MAX_INTENT_REPLACEMENTS):
        try:
            order = await cancel_superseded(database, gateway, order)
            if order.attempt.payment_id:
                return await read_pending_payment(database, gateway, order)
            return await create_card_payment(database, gateway, order)
        except ProviderUnavailable:
            break
        except (UnknownPayment, IdempotencyKeyReused):
            order = await database.write(replace_attempt, order, PaymentMethod.CARD_FORM)
        except RequestRefused:
            await database.write(cancel_never_offered, order.id, CancelReason.REFUSED)
            raise
    return PendingPayment(order, "")


async def create_card_payment(database: Database, gateway: Gateway, order: Order) -> PendingPayment:
    """Create the payment of an attempt that has none yet."""
    if order.attempt.is_hosted:
        order = await switch_payment_method(database, gateway, order, PaymentMethod.CARD_FORM)
        check_payable(order)
    shop_id = await database.read(find_shop_id)
    return await store_intent(database, gateway, order, await gateway.create_payment(order, shop_id))
