"""Public pages kept as bytes: which, for how long, and nothing personal."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
from quart import Quart, Response, abort, redirect, request, session
from quart.typing import ResponseReturnValue
from quart.typing import TestClientProtocol as Client

from bookshop.app import Shop, create_app
from bookshop.database import Database
from bookshop.schema import books, stock
from bookshop.web import page_cache, security
from bookshop.web.page_cache import MAX_QUERY_BYTES, PageCache, is_personal
from bookshop.web.public_pages import (
    SPECULATION_RULES,
    PublicBlueprint,
    list_public_addresses,
    public_pattern,
)
from tests.builders import a_book, some_settings, store_book
from tests.filled_shop import fill_shop
from tests.payments.stripe_account import Account
from tests.shopper import HTMX, Shopper, text_of
from tests.web.test_security import list_routes

BROWSER = {
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Cookie": "basket-count=3",
    "User-Agent": "Browser/1",
}


class Clock:
    """A clock that stands still until it is told."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Stall:
    """A shop of one feature whose pages do all that pages can do, with a cache before it."""

    client: Client
    cache: PageCache
    clock: Clock
    rendered: Counter[str]
    entered: asyncio.Event


@pytest.fixture
async def stall() -> AsyncIterator[Stall]:
    app, rendered, clock, entered = Quart("stall"), Counter[str](), Clock(), asyncio.Event()
    app.secret_key = "a secret for tests only"
    app.config[SPECULATION_RULES] = "/rules.json"
    security.install(app, "http://shop.example")
    app.register_blueprint(sell(rendered, entered))
    cache = PageCache(app.asgi_app, public_pattern(list_public_addresses(app)), "http://shop.example", clock)
    app.asgi_app = cache  # type: ignore[method-assign]  # as Quart wants it
    async with app.test_app():
        yield Stall(app.test_client(), cache, clock, rendered, entered)


def sell(rendered: Counter[str], entered: asyncio.Event) -> PublicBlueprint:
    """Pages that are kept, and pages that must not be."""
    routes = PublicBlueprint("stall", "stall")

    @routes.before_request
    async def count() -> None:
        rendered[request.path] += 1

    @routes.get("/plain", ignores_query=True)
    async def plain() -> ResponseReturnValue:
        entered.set()
        await asyncio.sleep(0.01)
        return "plain " * 200

    @routes.get("/asks")
    async def asks() -> ResponseReturnValue:
        return f"{request.args.get('q')} {request.headers.get('HX-Request')}"

    @routes.get("/large")
    async def large() -> ResponseReturnValue:
        return "x" * page_cache.MAX_ENTRY_BYTES

    @routes.get("/echo")
    async def echo() -> ResponseReturnValue:
        return f"{request.cookies} {request.headers} {request.remote_addr} {request.url}"

    @routes.get("/told")
    async def told() -> ResponseReturnValue:
        return str("basket" in session)

    @routes.get("/remembered")
    async def remembered() -> ResponseReturnValue:
        session["seen"] = True
        return "remembered"

    @routes.get("/cookie")
    async def cookie() -> ResponseReturnValue:
        response = Response("cookie")
        response.set_cookie("a", "b")
        return response

    @routes.get("/no-store")
    async def no_store() -> ResponseReturnValue:
        return Response("own", headers={"Cache-Control": "no-store"})

    @routes.get("/private")
    async def private() -> ResponseReturnValue:
        return Response("own", headers={"Cache-Control": "private, max-age=1"})

    @routes.get("/varies")
    async def varies() -> ResponseReturnValue:
        return Response("own", headers={"Vary": "Accept-Language"})

    @routes.get("/gone")
    async def gone() -> ResponseReturnValue:
        abort(404)

    @routes.get("/moved")
    async def moved() -> ResponseReturnValue:
        return redirect("/plain", 301)

    return routes


