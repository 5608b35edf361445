"""The shelves, one book, search, lists, covers: public pages, the same for everyone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from quart import Response, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Redirect

from bookshop.catalogue.book import Book
from bookshop.catalogue.credits import credits_of
from bookshop.catalogue.lists import (
    PAGE,
    Listing,
    collect_display,
    collect_forthcoming,
    collect_new,
    collect_person,
    collect_publisher,
    collect_series,
    collect_subject,
    collect_tree,
)
from bookshop.catalogue.lists_store import list_editions, list_headings, list_newest
from bookshop.catalogue.schema_org import as_script, describe_book
from bookshop.catalogue.store import (
    books_at_ranks,
    find_book,
    find_cover,
    find_pick,
    list_display,
    list_displays,
    list_near,
    list_peeks,
)
from bookshop.covers.cover import Cover
from bookshop.covers.drawn.draw_cover import draw_cover
from bookshop.covers.picture import PictureFile, parse_file_name
from bookshop.database import Database
from bookshop.search.facet import Facet
from bookshop.search.facet_choices import ValueNames, chosen_filters, facet_groups
from bookshop.search.facet_counts import count_by_value
from bookshop.search.filters import Filters, valid_filters
from bookshop.search.find_books import find_books, find_typed_isbn
from bookshop.search.highlight import highlight
from bookshop.search.query import Query
from bookshop.settings import Settings
from bookshop.trade.categories import CATEGORIES, Category
from bookshop.trade.isbn import read_isbn, write_isbns
from bookshop.trade.subject_schemes import THEMA_SCHEMES
from bookshop.trade.thema import MAX_CODE_CHARS, ancestors, breadcrumb, closest
from bookshop.web.formatting import language_tag
from bookshop.web.pages import page, wants_fragment
from bookshop.web.public_pages import PublicBlueprint

ROW = 6
LONGEST_QUERY = 200
# for those who know only a book's number: sharp where an order shows it largest
ANY_WIDTH = 400
FOR_A_WHILE = "public, max-age=300"
# where lists were that have addresses of their own now
MOVED = {"new": "catalogue.new", "picks": "catalogue.picks", "loved": "catalogue.loved"}


@dataclass(frozen=True, slots=True)
class Tile:
    """A subject with its size and a glimpse of its books."""

    category: Category
    count: int
    peek: tuple[Cover, ...]


def blueprint(database: Database, settings: Settings) -> PublicBlueprint:
    """The catalogue's pages."""
    routes = PublicBlueprint("catalogue", __name__)
    routes.add_app_template_filter(highlight)
    routes.add_app_template_filter(write_isbns, "isbns")
    add_lists(routes, database, ZoneInfo(settings.shop_timezone))

    @routes.get("/", ignores_query=True)
    async def home() -> ResponseReturnValue:
        return page("catalogue/home.html", "main", **await database.read(collect_home))

    @routes.get("/books/<isbn>", defaults={"slug": ""}, ignores_query=True)
    @routes.get("/books/<isbn>/<slug>", ignores_query=True)
    async def book(isbn: str, slug: str) -> ResponseReturnValue:
        found = await database.read(collect_book, read_isbn(isbn) or abort(404))
        if found is None:
            abort(404)
        book = found["book"]
        if (isbn, slug) != (book.isbn, book.slug):
            return redirect(address_of(book), 301)
        picture = settings.shop_url + shared_picture(book)
        said = describe_book(
            book,
            settings.shop_url + address_of(book),
            picture,
            language_tag(book.language),
            settings.shop_name,
            {
                person.key: settings.shop_url + url_for(".person", key=person.key)
                for person in book.contributors
                if person.key
            },
        )
        return page("catalogue/book.html", "main", **found, said=as_script(said), picture=picture)

    @routes.get("/search")
    async def search() -> ResponseReturnValue:
        text = request.args.get("q", "")[:LONGEST_QUERY].strip()
        if not text and (moved := MOVED.get(request.args.get("shelf", ""))):
            return redirect(url_for(moved), 301)
        # whoever is still typing is not taken away from the keyboard
        if not wants_fragment() and (isbn := await database.read(find_typed_isbn, text)):
            return redirect(url_for(".book", isbn=isbn), 302)
        filters, after = valid_filters(Filters.from_args(request.args)), request.args.get("after", "")
        found = await database.read(collect_search, text, filters, after, settings.shop_currency)

        start = url_for(".search")

        def address(filters: Filters, after: str = "") -> str:
            named = {"q": text, **filters.arguments, "after": after}
            query = urlencode({name: value for name, value in named.items() if value})
            return f"{start}?{query}" if query else start

        return page("catalogue/search.html", "results", **found, address=address)

    @routes.get("/covers/<isbn>.svg", ignores_query=True)
    async def cover(isbn: str) -> ResponseReturnValue:
        found = await database.read(find_cover, read_isbn(isbn) or abort(404)) or abort(404)
        if found.picture:
            return forward(found.picture.file_at(ANY_WIDTH, "webp"))
        drawing = draw_cover(found.isbn, found.title, found.byline, found.category)
        response = Response(drawing, mimetype="image/svg+xml")
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response

    @routes.get("/covers/<name>", ignores_query=True)
    async def picture(name: str) -> ResponseReturnValue:
        # of one that is no more: others link to it for years, and caches have pages from before it changed
        wanted = parse_file_name(name) or abort(404)
        found = await database.read(find_cover, wanted.isbn)
        if found is None or found.picture is None or found.picture.version == wanted.version:
            abort(404)
        return forward(found.picture.file_at(wanted.width, wanted.extension))

    return routes


