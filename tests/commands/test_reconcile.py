"""`bookshop reconcile`."""

from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.commands.shop import CommandShop, a_payable_order
from tests.payments.stripe_account import Account


async def test_reconciling_reads_stripe_at_once(
    shop: CommandShop, gateway: StripeGateway, account: Account
) -> None:
    paid, unpaid = [await a_payable_order(shop, gateway) for _ in range(2)]
    await account.pay(paid.attempt.intent_id)
    assert shop.run("reconcile", unpaid.id).stdout == "1 checked, 0 changed.\n"
    done = shop.run("reconcile")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "1001: open requires_payment_method -> paid succeeded",
        "2 checked, 1 changed.",
    ]
    assert shop.run("reconcile", "1001").stdout == "1 checked, 0 changed.\n"
    await account.cancel(unpaid.attempt.intent_id)
    assert shop.read("reconcile") == {
        "checked": 1,
        "changed": [
            {
                "id": unpaid.id,
                "number": None,
                "before": "open requires_payment_method",
                "after": "cancelled canceled",
            }
        ],
        "failed": [],
    }
