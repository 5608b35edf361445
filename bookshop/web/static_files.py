"""Serve the files under static/ at addresses made of their content, which browsers may keep.

Files are read once, at the start; a change of a file is seen after the next start.
"""

import re
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, Scope

from bookshop.logs.request_counts import Ended, counts
from bookshop.web.cached_response import (
    CACHE_FOREVER,
    SMALLEST,
    CachedResponse,
    cache_response,
    encode_headers,
    send_cached,
)

STATIC_PATH = "/static/"
# all style sheets of a folder in one, in the order of their names; what is in two is in a folder of its own
STYLE_SHEETS: dict[str, tuple[str, ...]] = {
    "css/shop.css": ("css/*.css",),
    "css/book.css": ("css/book/*.css", "css/shelves/*.css"),
    "css/lists.css": ("css/lists/*.css",),
    "css/people.css": ("css/people/*.css", "css/shelves/*.css"),
    "css/suggestions.css": ("css/suggestions/*.css",),
    "css/home.css": ("css/home/*.css",),
    "css/scene.css": ("css/scene/*.css",),
    "css/orders.css": ("css/orders/*.css",),
    "css/office.css": ("css/office/*.css",),
}
VERSION_IN_NAME = re.compile(r"-\d+(\.\d+)+\.")
HASH_IN_NAME = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")
CACHE_REVALIDATE = "public, no-cache"
CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


class StaticFiles:
    """ASGI middleware that serves every static file, with these headers."""

    def __init__(self, folder: Path, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._addresses: dict[str, str] = {}
        self._by_address: dict[str, CachedResponse] = {}
        self._by_name: dict[str, CachedResponse] = {}
        for name, patterns in STYLE_SHEETS.items():
            sheets = [sheet for pattern in patterns for sheet in sorted(folder.glob(pattern))]
            self.add(name, b"\n".join(sheet.read_bytes() for sheet in sheets), CONTENT_TYPES[".css"])
        for path in sorted(folder.rglob("*.*")):
            if path.suffix != ".css":
                self.add(path.relative_to(folder).as_posix(), path.read_bytes(), CONTENT_TYPES[path.suffix])

    def add(self, name: str, body: bytes, content_type: str) -> str:
        """Return the file's address, made of its name and of its content or version."""
        stem, _, suffix = name.rpartition(".")
        digest = blake2b(body, digest_size=6).hexdigest()
        address = STATIC_PATH + (name if VERSION_IN_NAME.search(name) else f"{stem}.{digest}.{suffix}")
        self._addresses[name] = address
        self._by_address[address] = self._respond(body, content_type, CACHE_FOREVER)
        self._by_name[STATIC_PATH + name] = self._respond(body, content_type, CACHE_REVALIDATE)
        return address

    def address(self, name: str) -> str:
        return self._addresses[name]

    def wrap(self, app: ASGIFramework) -> ASGIFramework:
        """Return an application that serves the files and passes every other request on."""

        async def serve(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
                response = self._find(scope["path"]) if scope["path"].startswith(STATIC_PATH) else None
                if response is not None:
                    counts[Ended.FILE] += 1
                    return await send_cached(response, scope["method"], dict(scope["headers"]), send)
            return await app(scope, receive, send)

        return serve

    def _find(self, path: str) -> CachedResponse | None:
        # during a rolling update a page may come from one version and its files from another; then the file
        # that this process has is sent, but not to be kept
        return self._by_address.get(path) or self._by_name.get(HASH_IN_NAME.sub("", path))

    def _respond(self, body: bytes, content_type: str, cache_control: str) -> CachedResponse:
        headers = {**self._headers, "Content-Type": content_type, "Cache-Control": cache_control}
        return cache_response(200, encode_headers(headers), body, SMALLEST)