def add_lists(routes: PublicBlueprint, database: Database, zone: ZoneInfo) -> None:
    """The pages of lists that one browses."""

    async def show(collect: Callable[..., Listing | None], *arguments: str, **more: Any) -> Response:
        found = await database.read(collect, *arguments, request.args.get("after", "")) or abort(404)
        return show_listing(found, **more)

    @routes.get("/new")
    async def new() -> ResponseReturnValue:
        return await show(collect_new, feed=url_for("robots.feed"))

    @routes.get("/forthcoming")
    async def forthcoming() -> ResponseReturnValue:
        return await show(collect_forthcoming, datetime.now(zone).date().isoformat())

    @routes.get("/picks")
    async def picks() -> ResponseReturnValue:
        return show_listing(await database.read(collect_display, "picks"))

    @routes.get("/loved")
    async def loved() -> ResponseReturnValue:
        return show_listing(await database.read(collect_display, "loved"))

    @routes.get("/subjects", ignores_query=True)
    async def subjects() -> ResponseReturnValue:
        tree = await database.read(collect_tree)
        return page("catalogue/subjects.html", "main", tree=tree, categories=CATEGORIES.values())

    @routes.get("/subjects/<code>")
    async def subject(code: str) -> ResponseReturnValue:
        wanted = code.upper()[:MAX_CODE_CHARS]
        found = await database.read(collect_subject, wanted, request.args.get("after", "")) or abort(404)
        if code != (known := found.breadcrumb[-1].code):
            return redirect(url_for(".subject", code=known), 301 if known == wanted else 302)
        return show_listing(found, narrower=url_for(".search", subject=code))

    @routes.get("/people/<key>")
    async def person(key: str) -> ResponseReturnValue:
        return await show(collect_person, key)

    @routes.get("/series/<key>")
    async def series(key: str) -> ResponseReturnValue:
        return await show(collect_series, key, is_series=True)

    @routes.get("/publishers/<key>")
    async def publisher(key: str) -> ResponseReturnValue:
        return await show(collect_publisher, key)


def show_listing(listing: Listing, **more: Any) -> Response:
    """A page of a list, under the address that was asked for."""
    after = request.args.get("after", "")
    return page(
        "catalogue/listing.html", "results", listing=listing, address=request.path, after=after, **more
    )


def address_of(book: Book) -> str:
    """The address of a book's page."""
    return url_for("catalogue.book", isbn=book.isbn, slug=book.slug)


def shared_picture(book: Book) -> str:
    """The address of its cover for those who show links to it."""
    return book.picture.jpeg_url if book.picture else url_for("catalogue.cover", isbn=book.isbn)


def forward(file: PictureFile) -> Redirect:
    """Send a browser to the picture that a cover has now."""
    response = redirect(file.url, 302)
    response.headers["Cache-Control"] = FOR_A_WHILE
    return response


def collect_home(db: Connection) -> dict[str, Any]:
    """Everything the home page shows."""
    shown, tiles = list_displays(db), list_tiles(db)
    return {
        "window": [pick.book for pick in shown["window"]][:3],
        "new": list_newest(db, "", ROW),
        "new_count": sum(tile.count for tile in tiles),
        "picks": shown["picks"][:3],
        "loved": [pick.book for pick in shown["loved"]][:ROW],
        "subjects": tiles,
    }


def collect_book(db: Connection, isbn: str) -> dict[str, Any] | None:
    """Everything a book's page shows."""
    book = find_book(db, isbn)
    if book is None:
        return None
    codes = [subject.code for subject in book.subjects if subject.scheme in THEMA_SCHEMES]
    editions = list_editions(db, book)
    same = {edition.isbn for edition in (*editions.others, editions.successor) if edition}
    near = list_near(db, book, ROW + len(same))
    said = list_headings(db, {step for code in codes for step in ancestors(code)})
    return {
        "book": book,
        "category": CATEGORIES[book.category],
        "credits": credits_of(book.contributors),
        "known": [person for person in book.contributors if person.biography],
        "headings": closest(codes, said),
        "editions": editions,
        "pick": find_pick(db, isbn),
        "near": [other for other in near if other.isbn not in same][:ROW],
    }


def collect_search(db: Connection, text: str, filters: Filters, after: str, currency: str) -> dict[str, Any]:
    """A page of what was looked for."""
    query = Query.from_text(text)
    found = find_books(db, query, filters, PAGE, after)
    books = books_at_ranks(db, found.ranks)
    names = ValueNames(currency, subject_name(db, filters.subject))
    return {
        "query": text,
        "filters": filters,
        "found": found,
        "books": books,
        "wanted": found.did_you_mean or query.words,
        "groups": facet_groups(filters, found.facet_counts, found.count, names),
        "chips": chosen_filters(filters, names),
        "after": after,
        "picks": [] if books else [pick.book for pick in list_display(db, "picks")][:ROW],
    }


def subject_name(db: Connection, subject: str) -> str:
    """Return the name of a category or a Thema code."""
    if not subject or subject in CATEGORIES:
        return CATEGORIES[subject].name if subject else ""
    headings = breadcrumb(subject, list_headings(db, ancestors(subject)))
    return headings[-1].name if headings else subject


def list_tiles(db: Connection) -> list[Tile]:
    """The subjects that have books, in the shop's order."""
    counts, peeks = count_by_value(db, Facet.CATEGORY, CATEGORIES), list_peeks(db, 2)
    return [
        Tile(category, counts[slug], _in_category(peeks, slug))
        for slug, category in CATEGORIES.items()
        if slug in counts
    ]


def _in_category(covers: Sequence[Cover], slug: str) -> tuple[Cover, ...]:
    return tuple(cover for cover in covers if cover.category == slug)
