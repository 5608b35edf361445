"""Orders from the payment to the door, by the commands that a bookseller types."""

import asyncio
import getpass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bookshop.catalogue.stock import find_available
from bookshop.checkout.place_order import reserve_and_add
from bookshop.orders.order import Delivery, Order, OrderLine
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.shopper_requests.ask_for_change import ask_for_change
from bookshop.trade.availability import AvailabilityKind
from tests.audit import audit
from tests.builders import AN_ADDRESS, a_book, an_order, sgd, store_book
from tests.commands.shop import CommandShop, a_payable_order
from tests.mail.mail_server import running_mail_server
from tests.payments.stripe_account import Account

WHO = getpass.getuser()


async def a_paid_order(shop: CommandShop, quantity: int = 2, to_order: int = 0, **changed: Any) -> Order:
    """Store a paid order of one book."""
    book = await shop.database.write(store_book, a_book(stock=quantity, price=1000))
    kind = AvailabilityKind.ORDER if to_order else AvailabilityKind.SHELF
    line = OrderLine(book.isbn, book.title, "", quantity, book.price, kind, to_order, 7 if to_order else None)
    order = an_order(lines=(line,), total=sgd(1000 * quantity), **changed)
    order = await shop.database.write(reserve_and_add, order)
    return await shop.apply_update(order)


async def delivered(shop: CommandShop, **changed: Any) -> Order:
    return await a_paid_order(
        shop, delivery=Delivery.DELIVER, address=AN_ADDRESS, intent_id="pi_1", **changed
    )


async def run(shop: CommandShop, *arguments: str, **env: str) -> list[str]:
    """Run a command that succeeds while the test's own servers respond, and return its lines."""
    done = await asyncio.to_thread(shop.run, *arguments, **env)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


async def refusal(shop: CommandShop, *arguments: str) -> str:
    done = await asyncio.to_thread(shop.run, *arguments)
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


async def test_an_order_is_packed_and_leaves_in_two_parcels(shop: CommandShop) -> None:
    order = await delivered(shop)
    isbn = order.lines[0].isbn
    async with running_mail_server() as server:
        mail = {"SMTP_URL": f"smtp://127.0.0.1:{server.port}", "MAIL_FROM": "shop@books.example"}
        assert [one["id"] for one in shop.read("orders", "--to-do", "pack")] == [order.id]
        assert await run(shop, "pack", "1001", **mail) == ["Order 1001: packed. It is now: to ship."]
        assert [one["id"] for one in shop.read("orders", "--to-do", "ship")] == [order.id]
        first = await run(
            shop, "ship", "1001", "--line", f"{isbn}:1", "--carrier", "SingPost", "--tracking", "T1", **mail
        )
        assert first == [
            "Order 1001: shipped. It is now: to ship, partly shipped.",
            "A mail was sent to the shopper.",
        ]
        assert await run(shop, "ship", "1001", **mail) == [
            "Order 1001: shipped. It is now: shipped.",
            "A mail was sent to the shopper.",
        ]
        assert [message["To"] for message in server.messages].count("reader@example.com") == 3
    text = "\n".join(await run(shop, "orders", "1001"))
    for words in ("SingPost  T1", f"1 × {isbn}", f"{WHO}", "Shipped", "shipped", "sent"):
        assert words in text
    shown = shop.read("orders", "1001")
    assert (shown["version"], shown["label"], len(shown["parcels"])) == (3, "shipped", 2)
    assert shop.read("orders", "--to-do", "ship") == []
    assert await shop.database.read(audit) == ()


async def test_an_order_is_made_ready_and_collected_and_the_last_step_undone(shop: CommandShop) -> None:
    await a_paid_order(shop, intent_id="pi_1")
    ready = await run(shop, "ready", "1001")
    assert ready[0] == "Order 1001: made ready to collect. It is now: ready."
    assert ready[1].startswith("The mail to the shopper is kept: `bookshop mail")
    assert await run(shop, "collected", "1001") == [
        "Order 1001: handed to the shopper. It is now: collected."
    ]
    assert await run(shop, "undo", "1001") == ["Order 1001: the last action is undone. It is now: ready."]
    done = shop.read("collected", "1001", "--version", "3")
    assert (done["version"], done["action"], done["label"]) == (4, "collect", "collected")
    assert "Noted" not in await refusal(shop, "collected", "1001")
    assert await run(shop, "note", "1001", "Wrapped.") == ["Order 1001: noted. It is now: collected."]
    assert "Wrapped." in "\n".join(await run(shop, "orders", "1001"))


