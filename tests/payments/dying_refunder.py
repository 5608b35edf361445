"""Refund and cancel orders, and be killed while Stripe is asked.

python -m tests.payments.dying_refunder DATABASE_URL STRIPE_URL ORDER…: each order is refunded or cancelled by
a process of its own, which dies before or after Stripe has made the refund.
"""

import asyncio
import os
import signal
import sys
from itertools import product

from bookshop.database import open_database
from bookshop.payments.cancel_by_shop import cancel_by_shop
from bookshop.payments.cancel_rules import Cancellation
from bookshop.payments.refund import Refund, RefundUpdate
from bookshop.payments.refund_order import refund_order
from bookshop.payments.refund_rules import RefundRequest
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.payments.stripe_account import SECRET_KEY

CASES = tuple(product(("refund", "cancel"), ("before", "after")))


class Deadly(StripeGateway):
    """Stripe's account; asking it for a refund is the last that the process does."""

    moment = ""

    async def create_refund(self, charge_id: str, refund: Refund) -> RefundUpdate:
        if self.moment == "after":
            await super().create_refund(charge_id, refund)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError


async def run(database_url: str, stripe_url: str, order_id: str, action: str, moment: str) -> None:
    database, gateway = open_database(database_url), Deadly(SECRET_KEY, (), stripe_url)
    gateway.moment = moment
    if action == "refund":
        await refund_order(database, gateway, order_id, 0, RefundRequest(), actor="anna")
    else:
        await cancel_by_shop(database, gateway, order_id, 0, Cancellation(), actor="anna")


def main(database_url: str, stripe_url: str, *order_ids: str) -> None:
    for order_id, case in zip(order_ids, CASES, strict=True):
        if child := os.fork():
            assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL
        else:
            asyncio.run(run(database_url, stripe_url, order_id, *case))
            os._exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
