"""Read web addresses in the form that browsers send and Stripe accepts."""

import re
from urllib.parse import SplitResult, urlsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}
# names, and addresses of either version
HOST = re.compile(r"[a-z0-9._:-]+")


def parse_page(text: str) -> str:
    """Return the address of a page as it is given, slash at its end included; it may be empty."""
    return parse_address(text) if text else ""


def parse_url(text: str) -> str:
    """Return an address without a slash at its end."""
    return parse_address(text).rstrip("/")


def parse_origin(text: str) -> str:
    """Return an address without a path."""
    url = parse_url(text)
    if url.count("/") > len("//") or "?" in url or "#" in url:
        raise ValueError(f"{text!r} has more than a host, such as https://books.example")
    return url


def parse_address(text: str) -> str:
    """Return an address with its host in lower case and in ASCII, and without a default port."""
    try:
        return normalize(urlsplit(text)).geturl()
    except ValueError:  # of idna too
        raise ValueError(f"{text!r} is not a web address such as https://books.example") from None


def normalize(parts: SplitResult) -> SplitResult:
    """Raise ValueError unless the parts are those of an http address with a host."""
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        raise ValueError
    host = parts.hostname if parts.hostname.isascii() else idna.encode(parts.hostname, uts46=True).decode()
    if not HOST.fullmatch(host):
        raise ValueError
    if ":" in host:
        host = f"[{host}]"
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return parts._replace(netloc=host + port)
