"""A real DNS server in the test's own event loop, with the TXT records that a test gives it."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

CHUNK = 200


class DnsServer(asyncio.DatagramProtocol):
    """Answers with its records, or that the name does not exist; None is a failure."""

    def __init__(self, records: Mapping[str, list[str] | None]) -> None:
        self.records = records
        self.transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, address: Any) -> None:
        response = dns.message.make_response(dns.message.from_wire(data))
        response.flags |= dns.flags.RA
        name = response.question[0].name
        texts = self.records.get(name.to_text(omit_final_dot=True), [])
        if texts:
            response.answer = [dns.rrset.from_text_list(name, 60, "IN", "TXT", list(map(quote, texts)))]
        else:
            response.set_rcode(dns.rcode.SERVFAIL if texts is None else dns.rcode.NXDOMAIN)
        self.transport.sendto(response.to_wire(), address)


def quote(text: str) -> str:
    """Return a text as several strings, since none may have more than 255 characters."""
    return " ".join(f'"{text[first : first + CHUNK]}"' for first in range(0, len(text), CHUNK))


@asynccontextmanager
async def running_dns_server(records: Mapping[str, list[str] | None]) -> AsyncIterator[str]:
    """Serve DNS on a port of the loopback interface; yields the value of DNS_SERVER."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: DnsServer(records), ("127.0.0.1", 0)
    )
    yield f"127.0.0.1:{transport.get_extra_info('sockname')[1]}"
    transport.close()
