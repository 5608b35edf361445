"""Ask the payment provider once whether it accepts the shop's key."""

import asyncio

from bookshop.payments.errors import KeyRejected, PaymentError
from bookshop.payments.gateway import Gateway

# a provider that is down must not keep the shop from starting
MAX_CHECK_SECONDS = 2


async def check_key(gateway: Gateway) -> None:
    """Raise KeyRejected if the provider rejects the key; pass if it does not respond in time."""
    try:
        async with asyncio.timeout(MAX_CHECK_SECONDS):
            await gateway.check_key()
    except KeyRejected:
        raise
    except (PaymentError, TimeoutError):
        return
