"""The sitemap has all public addresses and no personal one; the feed is valid Atom."""

from urllib.robotparser import RobotFileParser

import pytest
from lxml import etree

from bookshop.catalogue import feeds
from bookshop.database import Database
from bookshop.schema import books
from tests.builders import a_book, store_book
from tests.shopper import Shopper, text_of

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"
SHOP = "http://localhost:5000"


async def read_xml(shopper: Shopper, path: str) -> etree._Element:
    answer = await shopper.get(path)
    assert answer.status_code == 200, path
    assert answer.headers["Cache-Control"].startswith("public, max-age=")
    return etree.fromstring((await text_of(answer)).encode())


async def read_addresses(shopper: Shopper, path: str, name: str) -> list[str]:
    tree = await read_xml(shopper, path)
    return [str(found.text).removeprefix(SHOP) for found in tree.iterfind(f"{SITEMAP}{name}/{SITEMAP}loc")]


async def test_the_sitemap_has_every_book_once(
    shopper: Shopper, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "MAX_PART_BOOKS", 3)
    stored = [a_book(title) for title in ("Emma", "!?", "論語", "<b> & 'so'", "A", "B", "C")]
    for book in stored:
        await database.write(store_book, book)
    hidden = await database.write(store_book, a_book("Hidden"))
    await database.write(
        lambda db: db.execute(books.update().where(books.c.isbn == hidden.isbn).values(is_listed=False))
    )
    first, *parts = await read_addresses(shopper, "/sitemap.xml", "sitemap")
    assert first == "/sitemap-pages.xml"
    assert len(parts) == 3
    found = [address for part in parts for address in await read_addresses(shopper, part, "url")]
    assert len(found) == len(set(found)) == len(stored)
    for address in found:
        await shopper.read(address)
    assert {address.split("/")[2] for address in found} == {book.isbn for book in stored}
    await shopper.read("/sitemap-9999999999999.xml", status=404)


async def test_the_sitemap_has_pages_and_subjects(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book())
    found = await read_addresses(shopper, "/sitemap-pages.xml", "url")
    assert {"/", "/new", "/subjects", "/subjects/F", "/subjects/FB"} <= set(found)
    for address in found:
        await shopper.read(address)


async def test_an_empty_shop_has_a_sitemap(shopper: Shopper) -> None:
    assert await read_addresses(shopper, "/sitemap.xml", "sitemap") == ["/sitemap-pages.xml"]
    assert (await read_xml(shopper, "/new.atom")).findtext(f"{ATOM}title") == "New books · Bookshop"


async def test_robots_stay_away_from_what_is_personal(shopper: Shopper) -> None:
    rules = RobotFileParser()
    text = await shopper.read("/robots.txt")
    rules.parse(text.splitlines())
    assert rules.site_maps() == [f"{SHOP}/sitemap.xml"]
    for path in ("/basket", "/checkout", "/checkout?item=1", "/orders/x", "/success", "/search?q=emma"):
        assert not rules.can_fetch("any", path), path
    for path in ("/", "/books/1", "/search", "/search?subject=fiction", "/subjects/F", "/new"):
        assert rules.can_fetch("any", path), path
    # which Python's own parser does not know
    for name in ("sort", "view", "seen", "after"):
        assert f"Disallow: /*?{name}=\nDisallow: /*&{name}=\n" in text


async def test_the_feed_has_what_is_new(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book('<b>"Emma" & co', blurb=""))
    tree = await read_xml(shopper, "/new.atom")
    assert tree.find(f"{ATOM}link[@rel='self']").get("href") == f"{SHOP}/new.atom"  # type: ignore[union-attr]
    (entry,) = tree.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == '<b>"Emma" & co, by George Eliot'
    assert entry.findtext(f"{ATOM}id") == f"urn:isbn:{book.isbn}"
    assert entry.findtext(f"{ATOM}updated") == "2026-01-01T00:00:00Z"
    assert all(entry.findtext(f"{ATOM}{name}") for name in ("title", "id", "updated", "summary"))
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == f"{SHOP}/books/{book.isbn}/b-emma-co"
