"""Limits count networks: each address of a client, however written, is one network."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.web.client_network import UNKNOWN, network_of

V4 = st.ip_addresses(v=4).map(lambda address: IPv4Address(int(address)))
V6 = st.ip_addresses(v=6, network="2400::/6").map(lambda address: IPv6Address(int(address)))
PORTS = st.integers(0, 65535)


@given(V4, PORTS)
def test_an_ipv4_address_is_the_same_however_it_is_written(address: IPv4Address, port: int) -> None:
    high, low = divmod(int(address), 0x10000)
    ways = [
        f"{address}:{port}",
        f" {address} ",
        f"::ffff:{address}",
        f"::FFFF:{high:x}:{low:x}",
        f"[::ffff:{address}]:{port}",
        f'"{address}:{port}"',
        f"2002:{high:x}:{low:x}::1",
        f"2002:{high:x}:{low:x}:9::7",
        f"64:ff9b::{address}",
        f"2001:0:4136:e378:8000:63bf:{high ^ 0xFFFF:x}:{low ^ 0xFFFF:x}",
    ]
    assert {network_of(way) for way in ways} == {network_of(str(address))} == {str(address)}


@given(V6, st.integers(0, 2**64 - 1), PORTS)
def test_a_64_is_one_network_however_its_addresses_are_written(
    address: IPv6Address, interface: int, port: int
) -> None:
    other = IPv6Address(int(address) >> 64 << 64 | interface)
    ways = [
        f"{other}",
        f"[{other}]",
        f"[{other}]:{port}",
        f"{other}%eth0",
        f"[{other}%1]:{port}",
        other.exploded,
    ]
    network = IPv6Network((address, 64), strict=False)
    assert {network_of(way) for way in ways} == {network_of(str(address))} == {str(network)}


@given(V6, V6)
def test_other_networks_are_counted_apart(one: IPv6Address, other: IPv6Address) -> None:
    same = int(one) >> 64 == int(other) >> 64
    assert (network_of(str(one)) == network_of(str(other))) is same


@given(st.one_of(st.none(), st.text()))
def test_whatever_a_header_holds_is_a_network_or_unknown(client: str | None) -> None:
    network = network_of(client)
    assert network == UNKNOWN or network_of(network.removesuffix("/64")) == network


@pytest.mark.parametrize(
    "junk",
    [
        "",
        None,
        "unknown",
        "_hidden",
        "<local>",
        "1.2.3",
        "1.2.3.4.5",
        "010.0.0.1",
        "[::1",
        "::1]",
        "1.2.3.4:x",
    ],
)
def test_what_is_not_an_address_counts_as_one_client(junk: str | None) -> None:
    assert network_of(junk) == UNKNOWN
