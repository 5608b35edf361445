"""Answering for pictures of covers before Quart is reached: a page asks for many of them at once."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, Scope

from bookshop.covers.pictures import ROOT, Rendition, read_name
from bookshop.web.cached_response import (
    IMMUTABLE,
    CachedResponse,
    cache_response,
    encode_headers,
    send_cached,
)

MEDIA_TYPES = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}


class PictureServer:
    """The files of the folder of all covers, by their addresses, with these headers."""

    def __init__(self, folder: Path, headers: Mapping[str, str]) -> None:
        self._folder = folder
        self._headers = {**headers, "Cache-Control": IMMUTABLE}

    def wrap(self, app: ASGIFramework) -> ASGIFramework:
        """Answer for pictures that are there; whatever else is asked, the app may know."""

        async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
                wanted = read_name(scope["path"].removeprefix(ROOT))
                response = await self._find(wanted) if wanted else None
                if response:
                    return await send_cached(response, scope["method"], dict(scope["headers"]), send)
            return await app(scope, receive, send)

        return answer

    async def _find(self, wanted: Rendition) -> CachedResponse | None:
        # a disk may take its time
        content = await asyncio.to_thread(read_file, self._folder / wanted.path)
        if content is None:
            return None
        headers = {**self._headers, "Content-Type": MEDIA_TYPES[wanted.kind]}
        return cache_response(200, encode_headers(headers), content)


def read_file(path: Path) -> bytes | None:
    """What is in a file, or None where there is none."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
