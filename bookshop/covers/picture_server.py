"""Serve pictures of covers without Quart, since a page requests many of them at once."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, Scope

from bookshop.covers.picture import URL_PREFIX, PictureFile, parse_file_name
from bookshop.logs.request_counts import Ended, counts
from bookshop.web.cached_response import (
    CACHE_FOREVER,
    CachedResponse,
    cache_response,
    encode_headers,
    send_cached,
)

MEDIA_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}


class PictureServer:
    """Serves the files in the folder of covers, with these headers."""

    def __init__(self, folder: Path, headers: Mapping[str, str]) -> None:
        self._folder = folder
        self._headers = {**headers, "Cache-Control": CACHE_FOREVER}

    def wrap(self, app: ASGIFramework) -> ASGIFramework:
        """Return an app that sends the pictures that exist and passes on all other requests."""

        async def respond(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
                file = parse_file_name(scope["path"].removeprefix(URL_PREFIX))
                response = await self._read(file) if file else None
                if response:
                    counts[Ended.PICTURE] += 1
                    return await send_cached(response, scope["method"], dict(scope["headers"]), send)
            return await app(scope, receive, send)

        return respond

    async def _read(self, file: PictureFile) -> CachedResponse | None:
        # in a thread, since a disk may be slow
        content = await asyncio.to_thread(read_file, self._folder / file.path)
        if content is None:
            return None
        headers = {**self._headers, "Content-Type": MEDIA_TYPES[file.extension]}
        return cache_response(200, encode_headers(headers), content)


def read_file(path: Path) -> bytes | None:
    """Return the content of a file, or None if it does not exist."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
