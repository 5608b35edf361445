"""`bookshop audit`."""

from datetime import UTC, datetime, timedelta

from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import SHOP_ID, an_order
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
