"""The bookseller's commands, each as a process of its own."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from sqlalchemy import Connection, text

from bookshop.checkout.place_order import reserve_and_add
from bookshop.covers.store import set_cover_links
from bookshop.database import Database
from bookshop.orders.order import Delivery, Order, OrderLine
from bookshop.orders.payment_store import set_intent
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.trade.availability import AvailabilityKind
from tests.builders import AN_ADDRESS, ENVIRONMENT, a_book, an_order, payment_update, sgd, store_book
from tests.covers.sample_pictures import a_picture
from tests.payments.stripe_account import Account
from tests.processes import Process, free_port
from tests.server.test_supervisor import clean_environment, run

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Shop:
    """A shop's folder, its database and its commands."""

    def __init__(self, folder: Path, database: Database, **env: str) -> None:
        self.folder, self.database, self.env = folder, database, {**ENVIRONMENT, **env}

    def run(self, *arguments: str, **env: str) -> CompletedProcess[str]:
        return run(list(arguments), self.folder, **{**self.env, **env})

    def read(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.stderr == ""
        return json.loads(done.stdout)

    async def place(self, **changed: Any) -> Order:
        """An order for a book of its own."""
        book = await self.database.write(store_book, a_book(stock=2))
        return await self.database.write(reserve_and_add, an_order(book, **changed))

    async def tell(self, order: Order, status: str = "succeeded") -> Order:
        """Apply an update of an order's payment without reading it from Stripe."""
        return await self.database.write(apply_payment_update, order.id, payment_update(order, status))

    async def change(self, statement: str) -> None:
        """Do what no function of the shop does."""

        def execute(db: Connection) -> None:
            db.execute(text(statement))

        await self.database.write(execute)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One kind of database will do: what the commands read is tested on both elsewhere."""
    return sqlite_url


@pytest.fixture
async def shop(database: Database, database_url: str, simulator: Process, tmp_path: Path) -> Shop:
    """An empty shop, its Stripe being the simulator."""
    return Shop(tmp_path, database, DATABASE_URL=database_url, STRIPE_API_BASE=simulator.url)


async def expect(shop: Shop, gateway: StripeGateway) -> Order:
    """An order that Stripe knows of."""
    order = await shop.place(placed_at=datetime.now(UTC))
    intent = await gateway.create_payment(order)
    await shop.database.write(set_intent, order, intent.update.intent_id, intent.update.status)
    return replace(order, intent_id=intent.update.intent_id)


async def test_an_audit_says_that_all_is_well_or_what_is_not(shop: Shop) -> None:
    order = await shop.tell(await shop.place(intent_id="pi_1"))
    clean = shop.run("audit")
    assert (clean.returncode, clean.stdout) == (0, "1 books, 1 orders, 0 rules broken.\n")
    await shop.change("UPDATE orders SET total_minor = 1, review_reason = 'amount'")
    broken = shop.run("audit")
    assert (broken.returncode, broken.stderr) == (1, "")
    assert broken.stdout.splitlines() == [
        f"RULE    {'SUBJECT':32}  EXPECTED  FOUND",
        f"total   {order.id}  1890      1",
        f"review  {order.id}  none      amount",
        "1 books, 1 orders, 2 rules broken.",
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


async def test_an_audit_reads_stripes_list_as_well(
    shop: Shop, gateway: StripeGateway, account: Account
) -> None:
    paid, unheard, _unpaid = [await expect(shop, gateway) for _ in range(3)]
    await account.pay(paid.intent_id)
    shop.run("reconcile")
    await gateway.create_payment(an_order())  # of another shop with the same account
    assert shop.read("audit", "--stripe")["is_clean"]

    await account.pay(unheard.intent_id)
    invented = await shop.tell(await shop.place(intent_id="pi_invented"))
    assert shop.read("audit")["is_clean"]
    found = shop.read("audit", "--stripe")["violations"]
    assert sorted((one["rule"], one["subject"], one["expected"], one["found"]) for one in found) == [
        ("stripe", unheard.id, f"paid: {unheard.total} by {unheard.intent_id}", "open"),
        ("stripe", invented.id, f"one payment of {invented.total}", "none"),
    ]
    assert shop.run("audit", "--stripe").returncode == 1


async def test_stripes_list_is_read_to_its_end(gateway: StripeGateway) -> None:
    orders = [an_order() for _ in range(103)]
    began = datetime.now(UTC)
    for order in orders:
        await gateway.create_payment(order)
    told = [update.order_id async for update in gateway.list_payments(began)]
    assert told[: len(orders)] == [order.id for order in orders[::-1]]
    assert [update async for update in gateway.list_payments(began + timedelta(days=1))] == []


async def test_orders_are_listed_newest_first_and_say_nothing_private(shop: Shop) -> None:
    oldest, middle, newest = [
        await shop.place(placed_at=NOON + timedelta(days=n), intent_id=f"pi_{n}", name=f"Reader {n}\033[2J")
        for n in range(3)
    ]
    await shop.tell(oldest)
    await shop.tell(middle, "canceled")
    done = shop.run("orders")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        f"NUMBER  PLACED            STATE      TOTAL    {'NAME':12}  ID",
        f"-       2026-11-25 20:00  open       S$18.90  Reader 2?[2J  {newest.id}",
        f"-       2026-11-24 20:00  cancelled  S$18.90  Reader 1?[2J  {middle.id}",
        f"1001    2026-11-23 20:00  paid       S$18.90  Reader 0?[2J  {oldest.id}",
    ]
    assert newest.email not in done.stdout
    assert newest.token not in done.stdout
    listed = shop.read("orders", "--limit", "2")
    assert [one["id"] for one in listed] == [newest.id, middle.id]
    assert listed[0] == {
        "id": newest.id,
        "number": None,
        "placed_at": "2026-11-25T12:00:00+00:00",
        "state": "open",
        "total_minor": 1890,
        "currency": "SGD",
        "name": newest.name,
    }
    await shop.change(f"UPDATE orders SET review_reason = 'amount' WHERE id = '{newest.id}'")  # noqa: S608 - an id of ours
    for state, order in (("paid", oldest), ("cancelled", middle), ("needs_review", newest)):
        assert [one["id"] for one in shop.read("orders", "--state", state)] == [order.id]
    for state in ("open", "processing"):
        assert shop.read("orders", "--state", state) == []


async def test_one_order_is_shown_by_number_or_id(shop: Shop) -> None:
    placed = await shop.place(
        intent_id="pi_1",
        delivery=Delivery.DELIVER,
        address=AN_ADDRESS,
        delivery_fee=sgd(400),
        total=sgd(2290),
        placed_at=NOON,
    )
    await shop.tell(placed)
    by_number, by_id = shop.run("orders", "1001"), shop.run("orders", placed.id)
    assert by_number.returncode == 0
    assert by_number.stdout == by_id.stdout
    for words in (
        "number    1001",
        "placed    2026-11-23 20:00",
        f"address   {AN_ADDRESS.street}, 098585 Singapore, SG",
        "intent    pi_1 succeeded",
        "charge    ch_1 card visa 4242",
        f"1       {placed.lines[0].isbn}  S$18.90  S$18.90  -       Middlemarch",
        f"reserved  1       {placed.lines[0].isbn}",
        f"sold      1       {placed.lines[0].isbn}",
    ):
        assert words in by_number.stdout
    assert placed.token not in by_number.stdout
    shown = shop.read("orders", "1001")
    assert (shown["id"], shown["total_minor"], shown["charge_id"]) == (placed.id, 2290, "ch_1")
    assert [(move["kind"], move["quantity"]) for move in shown["movements"]] == [("reserved", 1), ("sold", 1)]
    assert placed.token not in json.dumps(shown)


@pytest.mark.parametrize(
    ("kind", "to_order", "words"),
    [
        (AvailabilityKind.ORDER, 2, "order in 2"),
        (AvailabilityKind.PREORDER, 3, "pre-order, not before 2026-11-23"),
    ],
)
async def test_what_must_be_ordered_in_or_kept_back_is_said(
    shop: Shop, kind: AvailabilityKind, to_order: int, words: str
) -> None:
    book = await shop.database.write(store_book, a_book(stock=3, price=630))
    line = OrderLine(book.isbn, book.title, "", 3, book.price, kind, to_order, 5, NOON)
    placed = await shop.database.write(reserve_and_add, an_order(lines=(line,), total=sgd(1890)))
    assert words in shop.run("orders", placed.id).stdout
    shown = shop.read("orders", placed.id)
    assert [(one["kind"], one["to_order"]) for one in shown["lines"]] == [(kind, to_order)]
    assert sum(move["quantity"] for move in shown["movements"]) == 3 - to_order


async def test_reconciling_reads_stripe_at_once(shop: Shop, gateway: StripeGateway, account: Account) -> None:
    paid, unpaid = [await expect(shop, gateway) for _ in range(2)]
    await account.pay(paid.intent_id)
    assert shop.run("reconcile", unpaid.id).stdout == "1 checked, 0 changed.\n"
    done = shop.run("reconcile")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "1001: open requires_payment_method -> paid succeeded",
        "2 checked, 1 changed.",
    ]
    assert shop.run("reconcile", "1001").stdout == "1 checked, 0 changed.\n"
    await account.cancel(unpaid.intent_id)
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


def no_order(name: str) -> str:
    return f"No order has the number or id {name!r}. `bookshop orders` lists the orders."


async def test_a_failure_is_one_line(shop: Shop) -> None:
    order = await shop.place(intent_id="pi_of_nobody")
    unread = f"The payment could not be read from Stripe for {order.id}. Try again later."
    nowhere = f"http://127.0.0.1:{free_port()}"
    for arguments, env, line in (
        (["orders", "77"], {}, no_order("77")),
        (["orders", "9" * 30], {}, no_order("9" * 30)),
        (["reconcile", "nobody"], {}, no_order("nobody")),
        (["reconcile", ""], {}, no_order("")),
        (["reconcile"], {}, unread),
        (["reconcile"], {"STRIPE_API_BASE": nowhere}, unread),
        (
            ["audit", "--stripe"],
            {"STRIPE_API_BASE": nowhere},
            "Stripe could not be reached (APIConnectionError). Try again later.",
        ),
        (
            ["audit"],
            {"DATABASE_URL": f"sqlite:///{shop.folder}/empty.db"},
            "The database schema is out of date. Run `bookshop migrate`.",
        ),
        (
            ["orders"],
            {"DATABASE_URL": f"postgresql://shop:secret@127.0.0.1:{free_port()}/shop"},
            "The database could not be used (ConnectionRefusedError). Check DATABASE_URL.",
        ),
    ):
        done = shop.run(*arguments, **env)
        assert (done.returncode, done.stderr) == (1, f"Error: {line}\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["orders", "--state", "lost"],
        ["orders", "--limit", "0"],
        ["orders", "1001", "--state", "paid"],
        ["audit", "x"],
        ["covers"],
        ["covers", "no-such-folder"],
        ["covers", ".", "--from-feeds"],
    ],
)
def test_bad_usage_is_told_from_failure(tmp_path: Path, arguments: list[str]) -> None:
    done = run(arguments, tmp_path, **ENVIRONMENT)
    assert done.returncode == 2
    assert "Usage: " in done.stderr


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (["--help"], {"quart", "sqlalchemy", "stripe", "hypercorn"}),
        (["audit"], {"quart", "stripe", "hypercorn", "alembic"}),
        (["orders"], {"quart", "stripe", "hypercorn", "alembic"}),
        (["migrate"], {"quart", "stripe", "hypercorn"}),
    ],
)
def test_a_command_starts_without_what_it_does_not_need(
    shop: Shop, arguments: list[str], unneeded: set[str]
) -> None:
    code = "import sys, bookshop.cli as c; c.main(standalone_mode=False)"
    said = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", code, *arguments],
        cwd=shop.folder,
        env={**clean_environment(), **shop.env},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    imported = {line.rpartition("|")[2].strip() for line in said.stderr.splitlines()}
    assert imported & unneeded == set()
    assert "click" in imported


async def test_covers_come_from_a_folder_and_are_counted(shop: Shop) -> None:
    book = await shop.database.write(store_book, a_book())
    source = shop.folder / "source"
    source.mkdir()
    (source / f"{book.isbn}.jpg").write_bytes(a_picture())
    (source / "readme.txt").write_text("hello")
    done = shop.run("covers", "source")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "REFUSED            REASON",
        "source/readme.txt  The file name is not an ISBN.",
        "1 imported, 0 unchanged, 0 kept, 0 without a book, 1 refused.",
    ]
    assert len(list(shop.folder.glob("var/covers/*/*/*"))) == 5
    assert shop.read("covers", "source") == {
        "imported": 0,
        "unchanged": 1,
        "kept_own": 0,
        "unknown": [],
        "refused": [{"name": "source/readme.txt", "reason": "The file name is not an ISBN."}],
    }
    useless = shop.run("covers", "source/readme.txt")
    assert (useless.returncode, useless.stderr) == (1, "")


async def test_covers_are_downloaded_only_where_that_is_allowed(shop: Shop) -> None:
    book = await shop.database.write(store_book, a_book())
    await shop.database.write(set_cover_links, [(book.isbn, "http://127.0.0.1:1/1.jpg", "")])
    done = shop.run("covers", "--from-feeds")
    assert done.returncode == 1
    assert "Set DOWNLOAD_COVERS=1 to allow it" in done.stderr
    allowed = shop.run("covers", "--from-feeds", "--json", DOWNLOAD_COVERS="1")
    assert allowed.returncode == 1
    assert json.loads(allowed.stdout)["refused"] == [
        {"name": f"{book.isbn} http://127.0.0.1:1/1.jpg", "reason": "127.0.0.1 is not a public address."}
    ]


async def test_covers_that_cannot_be_stored_are_one_line(shop: Shop) -> None:
    book = await shop.database.write(store_book, a_book())
    picture = shop.folder / f"{book.isbn}.jpg"
    picture.write_bytes(a_picture())
    done = shop.run("covers", picture.name, COVERS_DIR=picture.name)
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Covers cannot be stored: ")
    assert done.stderr.endswith(" Check COVERS_DIR.\n")
    assert len(done.stderr.splitlines()) == 1
