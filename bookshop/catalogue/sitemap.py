"""The shop's addresses for search engines: https://www.sitemaps.org/protocol.html and robots.txt."""

from collections.abc import Iterable
from urllib.parse import quote

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
# the protocol allows 50,000, but nobody else is served while a part is read and written
MOST_IN_PART = 1_000
# what is personal or asks Stripe, and questions, of which there is no end
CLOSED = ("/basket", "/checkout", "/orders/", "/success", "/stripe/", "/search?q=", "/*?after=", "/*&after=")


def index_of(addresses: Iterable[str]) -> str:
    """The list of all parts."""
    parts = "".join(f"<sitemap><loc>{_text(address)}</loc></sitemap>" for address in addresses)
    return f'{DECLARATION}<sitemapindex xmlns="{NAMESPACE}">{parts}</sitemapindex>'


def part_of(addresses: Iterable[str]) -> str:
    """One part."""
    pages = "".join(f"<url><loc>{_text(address)}</loc></url>" for address in addresses)
    return f'{DECLARATION}<urlset xmlns="{NAMESPACE}">{pages}</urlset>'


def book_address(shop_url: str, isbn: str, slug: str) -> str:
    """The whole address of a book's page; url_for is too slow for thousands of them."""
    return f"{shop_url}/books/{isbn}/{quote(slug)}" if slug else f"{shop_url}/books/{isbn}"


def robots(shop_url: str) -> str:
    """What robots should leave alone, and where they find the rest."""
    closed = "".join(f"Disallow: {path}\n" for path in CLOSED)
    return f"User-agent: *\n{closed}\nSitemap: {shop_url}/sitemap.xml\n"


def _text(address: str) -> str:
    return address.replace("&", "&amp;").replace("<", "&lt;")
