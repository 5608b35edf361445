"""`bookshop audit`."""

from datetime import UTC, datetime, timedelta

from bookshop.orders.identity import find_shop_id
from bookshop.payments.refund import Refund, RefundStatus
from bookshop.payments.refund_store import add_refund
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import SHOP_ID, an_order, sgd
from tests.commands.shop import CommandShop, a_payable_order
from tests.payments.stripe_account import Account


async def test_an_audit_finds_every_broken_rule_or_none(shop: CommandShop) -> None:
    order = await shop.apply_update(await shop.place(intent_id="pi_1"))
    clean = shop.run("audit")
    assert (clean.returncode, clean.stdout) == (0, "Books: 1, orders: 1, broken rules: 0.\n")
    await shop.execute("UPDATE orders SET total_minor = 1, review_reason = 'amount'")
    broken = shop.run("audit")
    assert (broken.returncode, broken.stderr) == (1, "")
    assert broken.stdout.splitlines() == [
        f"RULE    {'SUBJECT':32}  EXPECTED  FOUND",
        f"total   {order.id}  1890      1",
        f"review  {order.id}  none      amount",
        "Books: 1, orders: 1, broken rules: 2.",
    ]
    assert shop.read("audit") == {
        "is_clean": False,
        "books": 1,
        "orders": 1,
        "violations": [
            {"rule": "total", "subject": order.id, "expected": "1890", "found": "1"},
            {"rule": "review", "subject": order.id, "expected": "none", "found": "amount"},
        ],
    }


async def test_an_audit_compares_with_stripes_list(
    shop: CommandShop, gateway: StripeGateway, account: Account
) -> None:
    paid, unheard, _unpaid = [await a_payable_order(shop, gateway) for _ in range(3)]
    await account.pay(paid.attempt.intent_id)
    shop.run("reconcile")
    await gateway.create_payment(an_order(), SHOP_ID)  # of another shop with the same account
    assert shop.read("audit", "--stripe")["is_clean"]

    await account.pay(unheard.attempt.intent_id)
    invented = await shop.apply_update(await shop.place(intent_id="pi_invented"))
    assert shop.read("audit")["is_clean"]
    found = shop.read("audit", "--stripe")["violations"]
    assert sorted((one["rule"], one["subject"], one["expected"], one["found"]) for one in found) == [
        ("stripe", unheard.id, f"paid: {unheard.total} by {unheard.attempt.intent_id}", "open"),
        ("stripe", invented.id, f"one payment of {invented.total}", "none"),
    ]
    assert shop.run("audit", "--stripe").returncode == 1


async def test_stripes_list_is_read_to_its_end(gateway: StripeGateway) -> None:
    orders = [an_order() for _ in range(103)]
    began = datetime.now(UTC)
    for order in orders:
        await gateway.create_payment(order, SHOP_ID)
    told = [update.order_id async for update in gateway.list_payments(began)]
    assert told[: len(orders)] == [order.id for order in orders[::-1]]
    assert [update async for update in gateway.list_payments(began + timedelta(days=1))] == []


async def test_an_audit_compares_what_followed_a_payment_both_ways(
    shop: CommandShop, gateway: StripeGateway, account: Account
) -> None:
    refunded, disputed, warned, invented = [await a_payable_order(shop, gateway) for _ in range(4)]
    methods = ("pm_card_visa", "pm_card_createDispute", "pm_card_createIssuerFraudRecord", "pm_card_visa")
    for order, method in zip((refunded, disputed, warned, invented), methods, strict=True):
        await account.pay(order.attempt.intent_id, method)
    shop.run("reconcile")
    form = {"payment_intent": refunded.attempt.intent_id, "amount": "100"}
    refund = await account.ask("POST", "/v1/refunds", form)
    lie = Refund("r1", invented.id, sgd(200), "", datetime.now(UTC), RefundStatus.SUCCEEDED, "re_invented")
    await shop.database.write(add_refund, lie)
    await shop.execute("UPDATE orders SET dispute = '', fraud_warning = ''")
    assert shop.read("audit")["is_clean"]
    found = shop.read("audit", "--stripe")["violations"]
    assert sorted((one["rule"], one["subject"], one["expected"], one["found"]) for one in found) == sorted(
        [
            ("stripe_refunds", refunded.id, f"S$1.00 by {refund['id']}", "none"),
            ("stripe_refunds", invented.id, "none", "S$2.00 by re_invented"),
            ("stripe_dispute", disputed.id, "needs_response", "none"),
            ("stripe_warning", warned.id, "misc", "none"),
        ]
    )
    for order in (refunded, disputed, warned):
        assert shop.run("reconcile", order.id).returncode == 0
    assert [one["subject"] for one in shop.read("audit", "--stripe")["violations"]] == [invented.id]


async def test_an_audit_reports_money_for_orders_that_the_database_lost(
    shop: CommandShop, gateway: StripeGateway, account: Account
) -> None:
    shop_id = await shop.database.read(find_shop_id)
    lost, unpaid, foreign = an_order(), an_order(), an_order()
    intents = [
        await gateway.create_payment(order, owner)
        for order, owner in ((lost, shop_id), (unpaid, shop_id), (foreign, "another shop"))
    ]
    for intent in (intents[0], intents[2]):
        await account.pay(intent.update.intent_id)
    assert shop.read("audit", "--stripe")["violations"] == [
        {
            "rule": "stripe",
            "subject": lost.id,
            "expected": f"an order paid by {intents[0].update.intent_id}: {lost.total}",
            "found": "none",
        }
    ]
