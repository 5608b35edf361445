"""Pages for programs: the sitemap, robots.txt, and the feed of new books."""

from functools import partial

from quart import Response, abort, current_app
from quart.typing import ResponseReturnValue

from bookshop.catalogue.dated_books import list_newest_with_dates
from bookshop.catalogue.sitemap import (
    MAX_PART_BOOKS,
    book_url,
    robots_txt,
    sitemap_index,
    sitemap_part,
)
from bookshop.catalogue.sitemap_store import list_sitemap_part, list_sitemap_parts
from bookshop.catalogue.subject_lists import load_subject_tree
from bookshop.database import Database
from bookshop.trade.text import slug_of
from bookshop.web.public_pages import PublicBlueprint

MAX_FEED_BOOKS = 30
XML, ATOM = "application/xml", "application/atom+xml"
# seconds; programs come back every few hours
FEED_MAX_AGE, SITEMAP_MAX_AGE, ROBOTS_MAX_AGE = 300, 3600, 86_400
PAGES = ("/", "/new", "/forthcoming", "/picks", "/loved", "/subjects")


def blueprint(database: Database, shop_url: str) -> PublicBlueprint:
    """Mount the pages for programs."""
    routes = PublicBlueprint("feeds", __name__)
    books = partial(show_book_sitemap, database, shop_url)
    pages = partial(show_page_sitemap, database, shop_url)
    routes.add_url_rule("/robots.txt", "robots_txt", partial(show_robots_txt, shop_url), ignores_query=True)
    routes.add_url_rule(
        "/sitemap.xml", "sitemap", partial(show_sitemap, database, shop_url), ignores_query=True
    )
    routes.add_url_rule("/sitemap-pages.xml", "sitemap_of_pages", pages, ignores_query=True)
    routes.add_url_rule("/sitemap-<first>.xml", "sitemap_of_books", books, ignores_query=True)
    routes.add_url_rule("/new.atom", "atom", partial(show_feed, database), ignores_query=True)
    return routes


async def show_robots_txt(shop_url: str) -> ResponseReturnValue:
    return cacheable(robots_txt(shop_url), "text/plain", ROBOTS_MAX_AGE)


async def show_sitemap(database: Database, shop_url: str) -> ResponseReturnValue:
    """Show the index of all parts: one of pages, and those of books by their first ISBN."""
    names = ["pages", *await database.read(list_sitemap_parts, MAX_PART_BOOKS)]
    urls = (f"{shop_url}/sitemap-{name}.xml" for name in names)
    return cacheable(sitemap_index(urls), XML, SITEMAP_MAX_AGE)


async def show_page_sitemap(database: Database, shop_url: str) -> ResponseReturnValue:
    sections = await database.read(load_subject_tree)
    codes = [branch.heading.code for section in sections for branch in (section, *section.children)]
    paths = [*PAGES, *(f"/subjects/{code}" for code in codes)]
    return cacheable(sitemap_part(f"{shop_url}{path}" for path in paths), XML, SITEMAP_MAX_AGE)


async def show_book_sitemap(database: Database, shop_url: str, first: str) -> ResponseReturnValue:
    books = await database.read(list_sitemap_part, first, MAX_PART_BOOKS)
    if not books:
        abort(404)
    urls = (book_url(shop_url, isbn, slug_of(title)) for isbn, title in books)
    return cacheable(sitemap_part(urls), XML, SITEMAP_MAX_AGE)


async def show_feed(database: Database) -> ResponseReturnValue:
    dated_books = await database.read(list_newest_with_dates, MAX_FEED_BOOKS)
    template = current_app.jinja_env.get_template("catalogue/new.atom.xml")
    return cacheable(template.render(dated_books=dated_books), ATOM, FEED_MAX_AGE)


def cacheable(text: str, mimetype: str, max_age: int) -> Response:
    """Return a response that any cache may keep for `max_age` seconds."""
    return Response(text, mimetype=mimetype, headers={"Cache-Control": f"public, max-age={max_age}"})
