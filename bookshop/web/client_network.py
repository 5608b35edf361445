"""The network that a request comes from, by which limits count it."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# a household or a server is given at least so many addresses
IPV6_VISITOR_BITS = 64
# IPv4 clients of a server that has only IPv6, behind a translator: https://www.rfc-editor.org/rfc/rfc6052
NAT64 = IPv6Network("64:ff9b::/96")
# everything that is not an address counts as one client, so that nothing escapes a limit
UNKNOWN = "unknown"
# proxies write addresses as `1.2.3.4`, `1.2.3.4:5678`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:5678`
WRITTEN = re.compile(
    r'"?(?:\[(?P<bracketed>[^\]]*)\](?::\d*)?|(?P<v4>[\d.]+):\d*|(?P<plain>[^"]*))"?', re.ASCII
)


def network_of(client: str | None) -> str:
    """Return the IPv4 address or the IPv6 network that a client's address belongs to."""
    written = WRITTEN.fullmatch((client or "").strip())
    if written is None:
        return UNKNOWN
    host, _, _ = next(text for text in written.groups() if text is not None).partition("%")
    try:
        address = ip_address(host)
    except ValueError:
        return UNKNOWN
    if isinstance(address, IPv4Address):
        return str(address)
    if embedded := embedded_ipv4(address):
        return str(embedded)
    return str(IPv6Network((address, IPV6_VISITOR_BITS), strict=False))


def embedded_ipv4(address: IPv6Address) -> IPv4Address | None:
    """Return the IPv4 address of a client whose IPv6 address is made of it.

    By 6to4 one such client has 65 536 networks; by Teredo and NAT64 all clients share one.
    """
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
