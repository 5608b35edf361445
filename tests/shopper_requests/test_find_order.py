"""A shopper who lost an order's link gets it by mail, and a stranger learns nothing."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bookshop.app import create_app
from bookshop.database import Database
from bookshop.mail.mail import MailKind
from bookshop.orders.order import Order
from bookshop.orders.store import find_order_by_id
from bookshop.schema import mails
from bookshop.shopper_requests import same_time
from bookshop.shopper_requests.find_order_link import MAX_SEARCHES_PER_HOUR
from bookshop.shopper_requests.same_time import RESPONSE_SECONDS
from tests.builders import a_book, some_settings
from tests.fulfilment.stored_orders import a_line, an_order_of, store_books, store_paid
from tests.processes import Process
from tests.shopper import Shopper, text_of

EMAIL = "Ada@bücher.example.com"
SENDS_MAIL = {"SMTP_URL": "smtp://127.0.0.1:2525", "MAIL_FROM": "shop@example.com"}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(same_time, "RESPONSE_SECONDS", 0)


def store_order(db: Connection) -> Order:
    book = a_book(stock=5)
    order = an_order_of(a_line(book), email=EMAIL)
    store_books(db, book)
    store_paid(db, order)
    stored = find_order_by_id(db, order.id)
    assert stored
    return stored


def list_links(db: Connection) -> list[Any]:
    return list(db.execute(select(mails).where(mails.c.kind == MailKind.ORDER_LINK).order_by(mails.c.id)))


@pytest.mark.parametrize("email", [EMAIL, "ADA@XN--BCHER-KVA.example.com"])
async def test_the_link_is_mailed_to_the_address_of_the_order(
    shopper: Shopper, database: Database, email: str
) -> None:
    order = await database.write(store_order)
    answer = await shopper.post("/orders/find", {"reference": f"Nr. {order.number}", "email": email})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/orders/find/sent")
    (mail,) = await database.read(list_links)
    assert (mail.recipient, mail.order_id) == ("Ada@xn--bcher-kva.example.com", order.id)
    assert json.loads(mail.details) == {"orders": [[order.number, order.token]]}


async def test_the_answer_is_the_same_whether_the_order_exists(shopper: Shopper, database: Database) -> None:
    order, other = await database.write(store_order), await database.write(store_order)
    answers = set()
    for reference, email in (
        (str(order.number), EMAIL),
        (f"9{other.number}", EMAIL),
        (str(order.number), "eve@example.com"),
        (order.id, EMAIL),
        (order.token, EMAIL),
        (f"{order.number} {other.number}", EMAIL),
    ):
        answer = await shopper.post("/orders/find", {"reference": reference, "email": email})
        # each request has an id of its own
        assert answer.headers.pop("X-Request-Id")
        headers = tuple(sorted(answer.headers.items()))
        answers.add((answer.status_code, headers, await text_of(answer)))
    assert len(answers) == 1
    assert len(await database.read(list_links)) == 1


@pytest.mark.parametrize("address", ["/orders/find", "/withdraw/confirm"])
async def test_the_answer_takes_the_same_time(
    shopper: Shopper, database: Database, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    order = await database.write(store_order)
    monkeypatch.setattr(same_time, "RESPONSE_SECONDS", RESPONSE_SECONDS)
    clock = asyncio.get_running_loop().time
    for reference in (str(order.number), "99999"):
        began = clock()
        await shopper.post(address, {"name": "Ada", "reference": reference, "email": EMAIL})
        assert clock() - began >= RESPONSE_SECONDS


async def test_searches_are_limited_by_network_and_by_address(
    database: Database, database_url: str, simulator: Process
) -> None:
    order = await database.write(store_order)
    settings = some_settings(DATABASE_URL=database_url, STRIPE_API_BASE=simulator.url, TRUSTED_PROXIES="1")
    async with create_app(settings).test_app() as running:
        client = running.test_client()

        async def search(address: str, email: str) -> int:
            form = {"reference": str(order.number), "email": email}
            answer = await client.post("/orders/find", form=form, headers={"X-Forwarded-For": address})
            return answer.status_code

        for n in range(MAX_SEARCHES_PER_HOUR):
            assert await search("203.0.113.7", f"ada{n}@example.com") == 303
        assert await search("203.0.113.7", EMAIL) == 429
        for n in range(MAX_SEARCHES_PER_HOUR):
            assert await search(f"198.51.100.{n}", EMAIL if n % 2 else EMAIL.upper()) == 303
        assert await search("198.51.100.99", EMAIL) == 429
    assert len(await database.read(list_links)) == MAX_SEARCHES_PER_HOUR


async def test_what_is_wrong_is_said(sqlite_url: str, simulator: Process) -> None:
    settings = some_settings(DATABASE_URL=sqlite_url, STRIPE_API_BASE=simulator.url, **SENDS_MAIL)
    async with create_app(settings).test_app() as running:
        for form, words in (
            ({"reference": "", "email": EMAIL}, "Add the number of your order"),
            ({"reference": "1", "email": "ada"}, "That address looks unfinished"),
        ):
            answer = await Shopper(running.test_client()).post("/orders/find", form)
            assert answer.status_code == 422
            assert words in await text_of(answer)


async def test_the_page_is_where_one_looks(shopper: Shopper) -> None:
    assert 'href="/orders/find"' in await shopper.read(f"/orders/{'x' * 22}", status=404)
    assert 'href="/orders/find"' in await shopper.read("/")


async def test_a_shop_without_mail_says_what_happens_instead(shopper: Shopper) -> None:
    form = await shopper.read("/orders/find")
    assert "Write to us with your name and order number" in form
    assert 'href="mailto:hello@example.com?subject=The%20link' in form
    assert "Send me the link" not in form
    assert "send you its link" not in await shopper.read("/nothing-here", status=404)
    page = await shopper.read("/orders/find/sent")
    assert "This shop sends no mail by itself" in page
    assert "hello@example.com" in page


@pytest.mark.parametrize(
    ("changed", "is_offered"),
    [
        ({}, False),
        ({"SHOP_DELIVERY_COUNTRIES": "SG,IE"}, True),
        ({"SHOP_COUNTRY": "IE", "SHOP_DELIVERY_COUNTRIES": "GB"}, True),
        ({"SHOP_COUNTRY": "GB", "SHOP_DELIVERY_COUNTRIES": "GB,CH,NO"}, False),
    ],
)
async def test_the_footer_offers_to_withdraw_where_an_eu_country_is_served(
    changed: dict[str, str], sqlite_url: str, simulator: Process, *, is_offered: bool
) -> None:
    settings = some_settings(
        DATABASE_URL=sqlite_url,
        STRIPE_API_BASE=simulator.url,
        **SENDS_MAIL,
        **changed,
    )
    async with create_app(settings).test_app() as running:
        shopper = Shopper(running.test_client())
        link = '<a href="/withdraw">Withdraw from contract here</a>'
        for path in ("/", "/basket", "/orders/find"):
            assert (link in await shopper.read(path)) is is_offered
        assert "Send me the link" in await shopper.read("/orders/find")
        assert "send you its link" in await shopper.read("/nothing-here", status=404)
        assert "its link is on its way" in await shopper.read("/orders/find/sent")
