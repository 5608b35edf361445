"""A bookshop that an independent bookseller can run for real."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quart import Quart


def create_app() -> "Quart":
    """Build the shop as an ASGI application, configured by the environment and `.env` alone."""
    # imported late: `import bookshop.money` needs no web framework
    from bookshop.app import create_app as build
    from bookshop.logs.configure import configure_logs
    from bookshop.settings import settings_or_exit

    settings = settings_or_exit()
    configure_logs(settings.log_format)
    return build(settings)
