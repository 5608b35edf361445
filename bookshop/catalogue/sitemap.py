"""The text of the sitemap (https://www.sitemaps.org/protocol.html) and of robots.txt."""

from collections.abc import Iterable
from urllib.parse import quote

SITEMAP_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
# the protocol allows 50,000, but a part is read and written in one go, during which nothing else is served
MAX_PART_BOOKS = 1_000
# personal pages, calls to Stripe, and searches, of which there is no end
DISALLOWED = (
    "/basket",
    "/checkout",
    "/orders/",
    "/success",
    "/stripe/",
    "/search?q=",
    "/search/suggest",
    *(f"/*{mark}{name}=" for name in ("sort", "view", "seen", "after") for mark in "?&"),
)


def sitemap_index(urls: Iterable[str]) -> str:
    """Return the list of all parts."""
    parts = "".join(f"<sitemap><loc>{_escape(url)}</loc></sitemap>" for url in urls)
    return f'{DECLARATION}<sitemapindex xmlns="{SITEMAP_NAMESPACE}">{parts}</sitemapindex>'


def sitemap_part(urls: Iterable[str]) -> str:
    """Return one part, a list of pages."""
    pages = "".join(f"<url><loc>{_escape(url)}</loc></url>" for url in urls)
    return f'{DECLARATION}<urlset xmlns="{SITEMAP_NAMESPACE}">{pages}</urlset>'


def book_url(shop_url: str, isbn: str, slug: str) -> str:
    """Return the URL of a book's page; url_for is too slow for thousands of them."""
    return f"{shop_url}/books/{isbn}/{quote(slug)}" if slug else f"{shop_url}/books/{isbn}"


def robots_txt(shop_url: str) -> str:
    disallowed = "".join(f"Disallow: {path}\n" for path in DISALLOWED)
    return f"User-agent: *\n{disallowed}\nSitemap: {shop_url}/sitemap.xml\n"


def _escape(url: str) -> str:
    return url.replace("&", "&amp;").replace("<", "&lt;")
