"""The page cache in front of the shop: prices stay current, and nothing personal is kept."""

import re
from collections.abc import AsyncIterator

import pytest

from bookshop.app import Shop, create_app
from bookshop.database import Database
from bookshop.schema import books, stock
from bookshop.web.page_cache import PageCache, is_personal
from tests.builders import a_book, some_settings, store_book
from tests.filled_shop import fill_shop
from tests.payments.stripe_account import Account
from tests.shopper import HTMX, Shopper, text_of
from tests.web.stall import Clock
from tests.web.test_page_cache import BROWSER
from tests.web.test_security import list_routes


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def processes(database_url: str, clock: Clock, account: Account) -> AsyncIterator[tuple[Shop, Shop]]:
    """Two processes of one shop, with a clock that stands still."""
    settings = some_settings(
        DATABASE_URL=database_url,
        STRIPE_API_BASE=account.url,
        STRIPE_JS_URL=f"{account.url}/endive/stripe.js",
    )
    one, other = create_app(settings, clock), create_app(settings, clock)
    async with one.test_app(), other.test_app():
        yield one, other


@pytest.fixture
def cached(processes: tuple[Shop, Shop]) -> Shop:
    """The shop with a clock that stands still."""
    return processes[0]


def cache_of(shop: Shop) -> PageCache:
    """Return the page cache in front of a shop."""
    cache: PageCache = shop.extensions["page_cache"]
    return cache


async def test_a_change_of_price_or_stock_is_seen_within_two_seconds_in_every_process(
    processes: tuple[Shop, Shop], database: Database, clock: Clock
) -> None:
    book = await database.write(store_book, a_book(stock=1, price=1890))
    path = f"/books/{book.isbn}/{book.slug}"
    clients = [shop.test_client() for shop in processes]
    before = [await text_of(await client.get(path)) for client in clients]
    await database.write(lambda db: db.execute(books.update().values(price_minor=2050)))
    await database.write(lambda db: db.execute(stock.update().values(on_hand=42)))
    clock.now += 2
    after = [await text_of(await client.get(path)) for client in clients]
    assert before[0] == before[1] != after[0] == after[1]
    assert "18.90" not in after[0]
    assert "20.50" in after[0]
    assert "(42)" in after[0]


async def test_nothing_personal_is_ever_kept(cached: Shop, database: Database, account: Account) -> None:
    filled = await fill_shop(cached, database, account)
    await filled.shopper.put_in_basket(filled.in_stock.isbn)
    strangers = [cached.test_client() for _ in range(2)]
    paths = [
        *filled.pages,
        f"/covers/{filled.in_stock.isbn}.svg",
        *(path for _, path in list_routes(cached, "GET")),
    ]
    for client in (filled.shopper.client, *strangers):
        for path in paths:
            await client.get(path, headers=BROWSER)
            await client.get(path, headers={**BROWSER, **HTMX})
    entries = cache_of(cached).entries.by_key
    assert {re.sub(r"\d{13}", "*", path) for path, _, _ in entries} >= {"/", "/search", "/covers/*.svg"}
    for (path, _, _), entry in entries.items():
        assert not path.startswith(
            ("/basket", "/checkout", "/orders", "/success", "/stripe", "/withdraw", "/healthz", "/readyz")
        )
        names = {name for name, _ in entry.response.headers}
        assert not names & {b"set-cookie"}
        assert not is_personal(200, b"public", entry.response.headers)
        for secret in (b"_secret_", b"reader@example.com", b"Ada Reader", b"basket-count"):
            assert secret not in entry.response.body, path


async def test_what_is_kept_is_what_anyone_would_be_shown(
    cached: Shop, database: Database, account: Account, clock: Clock
) -> None:
    filled = await fill_shop(cached, database, account)
    for path in filled.pages:
        first = await filled.shopper.get(path)
        if "ETag" not in first.headers:
            continue
        again = await cached.test_client().get(path)
        clock.now += 10
        anew = await Shopper(cached.test_client()).get(path)
        assert first.headers == again.headers == anew.headers, path
        assert await first.get_data() == await again.get_data() == await anew.get_data(), path
