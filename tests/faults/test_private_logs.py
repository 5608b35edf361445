"""Nothing personal or secret is ever logged, at any level, in success or failure."""

import io
import logging
import re
from collections.abc import AsyncIterator, Iterator

import pytest
from hypercorn.config import Config
from hypercorn.logging import Logger
from sqlalchemy import Connection, insert, text
from sqlalchemy.exc import DBAPIError

from bookshop.app import Shop, create_app
from bookshop.database import Database
from bookshop.logs import private_logs
from bookshop.logs.private_logs import LimitedLog, mask_address
from bookshop.schema import counters
from tests.builders import ENVIRONMENT, a_book, some_settings, store_book
from tests.payments.stripe_account import Account
from tests.processes import Process
from tests.shopper import Shopper, receipt_of, token_of

EMAIL, NAME, TOKEN = "ada.lovelace@example.com", "Ada Lovelace", "tokenlovelacetokenlove"
PERSONAL = {"email": EMAIL, "name": NAME, "delivery": "collect"}
SECRETS = (
    *("ada.lovelace", "Lovelace", "_secret_"),
    *(ENVIRONMENT[name] for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "SECRET_KEY")),
)


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """Collect everything that is logged, at every level that loggers are not kept from."""
    output = io.StringIO()
    handler = logging.StreamHandler(output)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    root = logging.getLogger()
    named = [logging.getLogger(name) for name in ("sqlalchemy", "bookshop", "httpx", "asyncio")]
    levels = {logger: logger.level for logger in (root, *named)}
    for logger in levels:
        logger.setLevel(logging.DEBUG)
    root.addHandler(handler)
    yield output
    root.removeHandler(handler)
    for logger, level in levels.items():
        logger.setLevel(level)


@pytest.fixture
async def shop(
    database_url: str, simulator: Process, logged: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Shop]:
    """Run a shop that logs, also what another test has logged a moment ago."""
    monkeypatch.setattr(private_logs, "MIN_INTERVAL_SECONDS", 0)
    app = create_app(some_settings(DATABASE_URL=database_url, STRIPE_API_BASE=simulator.url))
    async with app.test_app():
        yield app


async def test_a_sale_and_its_failures_log_nothing_personal(
    shop: Shop, shopper: Shopper, database: Database, account: Account, logged: io.StringIO
) -> None:
    book = await database.write(store_book, a_book(stock=9))
    pay_page = await shopper.place_and_pay_page(book.isbn, **PERSONAL)
    intent = await shopper.find_intent(pay_page)
    await account.pay(intent, "pm_card_visa_chargeDeclined")
    await shopper.read(receipt_of(pay_page))
    await account.pay(intent)
    await shopper.read(receipt_of(pay_page))
    # an email address that Stripe refuses, a write from elsewhere, a webhook that is not Stripe's
    form = {**await shopper.open_form(book.isbn), **PERSONAL, "email": "ada.lovelace@example.invalid"}
    await shopper.post("/checkout", form)
    headers = {"Sec-Fetch-Site": "cross-site"}
    foreign = await shopper.client.post("/checkout", form=form, headers=headers)
    assert foreign.status_code == 403
    assert (await shop.test_client().post("/stripe/webhook", data=b"{}")).status_code == 400
    # an error that no one foresaw
    await database.write(lambda db: db.execute(text("ALTER TABLE order_lines RENAME TO moved")))
    broken = await shopper.get(receipt_of(pay_page))
    assert broken.status_code == 500
    text_logged = logged.getvalue()
    assert "Refused POST /checkout from another site" in text_logged
    assert "Refused a webhook" in text_logged
    assert "order_lines" in text_logged
    for secret in (*SECRETS, token_of(pay_page)):
        assert secret not in text_logged, re.findall(f".*{re.escape(secret)}.*", text_logged)[:3]


def break_unique(db: Connection) -> None:
    db.execute(insert(counters), {"name": EMAIL, "value": 1})
    db.execute(insert(counters), {"name": EMAIL, "value": 1})


def break_not_null(db: Connection) -> None:
    db.execute(
        text("INSERT INTO orders (id, name, email) VALUES (:id, :name, :email)"), {"id": TOKEN, **PERSONAL}
    )


def break_type(db: Connection) -> None:
    cast = {"postgresql": "CAST(:name AS integer)", "sqlite": "json(:name)"}[db.dialect.name]
    db.execute(text(f"SELECT {cast}"), {"name": NAME})


def break_message(db: Connection) -> None:
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT CAST(CAST(:name AS text) AS integer)"), {"name": NAME})
    else:
        db.execute(text("SELECT * FROM search WHERE search MATCH :name"), {"name": f") {NAME} ("})


@pytest.mark.parametrize("work", [break_unique, break_not_null, break_type, break_message])
async def test_an_error_of_the_database_shows_no_value(
    database: Database, logged: io.StringIO, work: object
) -> None:
    with pytest.raises(DBAPIError) as error:
        await database.write(work)  # type: ignore[arg-type]  # a unit of work
    logging.getLogger("bookshop").error("It failed", exc_info=error.value)
    text_logged = logged.getvalue()
    assert "It failed" in text_logged
    for secret in ("lovelace", "Lovelace"):
        assert secret not in text_logged


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("/orders/abcdefghijklmnopqrstuv", "/orders/***"),
        ("/orders/abcdefghijklmnopqrstuv/status?polls=3", "/orders/***/status"),
        ("GET /checkout/abcdefghijklmnopqrstuv/hosted 2", "GET /checkout/***/hosted 2"),
        ("/success?payment_intent=pi_1&payment_intent_client_secret=pi_1_secret_x", "/success"),
        ("https://books.example.com/orders/abc", "https://books.example.com/orders/***"),
        ("/checkout?item=9781234567897", "/checkout"),
        ("/office/welcome/abcdefghijklmnopqrstuv", "/office/welcome/***"),
        ("/office/find?q=Ada+Lovelace", "/office/find"),
        ("/search?q=orders", "/search?q=orders"),
        ("/books/9781234567897/the-orders", "/books/9781234567897/the-orders"),
    ],
)
def test_addresses_are_masked(address: str, masked: str) -> None:
    assert mask_address(address) == masked


@pytest.mark.parametrize("atom", ["r", "R", "U", "Uq", "q", "f", "{referer}i"])
async def test_hypercorns_access_log_is_masked(atom: str, capsys: pytest.CaptureFixture[str]) -> None:
    private_logs.install()
    config = Config()
    config.accesslog, config.access_log_format = "-", f"%(m)s %({atom})s"
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/orders/tokensecret",
        "query_string": b"polls=querysecret",
        "scheme": "https",
        "headers": [(b"referer", b"https://x.example/orders/tokensecret?a=querysecret")],
    }
    await Logger(config).access(scope, {"status": 200, "headers": []}, 0.1)  # type: ignore[arg-type]  # all it reads
    line = capsys.readouterr().out
    assert "GET" in line
    assert "secret" not in line


def test_a_flood_of_warnings_is_one_line_a_minute(logged: io.StringIO) -> None:
    now = [0.0]
    log = LimitedLog(logging.getLogger("bookshop.test"), lambda: now[0])
    for _ in range(1000):
        log.warning("Refused %s", "a")
    now[0] = 61
    log.warning("Refused %s", "b")
    assert logged.getvalue().splitlines() == [
        "bookshop.test Refused a",
        "bookshop.test Refused b (and 999 more since the last such line)",
    ]
