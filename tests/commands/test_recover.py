"""`bookshop recover`."""

from bookshop.orders.identity import find_shop_id
from bookshop.payments.stripe_api.gateway import StripeGateway
from tests.builders import a_book, an_order
from tests.commands.shop import CommandShop
from tests.payments.stripe_account import Account


async def test_missing_orders_are_listed_with_what_stripe_knows_of_them(
    shop: CommandShop, gateway: StripeGateway, account: Account
) -> None:
    unknown = shop.run("recover")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "not restored by Bookshop. Give the time of its backup, such as --since" in unknown.stderr
    for moment in ("2010-12-31", "2999-01-01"):
        refused = shop.run("recover", "--since", moment)
        assert (refused.returncode, refused.stdout) == (2, "")
    order = an_order(a_book())
    intent = await gateway.create_payment(order, await shop.database.read(find_shop_id))
    await account.pay(intent.update.intent_id)
    found = shop.read("recover", "--since", "2026-11-28T17:00")
    assert (found["payments"], found["paid"], found["unknown"]) == (1, 0, 0)
    (lost,) = found["lost"]
    assert (lost["payment"], lost["amount_minor"]) == (intent.update.intent_id, order.total.minor)
    assert (lost["name"], lost["email"]) == (order.name, order.email)
    # the moment of the backup is stored
    again = shop.run("recover").stdout.splitlines()
    assert again[1].split()[2:4] == ["S$18.90", "S$0.00"]
    assert again[1].endswith(intent.update.intent_id)
    assert again[2].startswith("Payments since 2026-11-28 17:00 UTC that the backup does not have: 0.")
    assert again[3] == "Send or refund each missing order: the office lists them under /office/lost."
