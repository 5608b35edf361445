"""Public pages kept as bytes, before Quart is reached.

A page is kept as long as it says itself (`Cache-Control: public, max-age=…`): a second, if it has prices. So
every process shows a change soon after it was made, without any knowing the others. Then the page is rendered
again; while its bytes stay the same, so do their encodings and ETags.

What is kept answers a request of our own making: the path, the query, and whether htmx wants a fragment. No
cookie, session or header of whoever happened to ask first is in it. Should an answer be personal nevertheless
(it sets a cookie, has looked at the session, or does not call itself public), it is neither kept nor shared,
and everybody's own request goes on to Quart.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast
from urllib.parse import urlsplit

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from bookshop.web.cached_response import Headers, Kept, hand_out, keep

# as many pages as are asked for within the seconds that they live
ROOM = 8 * 1024 * 1024
LARGEST = ROOM // 16
LONGEST_QUERY = 500
# seconds, of what browsers may keep for longer
LONGEST_STAY = 60
KEYED = {b"hx-request", b"hx-request-type", b"accept-encoding"}
MAX_AGE = re.compile(rb"max-age=(\d+)")
FRAGMENT = [(b"hx-request", b"true"), (b"hx-request-type", b"partial")]

Key = tuple[str, bytes, bool]


@dataclass(frozen=True, slots=True)
class Page:
    """An answer, and until when it is fresh: 0 for one that is not to be kept."""

    kept: Kept
    fresh_until: float
    ignores_query: bool


class PageCache:
    """Answers for public pages itself, and lets everything else through to the shop."""

    def __init__(
        self, app: ASGIFramework, public: re.Pattern[str], shop_url: str, clock: Callable[[], float]
    ) -> None:
        self._app = app
        self._public = public
        self._shop = urlsplit(shop_url)
        self._clock = clock
        self._pages: OrderedDict[Key, Page] = OrderedDict()
        self._size = 0
        self._rendering: dict[Key, asyncio.Task[Page | None]] = {}

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return await self._app(scope, receive, send)
        asked = dict(scope["headers"])
        key = self._key_of(scope, asked)
        page = self._pages.get(key)
        if page is not None and page.fresh_until > self._clock():
            self._pages.move_to_end(key)
        elif not self._public.fullmatch(scope["path"]) or len(scope["query_string"]) > LONGEST_QUERY:
            return await self._app(scope, receive, send)
        else:
            page = await self._render_once(key, scope)
            if page is None:
                return await self._app(scope, receive, send)
        return await hand_out(page.kept, scope["method"], asked, send)

    def _key_of(self, scope: HTTPScope, asked: dict[bytes, bytes]) -> Key:
        path, query = scope["path"], scope["query_string"]
        is_fragment = asked.get(b"hx-request") == b"true" and asked.get(b"hx-request-type") == b"partial"
        if query:
            plain = self._pages.get((path, b"", is_fragment))
            if plain is not None and plain.ignores_query:
                return path, b"", is_fragment
        return path, query, is_fragment

    async def _render_once(self, key: Key, scope: HTTPScope) -> Page | None:
        """Render a page, once for all who ask meanwhile; it goes on even when the first of them hangs up."""
        task = self._rendering.get(key)
        if task is None:
            task = self._rendering[key] = asyncio.create_task(self._render(key, scope))
            task.add_done_callback(lambda _: self._rendering.pop(key))
        return await asyncio.shield(task)

    async def _render(self, key: Key, scope: HTTPScope) -> Page | None:
        # what is fresh for a second is so from before the shop looked into its database
        began = self._clock()
        status, headers, body = await self._ask(key, scope)
        named = dict(headers)
        control = named.get(b"cache-control", b"")
        if is_personal(status, control, headers):
            return None
        path, query, is_fragment = key
        if is_fragment:
            # some caches before us know nothing of Vary
            headers = [
                (n, v.replace(b"public", b"private") if n == b"cache-control" else v) for n, v in headers
            ]
        kept = keep(status, headers, body)
        age = MAX_AGE.search(control)
        if status != 200 or age is None or kept.size > LARGEST:
            return Page(kept, 0, ignores_query=False)
        ignores_query = named.get(b"no-vary-search") == b"params"
        page = Page(kept, began + min(int(age[1]), LONGEST_STAY), ignores_query)
        return self._store((path, b"" if ignores_query else query, is_fragment), page)

    async def _ask(self, key: Key, scope: HTTPScope) -> tuple[int, Headers, bytes]:
        """The shop's answer to a request that has nothing of a shopper in it."""
        _, query, is_fragment = key
        ours = {
            **scope,
            "method": "GET",
            "scheme": self._shop.scheme,
            "client": None,
            "query_string": query,
            "headers": [(b"host", self._shop.netloc.encode()), *(FRAGMENT if is_fragment else ())],
        }
        messages: list[Any] = []
        body = iter([{"type": "http.request", "body": b"", "more_body": False}])

        async def receive() -> Any:
            return next(body, None) or await asyncio.get_running_loop().create_future()

        async def send(message: Any) -> None:
            messages.append(message)

        await self._app(cast(HTTPScope, ours), receive, send)
        start, *parts = messages
        return start["status"], list(start["headers"]), b"".join(part.get("body", b"") for part in parts)

    def _store(self, key: Key, page: Page) -> Page:
        """Keep a page, and with it the encodings of what it replaces when nothing changed."""
        before = self._pages.pop(key, None)
        if before is not None:
            self._size -= before.kept.size
            if before.kept.digest == page.kept.digest:
                page = replace(page, kept=before.kept)
        self._pages[key] = page
        self._size += page.kept.size
        while self._size > ROOM:
            _, oldest = self._pages.popitem(last=False)
            self._size -= oldest.kept.size
        return page


def is_personal(status: int, control: bytes, headers: Headers) -> bool:
    """Whether an answer is for one shopper: it says so, or does not say that it is for all."""
    varies = {name.strip().lower() for n, value in headers if n == b"vary" for name in value.split(b",")}
    is_public = b"public" in control and b"no-store" not in control and b"private" not in control
    sets_cookie = any(name == b"set-cookie" for name, _ in headers)
    # an error or a redirect is nobody's, and not kept
    return sets_cookie or not varies <= KEYED or (status < 300 and not is_public)