async def test_a_page_is_rendered_once_a_second(stall: Stall) -> None:
    for moment, times in ((0, 1), (0.9, 1), (1.0, 2), (1.9, 2), (2.1, 3)):
        stall.clock.now = 1000 + moment
        answer = await stall.client.get("/plain")
        assert await text_of(answer) == "plain " * 200
        assert stall.rendered["/plain"] == times, moment


async def test_a_thousand_who_ask_at_once_share_one_rendering(stall: Stall) -> None:
    answers = await asyncio.gather(*(stall.client.get("/plain") for _ in range(1000)))
    assert {await text_of(answer) for answer in answers} == {"plain " * 200}
    assert stall.rendered["/plain"] == 1


async def test_rendering_goes_on_when_the_first_who_asked_hangs_up(stall: Stall) -> None:
    first = asyncio.create_task(stall.client.get("/plain"))
    second = asyncio.create_task(stall.client.get("/plain"))
    await stall.entered.wait()
    first.cancel()
    assert await text_of(await second) == "plain " * 200
    assert stall.rendered["/plain"] == 1


async def test_an_unchanged_page_keeps_its_encodings(stall: Stall) -> None:
    await stall.client.get("/plain", headers=BROWSER)
    (before,) = stall.cache.entries.by_key.values()
    stall.clock.now += 5
    await stall.client.get("/plain")
    (after,) = stall.cache.entries.by_key.values()
    assert after.fresh_until > before.fresh_until
    assert after.response is before.response
    assert "br" in after.response.encodings


async def test_who_has_the_page_is_told_so(stall: Stall) -> None:
    for encoding in ("", "gzip", "br"):
        answer = await stall.client.get("/plain", headers={"Accept-Encoding": encoding})
        assert answer.headers.get("Content-Encoding", "") == encoding
        asked = {"Accept-Encoding": encoding, "If-None-Match": answer.headers["ETag"]}
        again = await stall.client.get("/plain", headers=asked)
        assert (again.status_code, await again.get_data()) == (304, b"")
        assert again.headers["ETag"] == answer.headers["ETag"]
        assert again.headers["Cache-Control"] == "public, max-age=1"
        other = await stall.client.get("/plain", headers={**asked, "Accept-Encoding": "deflate"})
        assert other.status_code == (304 if encoding == "" else 200)


async def test_head_says_what_get_would(stall: Stall) -> None:
    for _ in range(2):
        whole, head = await stall.client.get("/plain"), await stall.client.head("/plain")
        assert head.headers["ETag"] == whole.headers["ETag"]
        assert await head.get_data() == b""


async def test_a_page_and_its_fragment_are_kept_apart(stall: Stall) -> None:
    for _ in range(2):
        assert await text_of(await stall.client.get("/asks")) == "None None"
        fragment = await stall.client.get("/asks", headers=HTMX)
        assert await text_of(fragment) == "None true"
        # a cache that knows nothing of Vary must not show it as the page
        assert fragment.headers["Cache-Control"] == "private, max-age=1"
        boosted = await stall.client.get("/asks", headers={**HTMX, "HX-Request-Type": "full"})
        assert await text_of(boosted) == "None None"
    assert stall.rendered["/asks"] == 2


async def test_a_query_that_a_page_ignores_makes_no_other_page(stall: Stall) -> None:
    for query in ("", "?utm_source=x", "?fbclid=y"):
        answer = await stall.client.get(f"/plain{query}")
        assert answer.headers["No-Vary-Search"] == "params"
    assert stall.rendered["/plain"] == 1
    for _ in range(2):
        assert await text_of(await stall.client.get("/asks?q=a")) == "a None"
        assert await text_of(await stall.client.get("/asks?q=b")) == "b None"
    assert stall.rendered["/asks"] == 2
    assert "No-Vary-Search" not in (await stall.client.get("/asks")).headers


async def test_an_endless_query_is_answered_and_not_kept(stall: Stall) -> None:
    query = "q=" + "x" * MAX_QUERY_BYTES
    for _ in range(2):
        assert "xxx" in await text_of(await stall.client.get(f"/asks?{query}"))
    assert not stall.cache.entries.by_key
    assert stall.rendered["/asks"] == 2