async def test_copies_that_arrive_go_to_the_order_that_waits(shop: CommandShop) -> None:
    order = await a_paid_order(shop, to_order=2, intent_id="pi_1")
    isbn = order.lines[0].isbn
    assert [one["id"] for one in shop.read("orders", "--to-do", "order")] == [order.id]
    day = datetime.now(UTC) + timedelta(days=30)
    later = await run(
        shop, "delay", "1001", "--until", f"{day:%Y-%m-%d}", "--message", "The printer is late."
    )
    assert later[0] == f"Order 1001: promised for {day:%Y-%m-%d}. It is now: to order."
    assert await run(shop, "arrived", isbn, "3", "--delivery", "note 7") == [
        "ORDER  COPIES  ISBN",
        f"1001   2       {isbn}",
        "2 of 3 are for orders that waited, 1 for sale.",
    ]
    assert "have been received already" in await refusal(shop, "arrived", isbn, "3", "--delivery", "note 7")
    # two were on the shelf before
    assert await shop.database.read(find_available, isbn) == 3
    assert shop.read("orders", "--to-do", "pack")[0]["label"] == "to pack"


async def test_a_paid_order_is_cancelled_and_paid_back(
    shop: CommandShop, gateway: StripeGateway, account: Account
) -> None:
    order = await a_payable_order(shop, gateway)
    await account.pay(order.attempt.intent_id)
    await run(shop, "reconcile", order.id)
    assert "must be confirmed" in await refusal(shop, "cancel", "1001")
    (planned,) = await run(shop, "cancel", "1001", "--dry-run")
    assert planned.endswith(f"Would cancel 1 × {order.lines[0].isbn} and pay S$18.90 back.")
    lines = await run(shop, "cancel", "1001", "--yes", "--message", "It was damaged.")
    assert lines[0] == "Order 1001: cancelled, and S$18.90 goes back. It is now: cancelled."
    assert "No copy can be cancelled now" in await refusal(shop, "cancel", "1001", "--yes")
    assert shop.read("orders", "1001")["refunded_minor"] == 1890
    assert await shop.database.read(audit) == ()


async def test_an_unpaid_order_is_cancelled(shop: CommandShop, gateway: StripeGateway) -> None:
    order = await a_payable_order(shop, gateway)
    (planned,) = await run(shop, "cancel", order.id, "--dry-run")
    assert planned == f"Order {order.id} is not paid. Would cancel it."
    (line,) = await run(shop, "cancel", order.id, "--yes")
    assert line == f"Order {order.id}: cancelled, and nothing was paid for it. It is now: cancelled."


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["ship", "1001", "--line", "9780000000000"], "9780000000000 is not in this order."),
        (["collected", "1001"], "This order is delivered to the shopper. Ship it instead."),
        (["undo", "1001"], "There is nothing to undo."),
        (["answered", "1001"], "The shopper has asked for nothing that is still open."),
        (["pack", "77"], "No order has the number or id '77'."),
        (["arrived", "9780306406157"], "is not in the catalogue"),
    ],
)
async def test_what_the_shop_refuses_is_one_line(shop: CommandShop, arguments: list[str], words: str) -> None:
    await delivered(shop)
    error = await refusal(shop, *arguments)
    assert error.startswith("Error: ")
    assert error.count("\n") == 1
    assert words in error


async def test_the_loser_of_a_race_learns_who_was_faster(shop: CommandShop) -> None:
    await delivered(shop)
    version = str(shop.read("orders", "1001")["version"])
    await run(shop, "pack", "1001", "--version", version)
    error = await refusal(shop, "pack", "1001", "--version", version)
    assert error.startswith(f"Error: Packed by {WHO} at ")
    assert error.endswith(". Look at the order again.\n")


async def test_a_request_of_a_shopper_needs_review_until_it_is_answered(shop: CommandShop) -> None:
    order = await delivered(shop)
    now = datetime.now(UTC)
    await shop.database.write(ask_for_change, order.id, "Please send it to my office.", now)
    assert "change asked for" in "\n".join(await run(shop, "orders", "--to-do", "review"))
    assert [one["id"] for one in shop.read("orders", "--state", "needs_review")] == [order.id]
    assert "Please send it to my office." in "\n".join(await run(shop, "orders", "1001"))
    assert (await run(shop, "answered", "1001"))[0].startswith("Order 1001: the request is closed.")
    assert shop.read("orders", "--to-do", "review") == []
