"""What may have changed of older payments since a backup is read from Stripe."""

from datetime import UTC, datetime, timedelta

from bookshop.database import Database
from bookshop.orders.store import find_order_by_id
from bookshop.payments.check_order import check_order
from bookshop.payments.refund_store import list_refunds
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.recovery.recover_from_stripe import recover_from_stripe
from tests.payments.paid_orders import Buy, charge_id_of, decide, refund_elsewhere
from tests.payments.stripe_account import Account


async def test_a_dispute_and_a_refund_that_were_decided_since_are_known(
    database: Database, gateway: StripeGateway, account: Account, buy: Buy, shop_id: str
) -> None:
    disputed, refunded = await buy("pm_card_createDispute"), await buy()
    refund = await refund_elsewhere(account, refunded, 100)
    for order in (disputed, refunded):
        await check_order(database, gateway, order)
    dispute = await gateway.find_dispute(charge_id_of(disputed))
    assert dispute
    await decide(account, f"disputes/{dispute.id}", "lost")
    await decide(account, f"refunds/{refund['id']}", "failed")
    # as if both were older than the backup: Stripe's lists of what was made since do not have them
    await recover_from_stripe(database, gateway, datetime.now(UTC) + timedelta(days=3))
    found = await database.read(find_order_by_id, disputed.id)
    assert found
    assert found.dispute == "lost"
    assert [one.status for one in await database.read(list_refunds, refunded.id)] == ["failed"]
