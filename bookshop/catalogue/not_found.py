"""The page of an address that leads nowhere."""

from contextlib import suppress

from quart import Response, request
from werkzeug.exceptions import NotFound

from bookshop.catalogue.book import Book
from bookshop.catalogue.recommendations import list_recommended
from bookshop.database import Database, DatabaseUnavailable
from bookshop.web.pages import error_template, show_error, wants_fragment


async def show_not_found(database: Database, _: NotFound) -> Response:
    """Show that there is no such page, with books unless the database is away."""
    shelf: list[Book] = []
    if error_template(request.path) == "error.html" and not wants_fragment():
        with suppress(DatabaseUnavailable):
            shelf = await database.read(list_recommended)
    return show_error(404, shelf=shelf)
