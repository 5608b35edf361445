"""The shelves, one book, search, covers: public pages, the same for everyone."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from quart import Response, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue
from sqlalchemy import Connection
from werkzeug.wrappers import Response as Redirect

from bookshop.catalogue.book import Book, read_isbn
from bookshop.catalogue.covers import draw_cover
from bookshop.catalogue.index import Found, find_page
from bookshop.catalogue.pictures import Rendition, read_name
from bookshop.catalogue.search import Filters, Query
from bookshop.catalogue.store import (
    count_books,
    count_shelves,
    find_book,
    find_cover,
    find_pick,
    list_at,
    list_display,
    list_near,
    list_new,
    list_peeks,
)
from bookshop.catalogue.subjects import SHELVES, Shelf
from bookshop.database import Database
from bookshop.pages import page
from bookshop.public import PublicBlueprint

ROW = 6
PAGE = 24
LAST_PAGE = 10_000
LONGEST_QUERY = 200
DISPLAYS = ("new", "picks", "loved")
# for those who know only a book's number: sharp where an order shows it largest
ANY_WIDTH = 400
FOR_A_WHILE = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Tile:
    """A subject with its size and a glimpse of its books."""

    shelf: Shelf
    count: int
    peek: tuple[Book, ...]


def blueprint(database: Database) -> PublicBlueprint:
    """The catalogue's pages."""
    routes = PublicBlueprint("catalogue", __name__)

    @routes.get("/")
    async def home() -> ResponseReturnValue:
        return page("catalogue/home.html", "main", **await database.read(collect_home))

    @routes.get("/books/<isbn>", defaults={"slug": ""})
    @routes.get("/books/<isbn>/<slug>")
    async def book(isbn: str, slug: str) -> ResponseReturnValue:
        found = await database.read(collect_book, read_isbn(isbn) or abort(404))
        if found is None:
            abort(404)
        if (isbn, slug) != (found["book"].isbn, found["book"].slug):
            return redirect(url_for(".book", isbn=found["book"].isbn, slug=found["book"].slug), 301)
        return page("catalogue/book.html", "main", **found)

    @routes.get("/search")
    async def search() -> ResponseReturnValue:
        query = request.args.get("q", "")[:LONGEST_QUERY].strip()
        filters = Filters.from_args(request.args)
        shelf = request.args.get("shelf", "")
        number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
        display = shelf if shelf in DISPLAYS and not query else ""
        after = request.args.get("after", "")
        found = await database.read(collect_search, query, filters, display, number, after)
        return page("catalogue/search.html", "results", **found)

    @routes.get("/covers/<isbn>.svg")
    async def cover(isbn: str) -> ResponseReturnValue:
        found = await database.read(find_cover, read_isbn(isbn) or abort(404)) or abort(404)
        if found.picture:
            return forward(found.picture.find(ANY_WIDTH, "webp"))
        drawing = draw_cover(found.isbn, found.title, found.byline, found.shelf)
        response = Response(drawing, mimetype="image/svg+xml")
        response.headers["Cache-Control"] = "public, max-age=86400"
        return response

    @routes.get("/covers/<name>")
    async def picture(name: str) -> ResponseReturnValue:
        # of one that is no more: others link to it for years, and caches have pages from before it changed
        wanted = read_name(name) or abort(404)
        found = await database.read(find_cover, wanted.isbn)
        if found is None or found.picture is None or found.picture.version == wanted.version:
            abort(404)
        return forward(found.picture.find(wanted.width, wanted.kind))

    return routes


def forward(rendition: Rendition) -> Redirect:
    """Send a browser to the picture that a cover has now."""
    response = redirect(rendition.address, 302)
    response.headers["Cache-Control"] = FOR_A_WHILE
    return response


def collect_home(db: Connection) -> dict[str, Any]:
    """Everything the home page shows."""
    return {
        "window": [pick.book for pick in list_display(db, "window")][:3],
        "new": list_new(db, ROW),
        "new_count": count_books(db),
        "picks": list_display(db, "picks")[:3],
        "loved": [pick.book for pick in list_display(db, "loved")][:ROW],
        "subjects": list_tiles(db),
    }


def collect_book(db: Connection, isbn: str) -> dict[str, Any] | None:
    """Everything a book's page shows."""
    book = find_book(db, isbn)
    if book is None:
        return None
    return {
        "book": book,
        "shelf": SHELVES[book.shelf],
        "pick": find_pick(db, isbn),
        "near": list_near(db, book, ROW),
    }


def collect_search(
    db: Connection, query: str, filters: Filters, display: str, number: int, after: str
) -> dict[str, Any]:
    """A page of what was looked for: a display, a subject, or words."""
    offset = (number - 1) * PAGE
    by_words = Found()
    if display in ("picks", "loved"):
        found = [pick.book for pick in list_display(db, display)]
        books, count = found[offset : offset + PAGE], len(found)
    elif display == "new":
        books, count = list_new(db, PAGE, offset), count_books(db)
    else:
        by_words = find_page(db, Query.from_text(query), filters, after, PAGE)
        books, count = list_at(db, by_words.places), by_words.count
    return {
        "query": query,
        "subject": SHELVES.get(filters.subject),
        "display": display,
        "books": books,
        "count": count,
        "subjects": list_tiles(db),
        "picks": [] if books else [pick.book for pick in list_display(db, "picks")][:ROW],
        "page_number": number,
        "more": bool(display) and offset + len(books) < count,
        "is_more": by_words.is_more,
        "after": by_words.after,
    }


def list_tiles(db: Connection) -> list[Tile]:
    """The subjects that have books, in the shop's order."""
    counts, peeks = count_shelves(db), list_peeks(db, 2)
    return [
        Tile(shelf, counts[slug], _of_shelf(peeks, slug)) for slug, shelf in SHELVES.items() if slug in counts
    ]


def _of_shelf(books: Sequence[Book], slug: str) -> tuple[Book, ...]:
    return tuple(book for book in books if book.shelf == slug)
