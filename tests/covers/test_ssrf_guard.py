"""Downloads never reach our own network."""

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.covers.download import download, open_client
from bookshop.covers.errors import InvalidPicture
from bookshop.covers.ssrf_guard import is_public, is_public_web
from tests.covers.picture_host import PictureHost, run_picture_host

# IANA's special-purpose registries: what is not globally reachable, and multicast
IANA_IPV4 = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "255.255.255.255/32",
)
IANA_IPV6 = (
    "::/128",
    "::1/128",
    "::/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/32",
    "2001:2::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:db8::/32",
    "2002::/16",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)
NAT64 = ip_network("64:ff9b::/96")


@pytest.fixture
def host() -> Iterator[PictureHost]:
    with run_picture_host() as host:
        yield host


@pytest.mark.parametrize(
    "name",
    [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "10.0.0.1",
        "169.254.169.254",
        "[::ffff:127.0.0.1]",
        "0",
        "2130706433",
    ],
)
async def test_our_own_network_is_not_asked(host: PictureHost, name: str) -> None:
    port = httpx.URL(host.url).port
    async with open_client(public_at_any_port) as client:
        with pytest.raises(InvalidPicture, match=r"is not a public web server\.$"):
            await download(client, f"http://{name}:{port}/1.jpg")
    assert host.requests == []


async def test_a_redirect_does_not_lead_into_our_own_network(host: PictureHost) -> None:
    target = f"http://localhost:{httpx.URL(host.url).port}/secret"
    link = host.put("/", status=302, Location=target)

    def first_only(_: str, __: int) -> bool:
        return not host.requests

    async with open_client(first_only) as client:
        with pytest.raises(InvalidPicture, match=r"^localhost:\d+ is not a public web server\.$"):
            await download(client, link)
    assert [path for path, _ in host.requests] == ["/"]


def public_at_any_port(address: str, _: int) -> bool:
    return is_public(address)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("fe80::1%eth0", False),
        # translated to IPv4, so they are what their last four bytes are
        ("::ffff:93.184.215.14", True),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::93.184.215.14", True),
        ("64:ff9b::169.254.169.254", False),
        ("64:ff9b:1::93.184.215.14", False),
        ("::93.184.215.14", False),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("2606:2800:21f::5efe:10.0.0.1", False),
        ("2606:2800:21f:0:200:5efe:10.0.0.1", False),
        ("fec0::1", False),
        ("168.63.129.16", False),
    ],
)
def test_which_addresses_are_public(address: str, expected: bool) -> None:
    assert is_public(address) is expected


def edges(network: IPv4Network | IPv6Network) -> list[str]:
    return [str(network[0]), str(network[-1]), str(network[network.num_addresses // 2])]


@pytest.mark.parametrize("name", [*IANA_IPV4, *IANA_IPV6])
def test_no_address_that_iana_reserves_is_public(name: str) -> None:
    assert [address for address in edges(ip_network(name)) if is_public(address)] == []


@given(st.ip_addresses(v=4))
def test_every_other_ipv4_address_is_public(ip: IPv4Address) -> None:
    is_special = any(ip in ip_network(name) for name in (*IANA_IPV4, "168.63.129.16"))
    assert is_public(str(ip)) is not is_special
    for embedding in (f"::ffff:{ip}", f"64:ff9b::{ip}"):
        assert is_public(embedding) is not is_special
    for outdated in (f"::{ip}", str(IPv6Address(0x2002 << 112 | int(ip) << 80))):
        assert not is_public(outdated)


@given(st.ip_addresses(v=6))
def test_no_ipv6_address_outside_global_unicast_is_public(ip: IPv6Address) -> None:
    assert not is_public(str(ip)) or 0x20 <= ip.packed[0] < 0x40 or ip.ipv4_mapped or ip in NAT64


@pytest.mark.parametrize(("port", "expected"), [(80, True), (443, True), (22, False), (5432, False)])
def test_only_the_ports_of_the_web_are_asked(port: int, expected: bool) -> None:
    assert is_public_web("93.184.215.14", port) is expected
    assert not is_public_web("10.0.0.1", port)


async def test_another_port_is_refused_before_a_connection(host: PictureHost) -> None:
    async with open_client() as client:
        with pytest.raises(InvalidPicture, match=r"^8\.8\.8\.8:22 is not a public web server\.$"):
            await download(client, "http://8.8.8.8:22/1.jpg")
