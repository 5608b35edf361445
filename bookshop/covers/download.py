"""Download pictures from the links of senders, within limits and from public addresses only."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass

import httpx

from bookshop.covers.errors import InvalidPicture
from bookshop.covers.ssrf_guard import INVALID_LINK, IsAllowed, PublicTransport, is_public_web

MAX_DOWNLOAD_BYTES = 20 * 2**20
MAX_DOWNLOAD_SECONDS = 60
MAX_REDIRECTS = 3
STEP_TIMEOUT = httpx.Timeout(10)
REQUEST_HEADERS = {
    "User-Agent": "bookshop (covers of books)",
    "Accept": "image/avif,image/webp,image/jpeg,image/png,image/*;q=0.5",
    # pictures are compressed already, and the limit in bytes should hold for what is kept in memory
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True, slots=True)
class Download:
    """What a link returned; no content means that it is unchanged (304)."""

    content: bytes | None
    etag: str = ""
    last_modified: str = ""


def open_client(is_allowed: IsAllowed = is_public_web) -> httpx.AsyncClient:
    """Open a client that connects only to allowed addresses, after redirects too."""
    return httpx.AsyncClient(
        transport=PublicTransport(is_allowed),
        headers=REQUEST_HEADERS,
        timeout=STEP_TIMEOUT,
        follow_redirects=True,
        max_redirects=MAX_REDIRECTS,
        # a proxy from the environment would connect in our place, and to anything
        trust_env=False,
    )


async def download(client: httpx.AsyncClient, url: str, etag: str = "", last_modified: str = "") -> Download:
    """Get a picture unless it is unchanged since this ETag and date; raises InvalidPicture."""
    conditions = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {name: value for name, value in conditions.items() if value}
    try:
        async with asyncio.timeout(MAX_DOWNLOAD_SECONDS):
            return await _read_response(client.stream("GET", url, headers=headers))
    except httpx.TooManyRedirects:
        raise InvalidPicture("The link redirects too often.") from None
    except (httpx.HTTPError, TimeoutError) as problem:
        raise InvalidPicture(f"The download failed ({type(problem).__name__}).") from None
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise InvalidPicture(INVALID_LINK) from None


async def _read_response(request: AbstractAsyncContextManager[httpx.Response]) -> Download:
    async with request as response:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return Download(None)
        if response.status_code != httpx.codes.OK:
            raise InvalidPicture(f"The link's server responded with status {response.status_code}.")
        content = bytearray()
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > MAX_DOWNLOAD_BYTES:
                raise InvalidPicture(f"The picture has more than {MAX_DOWNLOAD_BYTES // 2**20} MB.")
        headers = response.headers
        return Download(bytes(content), headers.get("ETag", ""), headers.get("Last-Modified", ""))
