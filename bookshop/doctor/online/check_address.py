"""Check that the shop is reached at SHOP_URL, over TLS, through its proxies."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx

from bookshop.doctor.check import Deployment, Result, Results, State
from bookshop.settings import Settings
from bookshop.settings.smtp_server import is_this_machine

ADDRESS, CERTIFICATE, HSTS, PROXIES = "Shop’s address", "Certificate", "HSTS", "Proxies"
MAX_SECONDS = 8
# certbot and Caddy replace a certificate of 90 days when a third of its time is left
MIN_REMAINING, FEW_REMAINING = timedelta(days=7), timedelta(days=21)
# https://datatracker.ietf.org/doc/html/rfc5737: an address for documentation, which no visitor has
FORGED = "203.0.113.77"
UNSEEN = "Shoppers see an error, or nothing at all."
RENEW = "Renew it, for example with certbot renew, and let a timer do so: systemctl status certbot.timer"


async def check_address(deployment: Deployment) -> Results:
    """Open `/healthz` at SHOP_URL with a forged `X-Forwarded-For`, as any visitor can."""
    settings = deployment.settings
    try:
        async with httpx.AsyncClient(timeout=MAX_SECONDS) as client:
            request = client.build_request(
                "GET", f"{settings.shop_url}/healthz", headers={"X-Forwarded-For": FORGED}
            )
            response = await client.send(request, stream=True)
            certificate = certificate_of(response)
            await response.aread()
            await response.aclose()
    except (httpx.HTTPError, ssl.SSLError) as error:
        return [judge_failure(settings, error)]
    results = [judge_response(settings, response)]
    if certificate:
        results.append(judge_certificate(certificate, datetime.now(UTC)))
        results.append(judge_hsts(response.headers.get("Strict-Transport-Security", "")))
    return [*results, judge_proxies(settings, read_client(response))]


def certificate_of(response: httpx.Response) -> dict[str, Any] | None:
    stream = response.extensions["network_stream"]
    tls = stream.get_extra_info("ssl_object")
    return tls.getpeercert() if tls else None


def read_client(response: httpx.Response) -> str:
    """Return the network that the shop saw, if the response is the shop's."""
    try:
        body = response.json()
    except ValueError:
        return ""
    return str(body.get("client", "")) if isinstance(body, dict) else ""


def judge_failure(settings: Settings, error: Exception) -> Result:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        reason = str(error).partition("certificate verify failed: ")[2].partition(" (_ssl")[0]
        what = f"The certificate of {settings.shop_url} is not valid: {reason}."
        return Result(CERTIFICATE, State.PROBLEM, what, "Browsers refuse to open the shop.", RENEW)
    what = f"{settings.shop_url} cannot be reached from this machine: {str(error) or type(error).__name__}"
    fix = "Check that the shop and its proxy run, that the name leads to this machine, and the firewall."
    return Result(ADDRESS, State.PROBLEM, what, UNSEEN, fix)


def judge_response(settings: Settings, response: httpx.Response) -> Result:
    is_shop = response.status_code == HTTPStatus.OK and bool(read_client(response))
    if is_shop:
        return Result(ADDRESS, State.OK, f"The shop responds at {settings.shop_url}.")
    what = f"{settings.shop_url}/healthz responds with status {response.status_code}, and not by this shop."
    fix = "Check SHOP_URL, and that the proxy passes requests on to the shop (docs/deploy.md)."
    return Result(ADDRESS, State.PROBLEM, what, UNSEEN, fix)


def judge_certificate(certificate: dict[str, Any], now: datetime) -> Result:
    ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    what = f"The certificate is valid for {(ends - now).days} more days."
    if ends - now >= FEW_REMAINING:
        return Result(CERTIFICATE, State.OK, what)
    state = State.WARNING if ends - now >= MIN_REMAINING else State.PROBLEM
    return Result(CERTIFICATE, state, what, "After that, browsers refuse to open the shop.", RENEW)


def judge_hsts(header: str) -> Result:
    if "max-age=" in header.lower() and "max-age=0" not in header.lower():
        return Result(HSTS, State.OK, "Browsers are told to use HTTPS only.")
    what = "The response has no Strict-Transport-Security."
    fix = "Let the proxy pass on the shop’s headers (docs/deploy/nginx.conf does)."
    return Result(HSTS, State.WARNING, what, "A first visit over http:// can be intercepted.", fix)


def judge_proxies(settings: Settings, client: str) -> Result:
    """Judge by the network that the shop saw for a request with a forged address."""
    count = settings.trusted_proxies
    if not client:
        return Result(PROXIES, State.SKIPPED, "The response does not say which client the shop saw.")
    if client == FORGED:
        what = f"TRUSTED_PROXIES={count} is too high: the shop believes an address that a visitor made up."
        why = "Visitors can escape the limits on orders and on attempts to sign in."
        return Result(PROXIES, State.PROBLEM, what, why, f"Set TRUSTED_PROXIES={count - 1}, or less.")
    if is_inner(client) and not is_this_machine(urlsplit(settings.shop_url).hostname or ""):
        what = f"The shop sees visitors as {client}, which is probably its proxy."
        why = "All visitors together then share the limits on orders and on attempts to sign in."
        fix = "Set TRUSTED_PROXIES to the number of proxies in a row that are yours."
        return Result(PROXIES, State.WARNING, what, why, fix)
    return Result(PROXIES, State.OK, f"The shop sees this machine as {client}.")


def is_inner(network: str) -> bool:
    """Return whether a network is not of the internet."""
    try:
        return ipaddress.ip_network(network).is_private
    except ValueError:
        return True
