"""Lists to browse: subjects, people, series, publishers, new books and displays."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from quart import Response, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.catalogue.book_list import BookList
from bookshop.catalogue.contributor_list import load_contributor_list
from bookshop.catalogue.list_address import ListAddress
from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.recommendations import list_recommended
from bookshop.catalogue.series_list import load_series_list
from bookshop.catalogue.simple_lists import (
    load_display_list,
    load_forthcoming_books,
    load_new_books,
    load_publisher_list,
)
from bookshop.catalogue.subject_lists import load_subject_list, load_subjects
from bookshop.database import Database
from bookshop.trade.thema import MAX_THEMA_CODE_CHARS
from bookshop.web.pages import page
from bookshop.web.public_pages import PublicBlueprint

# their first page has more than a heading above the books
KINDS_WITH_OPENING = ("person", "series", "publisher", "subject")


def add_list_routes(routes: PublicBlueprint, database: Database, timezone: ZoneInfo) -> None:
    """Add the pages of lists to the catalogue's blueprint."""
    routes.add_url_rule("/new", "new", partial(show_new, database))
    routes.add_url_rule("/forthcoming", "forthcoming", partial(show_forthcoming, database, timezone))
    routes.add_url_rule("/picks", "picks", partial(show_display, database, "picks"))
    routes.add_url_rule("/loved", "loved", partial(show_display, database, "loved"))
    routes.add_url_rule("/subjects", "subjects", partial(show_subjects, database), ignores_query=True)
    routes.add_url_rule("/subjects/<code>", "subject", partial(show_subject, database))
    routes.add_url_rule("/people/<key>", "person", partial(show_contributor, database))
    routes.add_url_rule("/series/<key>", "series", partial(show_series, database))
    routes.add_url_rule("/publishers/<key>", "publisher", partial(show_publisher, database))


async def show_new(database: Database) -> ResponseReturnValue:
    return await show_list(
        database, await load_list(database, load_new_books), "new", feed=url_for("feeds.atom")
    )


async def show_forthcoming(database: Database, timezone: ZoneInfo) -> ResponseReturnValue:
    today = datetime.now(timezone).date().isoformat()
    found = await load_list(database, load_forthcoming_books, today)
    return await show_list(database, found, "forthcoming")


async def show_display(database: Database, name: str) -> ResponseReturnValue:
    return await show_list(database, await load_list(database, load_display_list, name), "display")


async def show_subjects(database: Database) -> ResponseReturnValue:
    branches, categories = await database.read(load_subjects)
    return page("catalogue/subjects.html", "main", branches=branches, categories=categories)


async def show_subject(database: Database, code: str) -> ResponseReturnValue:
    """Show a subject; a code without a name redirects to its closest ancestor with one."""
    wanted = code.upper()[:MAX_THEMA_CODE_CHARS]
    found = await load_list(database, load_subject_list, wanted)
    known = found.breadcrumb[-1].code
    if code != known:
        return redirect(url_for("catalogue.subject", code=known), 301 if known == wanted else 302)
    return await show_list(database, found, "subject", search_url=url_for("catalogue.search", subject=code))


async def show_contributor(database: Database, key: str) -> ResponseReturnValue:
    return await show_list(database, await load_list(database, load_contributor_list, key), "person")


async def show_series(database: Database, key: str) -> ResponseReturnValue:
    return await show_list(database, await load_list(database, load_series_list, key), "series")


async def show_publisher(database: Database, key: str) -> ResponseReturnValue:
    return await show_list(database, await load_list(database, load_publisher_list, key), "publisher")


async def load_list(database: Database, collect: Callable[..., BookList | None], *arguments: str) -> BookList:
    """Read the books of a list that the request asks for; respond with 404 if it is None."""
    return await database.read(collect, *arguments, ListRange.from_args(request.args)) or abort(404)


async def show_list(database: Database, book_list: BookList, kind: str = "", **variables: Any) -> Response:
    """Show a list under the path of the request; an empty one with other books to go on from.

    The kinds are those of the template.
    """
    address = ListAddress.from_args(request.path, request.args, {})
    is_first = not address.shown.after
    is_empty = is_first and not book_list.books
    is_only_book = kind in KINDS_WITH_OPENING and book_list.is_one_book
    return page(
        "catalogue/list.html",
        "results",
        book_list=book_list,
        kind=kind,
        address=address,
        is_empty=is_empty,
        is_only_book=is_only_book,
        has_head=is_first
        and not (is_empty or is_only_book)
        and bool(kind == "person" or book_list.opening.spines),
        recommended=await database.read(list_recommended) if is_empty else [],
        **variables,
    )
