"""A process is killed between its commit and Stripe's response; the money goes back once."""

import asyncio
import sys

from bookshop.database import Database
from bookshop.payments.refund import RefundStatus
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.payments.sweep import process_due_orders
from tests.audit import audit
from tests.payments.dying_refunder import CASES
from tests.payments.paid_orders import Buy, copies_of, mails_of, refunds_at_stripe
from tests.payments.stored_orders import POLICY
from tests.payments.stripe_account import Account
from tests.payments.test_interleavings import pass_time
from tests.processes import Process


async def test_money_goes_back_once_although_a_process_dies_while_stripe_is_asked(
    database: Database,
    database_url: str,
    gateway: StripeGateway,
    account: Account,
    simulator: Process,
    buy: Buy,
) -> None:
    bought = [await buy() for _ in CASES]
    command = ("-m", "tests.payments.dying_refunder", database_url, simulator.url)
    process = await asyncio.create_subprocess_exec(sys.executable, *command, *(order.id for order in bought))
    assert await process.wait() == 0
    made_before = [len(await refunds_at_stripe(account, order)) for order in bought]
    assert made_before == [moment == "after" for _, moment in CASES]
    for _ in range(2):
        await database.write(pass_time)
        await process_due_orders(database, gateway, POLICY)
    for order, (action, _) in zip(bought, CASES, strict=True):
        assert [made["amount"] for made in await refunds_at_stripe(account, order)] == [3800]
        (refund,) = await database.read(list_refunds, order.id)
        assert refund.status is RefundStatus.SUCCEEDED
        assert await database.read(copies_of, order) == [{"cancelled": 2}, {"cancelled": 1}]
        told = [kind for kind, _, _ in await database.read(mails_of, order)]
        assert told == ["cancelled", "refunded"][action == "refund" :]
    assert await database.read(audit) == ()
