"""`bookshop withdrawal`."""

from datetime import UTC, datetime

from bookshop.orders.order import Order
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.shopper_requests.request import ShopperRequest
from bookshop.shopper_requests.statement import Statement
from bookshop.shopper_requests.withdraw import Limits, withdraw
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight
from tests.audit import audit
from tests.commands.shop import CommandShop, a_payable_order
from tests.payments.stripe_account import Account

RIGHT = WithdrawalRight("DE", "Europe/Berlin")


async def a_paid_order(shop: CommandShop, gateway: StripeGateway, account: Account) -> Order:
    order = await a_payable_order(shop, gateway)
    await account.pay(order.attempt.intent_id)
    assert shop.run("reconcile", order.id).returncode == 0
    return order


async def state(shop: CommandShop, reference: str, email: str, books: str = "") -> ShopperRequest:
    statement = Statement("Ada Reader", reference, email, books)
    limits, now = Limits("network", "mailbox"), datetime.now(UTC)
    return await shop.database.write(withdraw, statement, "", RIGHT, limits, now)


async def test_a_withdrawal_is_listed_shown_and_paid_back(
    shop: CommandShop, gateway: StripeGateway, account: Account
) -> None:
    order = await a_paid_order(shop, gateway, account)
    request = await state(shop, "Order 1001", order.email)
    assert [one["id"] for one in shop.read("orders", "--state", "needs_review")] == [order.id]
    (listed,) = shop.read("withdrawal")
    assert (listed["id"], listed["number"], listed["kind"]) == (request.id, 1001, "withdrawal")
    planned = shop.run("withdrawal", "1001", "--dry-run").stdout
    assert f"Would refund S$18.90 and put 1 × {order.lines[0].isbn} back into stock." in planned
    assert "The refund is due by " in planned
    assert "must be confirmed" in shop.run("withdrawal", "1001").stderr
    done = shop.run("withdrawal", "1001", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Refund of S$18.90 for order 1001: succeeded. The withdrawal is closed.\n"
    assert shop.read("withdrawal") == []
    assert shop.run("withdrawal", "1001", "--yes").stderr == "Error: No withdrawal from this order is open.\n"
    shown = shop.read("orders", "1001")
    assert [entry["action"] for entry in shown["timeline"]] == ["withdraw", "refund", "close_request"]
    assert await shop.database.read(audit) == ()


async def test_a_withdrawal_without_a_known_order_is_matched_by_staff(
    shop: CommandShop, gateway: StripeGateway, account: Account
) -> None:
    await a_paid_order(shop, gateway, account)
    lost = await state(shop, "the red book", "other@example.com")
    spam = await state(shop, "nothing", "spam@example.com")
    assert {one["id"] for one in shop.read("withdrawal")} == {lost.id, spam.id}
    assert "not found" in shop.run("withdrawal").stdout
    assert shop.run("withdrawal", "--close", spam.id).stdout == "The withdrawal is closed.\n"
    assert shop.run("withdrawal", "--close", spam.id).returncode == 1
    unknown = shop.run("withdrawal", "1001", "--request", "x", "--yes")
    assert unknown.stderr == "Error: There is no such withdrawal. `bookshop withdrawal` lists them.\n"
    named = ["withdrawal", "1001", "--request", lost.id]
    assert "Would refund S$18.90" in shop.run(*named, "--dry-run").stdout
    assert "must be confirmed" in shop.run(*named).stderr
    # looking at it assigns nothing
    assert shop.read("orders", "1001")["requests"] == []
    assert "S$18.90" in shop.run(*named, "--yes").stdout
    actions = [entry["action"] for entry in shop.read("orders", "1001")["timeline"]]
    assert actions == ["refund", "withdraw", "close_request"]
    assert shop.read("withdrawal") == []


async def test_books_that_are_named_in_words_are_chosen_by_staff(
    shop: CommandShop, gateway: StripeGateway, account: Account
) -> None:
    order = await a_paid_order(shop, gateway, account)
    await state(shop, "1001", order.email, "the one about a town")
    refused = shop.run("withdrawal", "1001", "--yes")
    assert "“the one about a town”" in refused.stderr
    assert "--line" in refused.stderr
    assert shop.run("withdrawal", "1001", "--line", order.lines[0].isbn, "--yes").returncode == 0
    assert shop.read("withdrawal") == []


def test_options_without_an_order_are_bad_usage(shop: CommandShop) -> None:
    assert shop.run("withdrawal", "--yes").returncode == 2
