"""The home page, books, search and covers: public pages, the same for everyone."""

from functools import partial
from zoneinfo import ZoneInfo

from quart import Response, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue
from werkzeug.wrappers import Response as Redirect

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_page import load_book_page
from bookshop.catalogue.cover_store import find_cover
from bookshop.catalogue.home_page import load_home_page
from bookshop.catalogue.list_address import ListAddress
from bookshop.catalogue.list_routes import add_list_routes
from bookshop.catalogue.schema_org import as_script, describe_book
from bookshop.catalogue.search_page import load_search_page
from bookshop.catalogue.suggestions import load_suggestions
from bookshop.covers.drawn.draw_cover import draw_cover
from bookshop.covers.picture import PictureFile, parse_file_name
from bookshop.database import Database
from bookshop.search.filters import Filters, valid_filters
from bookshop.search.find_books import find_typed_isbn
from bookshop.search.highlight import highlight
from bookshop.settings import Settings
from bookshop.trade.isbn import format_isbns, parse_isbn
from bookshop.web.formatting import language_tag
from bookshop.web.pages import page
from bookshop.web.public_pages import PublicBlueprint

MAX_QUERY_CHARS = 200
# the picture for a link that names only the ISBN: sharp at the width at which an order shows it
DEFAULT_COVER_WIDTH = 400
CACHE_FIVE_MINUTES = "public, max-age=300"
CACHE_ONE_DAY = "public, max-age=86400"
# values of the old argument `shelf` whose lists have an address of their own now
MOVED_LISTS = {"new": "catalogue.new", "picks": "catalogue.picks", "loved": "catalogue.loved"}


def blueprint(database: Database, settings: Settings) -> PublicBlueprint:
    """Mount the catalogue's pages."""
    routes = PublicBlueprint("catalogue", __name__)
    routes.add_app_template_filter(highlight)
    routes.add_app_template_filter(format_isbns, "isbns")
    book = partial(show_book, database, settings)
    routes.add_url_rule("/", "home", partial(show_home, database), ignores_query=True)
    routes.add_url_rule("/books/<isbn>", "book", book, defaults={"slug": ""}, ignores_query=True)
    routes.add_url_rule("/books/<isbn>/<slug>", "book", book, ignores_query=True)
    routes.add_url_rule("/search", "search", partial(show_search, database, settings.shop_currency))
    routes.add_url_rule("/search/suggest", "suggest", partial(show_suggestions, database))
    routes.add_url_rule("/covers/<isbn>.svg", "cover", partial(show_cover, database), ignores_query=True)
    routes.add_url_rule("/covers/<name>", "picture", partial(show_picture, database), ignores_query=True)
    add_list_routes(routes, database, ZoneInfo(settings.shop_timezone))
    return routes


async def show_home(database: Database) -> ResponseReturnValue:
    return page("catalogue/home.html", "main", **await database.read(load_home_page))


async def show_book(database: Database, settings: Settings, isbn: str, slug: str) -> ResponseReturnValue:
    """Show a book at the one address of its page; others redirect there."""
    found = await database.read(load_book_page, parse_isbn(isbn) or abort(404))
    if found is None:
        abort(404)
    book = found["book"]
    if (isbn, slug) != (book.isbn, book.slug):
        return redirect(book_path(book), 301)
    picture = settings.shop_url + preview_picture_path(book)
    schema_org = describe_book(
        book,
        settings.shop_url + book_path(book),
        picture,
        language_tag(book.language),
        settings.shop_name,
        contributor_urls(book, settings.shop_url),
    )
    return page(
        "catalogue/book.html", "main", **found, schema_org=as_script(schema_org), preview_picture=picture
    )


def book_path(book: Book) -> str:
    return url_for("catalogue.book", isbn=book.isbn, slug=book.slug)


def preview_picture_path(book: Book) -> str:
    """Return the path of the cover for link previews."""
    return book.picture.jpeg_url if book.picture else url_for("catalogue.cover", isbn=book.isbn)


def contributor_urls(book: Book, shop_url: str) -> dict[str, str]:
    """Return the URLs of the contributors' pages by their keys."""
    keys = [person.key for person in book.contributors if person.key]
    return {key: shop_url + url_for("catalogue.person", key=key) for key in keys}


async def show_search(database: Database, currency: str) -> ResponseReturnValue:
    """Show search results; a whole ISBN leads to its book."""
    text = request.args.get("q", "")[:MAX_QUERY_CHARS].strip()
    if not text and (moved := MOVED_LISTS.get(request.args.get("shelf", ""))):
        return redirect(url_for(moved), 301)
    if isbn := await database.read(find_typed_isbn, text):
        return redirect(url_for("catalogue.book", isbn=isbn), 302)
    filters = valid_filters(Filters.from_args(request.args))
    query = {"q": text, **filters.arguments}
    address = ListAddress.from_args(url_for("catalogue.search"), request.args, query)
    found = await database.read(load_search_page, text, filters, address.shown, currency)
    return page("catalogue/search.html", "results", **found, address=address)


async def show_suggestions(database: Database) -> ResponseReturnValue:
    """Suggest what the text typed so far may mean; without any text, nothing."""
    text = request.args.get("q", "")[:MAX_QUERY_CHARS].strip()
    found = await database.read(load_suggestions, text)
    return page("catalogue/suggestions.html", "suggestions", **found)


async def show_cover(database: Database, isbn: str) -> ResponseReturnValue:
    """Show the cover of an ISBN: redirect to its picture, or draw it."""
    cover = await database.read(find_cover, parse_isbn(isbn) or abort(404)) or abort(404)
    if cover.picture:
        return redirect_to_picture(cover.picture.file_at(DEFAULT_COVER_WIDTH, "webp"))
    drawing = draw_cover(cover.isbn, cover.title, cover.byline, cover.category)
    return Response(drawing, mimetype="image/svg+xml", headers={"Cache-Control": CACHE_ONE_DAY})


async def show_picture(database: Database, name: str) -> ResponseReturnValue:
    """Redirect from an earlier version of a picture, to which old pages and links still lead."""
    file = parse_file_name(name) or abort(404)
    cover = await database.read(find_cover, file.isbn)
    if cover is None or cover.picture is None or cover.picture.version == file.version:
        abort(404)
    return redirect_to_picture(cover.picture.file_at(file.width, file.extension))


def redirect_to_picture(file: PictureFile) -> Redirect:
    response = redirect(file.url, 302)
    response.headers["Cache-Control"] = CACHE_FIVE_MINUTES
    return response
