"""HTTP to public addresses only, against server-side request forgery (SSRF)."""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address
from typing import TypeAlias

import httpx

from bookshop.covers.errors import InvalidPicture

URL_SCHEMES = ("https", "http")
INVALID_LINK = "The link is not a web address."

IsAllowed: TypeAlias = Callable[[str], bool]


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the internet at large."""
    ip = ip_address(address.split("%")[0])
    if isinstance(ip, IPv6Address) and (inner := ip.ipv4_mapped or ip.sixtofour):
        ip = inner
    return ip.is_global and not ip.is_multicast


class PublicTransport(httpx.AsyncBaseTransport):
    """Connects to the very address that it looked up and checked."""

    def __init__(self, is_allowed: IsAllowed) -> None:
        self._is_allowed = is_allowed
        # connections are pooled by address here, and two hosts of one address must not share them
        self._inner = httpx.AsyncHTTPTransport(
            trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in URL_SCHEMES:
            raise InvalidPicture(INVALID_LINK)
        host = request.url.host
        address = await self._find_address(host, request.url.port)
        addressed = httpx.Request(
            request.method,
            request.url.copy_with(host=address),
            headers=request.headers,
            stream=request.stream,
            # the certificate must still be the host's
            extensions={**request.extensions, "sni_hostname": host},
        )
        return await self._inner.handle_async_request(addressed)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def _find_address(self, host: str, port: int | None) -> str:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise InvalidPicture(f"The host {host} does not exist.") from None
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(map(self._is_allowed, addresses)):
            raise InvalidPicture(f"{host} is not a public address.")
        return addresses[0]
