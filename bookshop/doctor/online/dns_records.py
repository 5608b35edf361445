"""Read TXT records from the DNS."""

from dns.asyncresolver import Resolver
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer

MAX_SECONDS = 5
DNS_PORT = "53"


class DnsUnavailable(Exception):
    """No DNS server responds."""


class TxtReader:
    """Asks the machine's DNS servers, or `server`, an address or address:port."""

    def __init__(self, server: str = "") -> None:
        self._resolver = Resolver(configure=not server)
        if server:
            host, _, port = server.partition(":")
            self._resolver.nameservers = [host]
            self._resolver.port = int(port or DNS_PORT)

    async def read(self, name: str) -> list[str]:
        """Return the TXT records of a name; raises DnsUnavailable."""
        try:
            answer = await self._resolver.resolve(name, "TXT", lifetime=MAX_SECONDS)
        except (NXDOMAIN, NoAnswer):
            return []
        except DNSException as error:
            raise DnsUnavailable from error
        # a long record is sent as several strings, which belong together
        return [b"".join(record.strings).decode(errors="replace") for record in answer]
