"""What may have changed of older payments since a backup is read from Stripe."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

from sqlalchemy import Connection

from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database
from bookshop.orders.payment_update import PaymentUpdate
from bookshop.orders.store import find_order_by_id
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.charge_history import ChargeChange
from bookshop.payments.check_order import check_order
from bookshop.payments.payment_details import PaymentDetails
from bookshop.payments.refund_store import list_refunds, set_dispute_and_warning
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.recovery.recover_from_stripe import recover_from_stripe
from bookshop.recovery.recovery_store import find_pending_recovery
from bookshop.recovery.refresh_lost_order import store_lost
from tests.builders import A_CHARGE, a_book, an_order, payment_update, sgd, store_book
from tests.payments.paid_orders import Buy, charge_id_of, decide, refund_elsewhere
from tests.payments.stripe_account import SECRET_KEY, Account
from tests.processes import SIMULATOR_SECRET, Process


class OldChanges(StripeGateway):
    """Lists no refunds or disputes, as if all were older than the backup."""

    async def list_charge_changes(self, since: datetime) -> AsyncIterator[ChargeChange]:
        none: tuple[ChargeChange, ...] = ()
        for change in none:
            yield change


async def test_a_dispute_and_a_refund_that_were_decided_since_are_known(
    database: Database,
    gateway: StripeGateway,
    account: Account,
    buy: Buy,
    shop_id: str,
    simulator: Process,
) -> None:
    disputed, refunded = await buy("pm_card_createDispute"), await buy()
    refund = await refund_elsewhere(account, refunded, 100)
    for order in (disputed, refunded):
        await check_order(database, gateway, order)
    dispute = await gateway.find_dispute(charge_id_of(disputed))
    assert dispute
    await decide(account, f"disputes/{dispute.id}", "lost")
    await decide(account, f"refunds/{refund['id']}", "failed")
    old = OldChanges(SECRET_KEY, (SIMULATOR_SECRET,), simulator.url)
    await recover_from_stripe(database, old, datetime.now(UTC))
    await old.close()
    found = await database.read(find_order_by_id, disputed.id)
    assert found
    assert found.dispute == "lost"
    assert [one.status for one in await database.read(list_refunds, refunded.id)] == ["failed"]


async def test_payments_that_stripe_does_not_know_keep_no_comparison_from_ending(
    database: Database, gateway: StripeGateway, shop_id: str
) -> None:
    book = await database.write(store_book, a_book(stock=2))
    waiting, disputed = an_order(book, intent_id="pi_invented"), an_order(book, intent_id="pi_other")

    def place(db: Connection) -> None:
        for order in (waiting, disputed):
            reserve_and_add(db, order)
        apply_payment_update(db, disputed.id, payment_update(disputed))
        set_dispute_and_warning(db, disputed.id, "needs_response", "")
        store_lost(db, invented_payment(), None, 0, datetime.now(UTC))

    await database.write(place)
    recovery = await recover_from_stripe(database, gateway, datetime.now(UTC))
    assert (recovery.unknown, recovery.refreshed, len(recovery.lost)) == (3, 0, 1)
    assert await database.read(find_pending_recovery) is None


def invented_payment() -> PaymentDetails:
    update = PaymentUpdate("pi_lost", "succeeded", sgd(100), sgd(100), "order", A_CHARGE)
    return PaymentDetails(update, datetime.now(UTC), "", "", "", "", sgd(0), is_disputed=False)
