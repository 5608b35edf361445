"""A bookshop that an independent bookseller can run for real."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quart import Quart


def create_app() -> "Quart":
    """The shop as an ASGI application, set up by the environment and `.env` alone."""
    # imported late, so that a rule such as bookshop.money comes without the web
    from bookshop.app import create_app as build

    return build()