async def test_the_least_used_page_makes_room(stall: Stall) -> None:
    await stall.client.get("/asks?q=first")
    (entry,) = stall.cache.entries.by_key.values()
    stall.cache.entries.max_bytes = 3 * entry.response.size + 100
    for query in ("second", "third", "first", "fourth", "fifth"):
        await stall.client.get(f"/asks?q={query}")
    assert [key.query for key in stall.cache.entries.by_key] == [b"q=first", b"q=fourth", b"q=fifth"]
    assert stall.cache.entries.size == total_size(stall.cache)


async def test_the_size_stays_right_while_pages_change(stall: Stall) -> None:
    for _ in range(3):
        for path in ("/plain", "/asks", "/asks?q=1"):
            await stall.client.get(path, headers=BROWSER)
        stall.clock.now += 10
    assert stall.cache.entries.size == total_size(stall.cache)


async def test_what_is_too_large_is_answered_and_not_kept(stall: Stall) -> None:
    answer = await stall.client.get("/large", headers=BROWSER)
    assert answer.headers["Content-Encoding"] == "br"
    assert not stall.cache.entries.by_key


async def test_nothing_of_who_asked_reaches_a_kept_page(stall: Stall) -> None:
    headers = {
        **BROWSER,
        "Host": "evil.example",
        "X-Forwarded-Host": "evil.example",
        "Authorization": "Basic eA==",
    }
    text = await text_of(await stall.client.get("/echo?x=1", headers=headers))
    assert "http://shop.example/echo" in text
    for own in ("evil", "basket-count", "Browser", "Basic"):
        assert own not in text


PERSONAL = ("/told", "/remembered", "/cookie", "/no-store", "/private", "/varies")


@pytest.mark.parametrize("path", PERSONAL)
async def test_what_is_personal_is_neither_kept_nor_shared(stall: Stall, path: str) -> None:
    for _ in range(2):
        answers = await asyncio.gather(*(stall.client.get(path, headers=BROWSER) for _ in range(3)))
        assert len({id(answer) for answer in answers}) == 3
        assert not stall.cache.entries.by_key
        assert "ETag" not in answers[0].headers
    # each of them was answered with a rendering of its own
    assert stall.rendered[path] >= 6


@pytest.mark.parametrize(("path", "status"), [("/gone", 404), ("/moved", 301), ("/nowhere", 404)])
async def test_only_success_is_kept(stall: Stall, path: str, status: int) -> None:
    for _ in range(2):
        assert (await stall.client.get(path)).status_code == status
    assert not stall.cache.entries.by_key


async def test_other_methods_go_through(stall: Stall) -> None:
    await stall.client.get("/plain")
    assert (await stall.client.options("/plain")).status_code == 200
    for ask in (stall.client.post, stall.client.put, stall.client.delete, stall.client.patch):
        assert (await ask("/plain")).status_code == 405


@pytest.mark.parametrize(
    ("headers", "personal"),
    [
        ({"cache-control": "public, max-age=1"}, False),
        ({"cache-control": "public, max-age=1", "vary": "HX-Request, accept-encoding"}, False),
        ({"cache-control": "public, max-age=1", "vary": "Cookie"}, True),
        ({"cache-control": "public, max-age=1", "vary": "*"}, True),
        ({"cache-control": "public, max-age=1", "set-cookie": "a=b"}, True),
        ({"cache-control": "public, no-store"}, True),
        ({"cache-control": "no-cache"}, True),
        ({}, True),
    ],
)
def test_what_does_not_call_itself_public_is_personal(headers: dict[str, str], personal: bool) -> None:
    written = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert is_personal(200, headers.get("cache-control", "").encode(), written) is personal


# with the shop itself


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


def total_size(cache: PageCache) -> int:
    """Return what the entries of a cache take, in bytes."""
    return sum(entry.response.size for entry in cache.entries.by_key.values())


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
            ("/basket", "/checkout", "/orders", "/success", "/stripe", "/healthz", "/readyz")
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
