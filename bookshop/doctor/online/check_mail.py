"""Check that mail can leave, and that receivers will believe where it comes from."""

import asyncio

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.doctor.online.dns_records import DnsUnavailable, TxtReader
from bookshop.doctor.online.mail_rules import USUAL_SELECTORS, judge_dkim, judge_dmarc, judge_spf
from bookshop.mail.smtp_connection import NotConnected, SmtpConnection
from bookshop.settings.smtp_server import SmtpServer

SERVER, RECORDS = "Mail server", "Mail: DNS"
# a domain such as `com` has no policy of its own
MIN_LABELS = 2


async def check_server(deployment: Deployment) -> Results:
    """Connect, encrypt and log in as for a mail, and send none."""
    settings, server = deployment.settings, deployment.settings.smtp_url
    if server is None:
        return [Result(SERVER, State.SKIPPED, "No mail is sent: SMTP_URL is not set.")]
    try:
        async with SmtpConnection(server, domain_of(settings.mail_from)) as connection:
            is_encrypted = connection.client.get_transport_info("sslcontext") is not None
    except NotConnected as error:
        what = f"{server.host}:{server.port} cannot be used: {error}"
        fix = "Check SMTP_URL: its host, port, user and password. Some networks block port 25; use 587."
        return [Result(SERVER, State.PROBLEM, what, "Mail waits and is tried again for some days.", fix)]
    return [Result(SERVER, State.OK, describe(server, is_encrypted=is_encrypted))]


def describe(server: SmtpServer, *, is_encrypted: bool) -> str:
    login = " and accepts the login" if server.user else ""
    return f"{server.host} responds {'with' if is_encrypted else 'without'} TLS{login}."


async def check_records(deployment: Deployment) -> Results:
    """Read SPF, DKIM and DMARC of the domains that mail comes from, all at once."""
    settings = deployment.settings
    if not settings.smtp_url:
        return [Result(RECORDS, State.SKIPPED, "No mail is sent: SMTP_URL is not set.")]
    reader, domain = TxtReader(settings.dns_server), domain_of(settings.mail_from)
    bounces = domain_of(settings.mail_bounces or settings.mail_from)
    try:
        return list(
            await asyncio.gather(
                check_spf(reader, bounces),
                check_dkim(reader, domain, settings.dkim_selector),
                check_dmarc(reader, domain),
            )
        )
    except DnsUnavailable:
        what = "No DNS server responds."
        fix = "Check this machine’s network and /etc/resolv.conf."
        return [Result(RECORDS, State.PROBLEM, what, "Mail and payments need it to find their servers.", fix)]


async def check_spf(reader: TxtReader, domain: str) -> Result:
    return judge_spf(domain, await reader.read(domain))


async def check_dkim(reader: TxtReader, domain: str, selector: str) -> Result:
    selectors = (selector,) if selector else USUAL_SELECTORS
    texts = await asyncio.gather(*(reader.read(f"{each}._domainkey.{domain}") for each in selectors))
    return judge_dkim(domain, selector, dict(zip(selectors, texts, strict=True)))


async def check_dmarc(reader: TxtReader, domain: str) -> Result:
    """Look from the domain upwards, as receivers do."""
    labels = domain.split(".")
    for first in range(max(1, len(labels) - MIN_LABELS + 1)):
        if records := await reader.read(f"_dmarc.{'.'.join(labels[first:])}"):
            return judge_dmarc(domain, records)
    return judge_dmarc(domain, ())


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].lower()
