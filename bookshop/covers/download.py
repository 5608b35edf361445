"""Downloading pictures from where senders say they are, without letting them point us at our own network."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import TypeAlias

import httpx

from bookshop.covers.encode import NotAPicture

MOST_BYTES = 20 * 2**20
MOST_SECONDS = 60
MOST_REDIRECTS = 3
TIMEOUT = httpx.Timeout(10)
SCHEMES = ("https", "http")
HEADERS = {
    "User-Agent": "bookshop (covers of books)",
    "Accept": "image/avif,image/webp,image/jpeg,image/png,image/*;q=0.5",
    # pictures are compressed already, and a bound on what arrives should be one on what is kept
    "Accept-Encoding": "identity",
}

IsAllowed: TypeAlias = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a link answered; no content means that it is still what it was."""

    content: bytes | None
    etag: str = ""
    modified: str = ""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet at large."""
    ip = ip_address(address.split("%")[0])
    if isinstance(ip, IPv6Address) and (inner := ip.ipv4_mapped or ip.sixtofour):
        ip = inner
    return ip.is_global and not ip.is_multicast


def open_downloads(is_allowed: IsAllowed = is_public) -> httpx.AsyncClient:
    """A client that connects only to addresses that are allowed, after redirects too."""
    return httpx.AsyncClient(
        transport=_GuardedTransport(is_allowed),
        headers=HEADERS,
        timeout=TIMEOUT,
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        # a proxy of the environment would connect in our place, and to anything
        trust_env=False,
    )


async def download(client: httpx.AsyncClient, link: str, etag: str = "", modified: str = "") -> Answer:
    """What is at this link, or that it is as it was; raises NotAPicture."""
    known = {"If-None-Match": etag, "If-Modified-Since": modified}
    try:
        async with asyncio.timeout(MOST_SECONDS):
            request = client.stream(
                "GET", link, headers={name: value for name, value in known.items() if value}
            )
            return await _read_answer(request)
    except httpx.TooManyRedirects:
        raise NotAPicture("it was sent from one address to the next too often") from None
    except (httpx.HTTPError, TimeoutError) as problem:
        raise NotAPicture(f"it could not be downloaded ({type(problem).__name__})") from None
    except (httpx.InvalidURL, UnicodeError, ValueError):
        raise NotAPicture("its link is no address of the web") from None


async def _read_answer(request: AbstractAsyncContextManager[httpx.Response]) -> Answer:
    async with request as response:
        if response.status_code == httpx.codes.NOT_MODIFIED:
            return Answer(None)
        if response.status_code != httpx.codes.OK:
            raise NotAPicture(f"its address answered {response.status_code}")
        content = bytearray()
        async for chunk in response.aiter_raw():
            content += chunk
            if len(content) > MOST_BYTES:
                raise NotAPicture(f"it has more than {MOST_BYTES // 2**20} MB")
        return Answer(
            bytes(content), response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
        )


class _GuardedTransport(httpx.AsyncBaseTransport):
    """Looks up a host once, checks where it is, and connects to just that: a name cannot move in between."""

    def __init__(self, is_allowed: IsAllowed) -> None:
        self._is_allowed = is_allowed
        # connections are known by address here, and two names of one address must not share theirs
        self._inner = httpx.AsyncHTTPTransport(
            trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in SCHEMES:
            raise NotAPicture("its link is no address of the web")
        host = request.url.host
        address = await self._find_address(host, request.url.port)
        there = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            # the certificate must still be the name's
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await self._inner.handle_async_request(there)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _find_address(self, host: str, port: int | None) -> str:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise NotAPicture(f"there is no {host}") from None
        addresses = [str(one[4][0]) for one in found]
        if not addresses or not all(map(self._is_allowed, addresses)):
            raise NotAPicture(f"{host} is no public address")
        return addresses[0]
