"""`bookshop gone` records that orders paid before the upgrade have left the shop."""

from sqlalchemy import Connection

from bookshop.orders.order import Delivery
from tests.audit import audit
from tests.builders import a_book
from tests.commands.shop import CommandShop
from tests.fulfilment.stored_orders import NOW, a_line, an_order_of, store_books, store_old

BEFORE = ("gone", "--paid-before", f"{NOW:%Y-%m-%d}")


def store_two(db: Connection) -> None:
    book = a_book(stock=5)
    store_books(db, book)
    store_old(db, an_order_of(a_line(book, 2)), an_order_of(a_line(book), delivery=Delivery.COLLECT))


async def test_old_orders_are_shown_then_recorded(shop: CommandShop) -> None:
    await shop.database.write(store_two)
    assert shop.read(*BEFORE, "--dry-run") == {"found": [1001, 1002], "recorded": []}
    shown = shop.run(*BEFORE, "--dry-run").stdout.splitlines()
    assert [line.split()[0] for line in shown] == ["NUMBER", "1001", "1002", "2"]
    unconfirmed = shop.run(*BEFORE)
    assert (unconfirmed.returncode, "must be confirmed" in unconfirmed.stderr) == (1, True)
    assert shop.run(*BEFORE, "--yes", "--limit", "1").stdout.endswith("1 found, 1 recorded as gone.\n")
    assert shop.read(*BEFORE, "--yes") == {"found": [1002], "recorded": [1002]}
    assert shop.run(*BEFORE).stdout == "0 found, 0 recorded as gone.\n"
    assert [shop.read("orders", number)["label"] for number in ("1001", "1002")] == ["shipped", "collected"]
    assert await shop.database.read(audit) == ()


async def test_a_day_before_the_calendar_is_refused(shop: CommandShop) -> None:
    for command in (("gone", "--paid-before"), ("delay", "1001", "--until")):
        done = shop.run(*command, "0001-01-01", SHOP_TIMEZONE="Asia/Singapore")
        assert (done.returncode, "Traceback" in done.stderr) == (2, False)
        assert "0001-01-01 is out of range." in done.stderr
