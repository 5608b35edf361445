"""Lists to browse: subjects, people, series, publishers, new books and displays."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from quart import Response, abort, redirect, request, url_for
from quart.typing import ResponseReturnValue

from bookshop.catalogue.book_list import BookList
from bookshop.catalogue.contributor_list import collect_contributor
from bookshop.catalogue.series_list import collect_series
from bookshop.catalogue.simple_lists import (
    collect_display,
    collect_forthcoming,
    collect_new,
    collect_publisher,
)
from bookshop.catalogue.subject_lists import collect_subject, collect_subject_tree
from bookshop.database import Database
from bookshop.trade.categories import CATEGORIES
from bookshop.trade.thema import MAX_CODE_CHARS
from bookshop.web.pages import page
from bookshop.web.public_pages import PublicBlueprint


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
    return show_list(await collect_page(database, collect_new), feed=url_for("robots.feed"))


async def show_forthcoming(database: Database, timezone: ZoneInfo) -> ResponseReturnValue:
    today = datetime.now(timezone).date().isoformat()
    return show_list(await collect_page(database, collect_forthcoming, today))


async def show_display(database: Database, name: str) -> ResponseReturnValue:
    return show_list(await database.read(collect_display, name))


async def show_subjects(database: Database) -> ResponseReturnValue:
    branches = await database.read(collect_subject_tree)
    return page("catalogue/subjects.html", "main", branches=branches, categories=CATEGORIES.values())


async def show_subject(database: Database, code: str) -> ResponseReturnValue:
    """Show a subject; a code without a name redirects to its closest ancestor with one."""
    wanted = code.upper()[:MAX_CODE_CHARS]
    found = await collect_page(database, collect_subject, wanted)
    known = found.breadcrumb[-1].code
    if code != known:
        return redirect(url_for("catalogue.subject", code=known), 301 if known == wanted else 302)
    return show_list(found, search_url=url_for("catalogue.search", subject=code))


async def show_contributor(database: Database, key: str) -> ResponseReturnValue:
    return show_list(await collect_page(database, collect_contributor, key))


async def show_series(database: Database, key: str) -> ResponseReturnValue:
    return show_list(await collect_page(database, collect_series, key), is_series=True)


async def show_publisher(database: Database, key: str) -> ResponseReturnValue:
    return show_list(await collect_page(database, collect_publisher, key))


async def collect_page(
    database: Database, collect: Callable[..., BookList | None], *arguments: str
) -> BookList:
    """Read a page of a list, from the request's `after` on; respond with 404 if it is None."""
    return await database.read(collect, *arguments, request.args.get("after", "")) or abort(404)


def show_list(book_list: BookList, **variables: Any) -> Response:
    """Show a list under the path of the request."""
    after = request.args.get("after", "")
    return page(
        "catalogue/list.html", "results", book_list=book_list, path=request.path, after=after, **variables
    )
