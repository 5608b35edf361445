"""Checks that need the network: Stripe, mail, DNS and the shop's own address."""

import asyncio
from collections.abc import Awaitable, Callable
from importlib import import_module

from bookshop.doctor.check import Check, Deployment, Results


def load_late(module: str, function: str) -> Callable[[Deployment], Awaitable[Results]]:
    """Make a check that is imported when it runs: Stripe's library takes half a second."""

    async def run(deployment: Deployment) -> Results:
        loaded = await asyncio.to_thread(import_module, f"{__name__}.{module}")
        results: Results = await getattr(loaded, function)(deployment)
        return results

    return run


ONLINE_CHECKS = (
    Check("Stripe", load_late("check_stripe", "check_stripe")),
    Check("Mail server", load_late("check_mail", "check_server")),
    Check("Mail: DNS", load_late("check_mail", "check_records")),
    Check("Shop’s address", load_late("check_address", "check_address")),
)
