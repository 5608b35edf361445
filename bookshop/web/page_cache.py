"""Public pages kept in memory as bytes, and served before a request reaches Quart.

A page is kept for as long as its `Cache-Control: public, max-age=…` allows: a second, if it has prices. So
every process shows a change soon after it was made, and no process has to notify another. Then the page is
rendered again; while its bytes stay the same, so do their encodings and ETags. If that fails, since the
database is away, the page is served for up to an hour as it was, with its `Age`.

A kept page is the response to a request of our own making: the path, the query, and whether htmx wants a
fragment. It holds no cookie, session or header of the shopper whose request came first. A response that is
personal nevertheless (it sets a cookie, has read the session, or is not marked public) is neither kept nor
shared, and every such request goes on to Quart.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

from hypercorn.typing import (
    ASGIFramework,
    ASGIReceiveCallable,
    ASGISendCallable,
    ASGISendEvent,
    HTTPScope,
    Scope,
)

from bookshop.logs.private_logs import LimitedLog
from bookshop.logs.request_counts import Ended, counts
from bookshop.web.cache_entries import CacheEntries, CacheEntry, Key
from bookshop.web.cached_response import Headers, cache_response, send_cached

# as many pages as are requested within the seconds that they live
MAX_BYTES = 8 * 1024 * 1024
MAX_ENTRY_BYTES = MAX_BYTES // 16
MAX_QUERY_BYTES = 500
# of a page that browsers may keep for longer
MAX_AGE_SECONDS = 60
# how long a page is served when it cannot be rendered again, and after how many seconds that is tried
MAX_STALE_SECONDS = 3600
STALE_RETRY_SECONDS = 2
CACHE_KEY_HEADERS = {b"hx-request", b"hx-request-type", b"accept-encoding"}
MAX_AGE_PATTERN = re.compile(rb"max-age=(\d+)")
log = LimitedLog(logging.getLogger(__name__))
FRAGMENT_HEADERS = [(b"hx-request", b"true"), (b"hx-request-type", b"partial")]


class PageCache:
    """ASGI middleware that serves public pages and passes every other request on."""

    def __init__(
        self, app: ASGIFramework, public: re.Pattern[str], shop_url: str, clock: Callable[[], float]
    ) -> None:
        self.entries = CacheEntries(MAX_BYTES)
        self._app = app
        self._public = public
        self._shop = urlsplit(shop_url)
        self._clock = clock
        self._rendering: dict[Key, asyncio.Task[CacheEntry | None]] = {}

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self._app(scope, receive, send)
        request_headers = dict(scope["headers"])
        key = self._key_of(scope, request_headers)
        entry = self.entries.find(key, self._clock())
        if entry is not None:
            counts[Ended.CACHED_PAGE] += 1
        elif self._is_cacheable(scope):
            entry = await self._render_once(key, scope)
        if entry is None:
            return await self._app(scope, receive, send)
        if entry.is_stale:
            age = int(self._clock() - entry.rendered_at)
            send = partial(send_with_age, send, age)
        return await send_cached(entry.response, scope["method"], request_headers, send)

    def _is_cacheable(self, scope: HTTPScope) -> bool:
        return (
            self._public.fullmatch(scope["path"]) is not None
            and len(scope["query_string"]) <= MAX_QUERY_BYTES
        )

    def _key_of(self, scope: HTTPScope, request_headers: dict[bytes, bytes]) -> Key:
        path, query = scope["path"], scope["query_string"]
        is_fragment = all(request_headers.get(name) == value for name, value in FRAGMENT_HEADERS)
        if query and self.entries.ignores_query(Key(path, b"", is_fragment)):
            query = b""
        return Key(path, query, is_fragment)

    async def _render_once(self, key: Key, scope: HTTPScope) -> CacheEntry | None:
        """Share one rendering among concurrent requests, even if the first of them hangs up."""
        task = self._rendering.get(key)
        if task is None:
            task = self._rendering[key] = asyncio.create_task(self._render(key, scope))
            task.add_done_callback(lambda _: self._rendering.pop(key))
        else:
            counts[Ended.CACHED_PAGE] += 1
        return await asyncio.shield(task)

    async def _render(self, key: Key, scope: HTTPScope) -> CacheEntry | None:
        # a page that may be a second old is as old as the database reads that it was made from
        started = self._clock()
        status, headers, body = await self._request_page(key, scope)
        if status >= 500 and (stale := self.entries.find_stale(key, started - MAX_STALE_SECONDS)):
            log.warning("Serving pages that cannot be rendered again: status %d", status)
            return self._extend(key, stale)
        named = dict(headers)
        cache_control = named.get(b"cache-control", b"")
        if is_personal(status, cache_control, headers):
            return None
        if key.is_fragment:
            # some caches in front of ours ignore Vary
            headers = [
                (n, v.replace(b"public", b"private") if n == b"cache-control" else v) for n, v in headers
            ]
        response = cache_response(status, headers, body)
        max_age = MAX_AGE_PATTERN.search(cache_control)
        if status != 200 or max_age is None or response.size > MAX_ENTRY_BYTES:
            return CacheEntry(response, 0, ignores_query=False)
        ignores_query = named.get(b"no-vary-search") == b"params"
        fresh_until = started + min(int(max_age[1]), MAX_AGE_SECONDS)
        entry = CacheEntry(response, fresh_until, ignores_query, rendered_at=started)
        return self.entries.store(key._replace(query=b"") if ignores_query else key, entry)

    def _extend(self, key: Key, stale: CacheEntry) -> CacheEntry:
        """Serve a stale entry a little longer, so that not every request tries to render its page."""
        fresh_until = self._clock() + STALE_RETRY_SECONDS
        return self.entries.store(key, replace(stale, fresh_until=fresh_until, is_stale=True))

    async def _request_page(self, key: Key, scope: HTTPScope) -> tuple[int, Headers, bytes]:
        """Return status, headers and body for a request with nothing of a shopper in it."""
        own_scope = {
            **scope,
            "method": "GET",
            "scheme": self._shop.scheme,
            "client": None,
            "query_string": key.query,
            "headers": [
                (b"host", self._shop.netloc.encode()),
                *(FRAGMENT_HEADERS if key.is_fragment else ()),
            ],
        }
        messages: list[Any] = []
        body = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Any:
            return next(body, None) or await asyncio.get_running_loop().create_future()

        async def send(message: Any) -> None:
            messages.append(message)

        await self._app(cast(HTTPScope, own_scope), receive, send)
        start, *parts = messages
        # the id of one request has no place in a page that is the same for everyone
        headers = [pair for pair in start["headers"] if pair[0] != b"x-request-id"]
        return start["status"], headers, b"".join(part.get("body", b"") for part in parts)


async def send_with_age(send: ASGISendCallable, age: int, event: ASGISendEvent) -> None:
    """Send an event of a response that is stale, so that no other cache keeps it."""
    if event["type"] == "http.response.start":
        event = {**event, "headers": [*event["headers"], (b"age", b"%d" % age)]}
    await send(event)


def is_personal(status: int, cache_control: bytes, headers: Headers) -> bool:
    """Return whether a response is for one shopper, as every page is that is not marked public."""
    varies = {name.strip().lower() for n, value in headers if n == b"vary" for name in value.split(b",")}
    is_public = (
        b"public" in cache_control and b"no-store" not in cache_control and b"private" not in cache_control
    )
    sets_cookie = any(name == b"set-cookie" for name, _ in headers)
    # errors and redirects need no mark: they are the same for everyone, and not kept
    return sets_cookie or not varies <= CACHE_KEY_HEADERS or (status < 300 and not is_public)
