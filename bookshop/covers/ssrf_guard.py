"""HTTP to public addresses only, against server-side request forgery (SSRF)."""

import asyncio
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, ip_address, ip_network
from typing import TypeAlias

import httpx

from bookshop.covers.errors import InvalidPicture

DEFAULT_PORTS = {"https": 443, "http": 80}
INVALID_LINK = "The link is not a web address."

IsAllowed: TypeAlias = Callable[[str, int], bool]

# own tables, since `is_global` differs between versions of Python; from the IANA special-purpose registries:
# https://www.iana.org/assignments/iana-ipv4-special-registry
SPECIAL_IPV4 = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's host, which only its guests reach
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",  # multicast, reserved and broadcast
        ),
    )
)
# https://www.iana.org/assignments/iana-ipv6-special-registry; all else outside 2000::/3 is not public
GLOBAL_UNICAST = ip_network("2000::/3")
# protocol assignments with Teredo, documentation twice, and 6to4
SPECIAL_IPV6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))
# the last 32 bits are an IPv4 address to which the network translates: IPv4-mapped, and NAT64
EMBEDDING_IPV4 = tuple(map(ip_network, ("::ffff:0:0/96", "64:ff9b::/96")))
# ISATAP tunnels to the IPv4 address after this (RFC 5214), apart from the universal bit
ISATAP_ID, UNIVERSAL_BIT = 0x00005EFE, 0x02000000
WEB_PORTS = (80, 443)


def is_public_web(address: str, port: int) -> bool:
    """Return whether an IP address and port are those of a web server on the internet."""
    # a server reaches itself by its public address too, behind its firewall
    return port in WEB_PORTS and is_public(address)


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the internet at large."""
    ip = ip_address(address.split("%")[0])
    if any(ip in network for network in EMBEDDING_IPV4):
        ip = IPv4Address(int(ip) & 0xFFFFFFFF)
    if isinstance(ip, IPv4Address):
        return not any(ip in network for network in SPECIAL_IPV4)
    if int(ip) >> 32 & 0xFFFFFFFF & ~UNIVERSAL_BIT == ISATAP_ID:
        return False
    return ip in GLOBAL_UNICAST and not any(ip in network for network in SPECIAL_IPV6)


class PublicTransport(httpx.AsyncBaseTransport):
    """Connects to the very address that it looked up and checked."""

    def __init__(self, is_allowed: IsAllowed) -> None:
        self._is_allowed = is_allowed
        # connections are pooled by address here, and two hosts of one address must not share them
        self._inner = httpx.AsyncHTTPTransport(
            trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
        )

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.url.scheme not in DEFAULT_PORTS:
            raise InvalidPicture(INVALID_LINK)
        host = request.url.host
        port = request.url.port or DEFAULT_PORTS[request.url.scheme]
        address = await self._find_address(host, port)
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

    async def _find_address(self, host: str, port: int) -> str:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError:
            raise InvalidPicture(f"The host {host} does not exist.") from None
        addresses = [str(entry[4][0]) for entry in found]
        if not addresses or not all(self._is_allowed(address, port) for address in addresses):
            raise InvalidPicture(f"{host}:{port} is not a public web server.")
        return addresses[0]
