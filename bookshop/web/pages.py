"""Render pages and their fragments: the only module that tells them apart."""

import logging
from collections.abc import MutableMapping
from functools import lru_cache
from typing import Any

from jinja2.runtime import Macro
from markupsafe import Markup
from quart import Quart, Response, current_app, redirect, request
from quart.templating import Environment
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Redirect

from bookshop.database import DatabaseUnavailable
from bookshop.logs.private_logs import LimitedLog
from bookshop.logs.request_id import request_id
from bookshop.web import formatting

MAX_CACHED_ADDRESSES = 4096
MAX_CACHED_FRAGMENTS = 2000
RETRY_AFTER_SECONDS = "5"
# the key in Quart's configuration for the templates of errors
ERROR_TEMPLATES = "ERROR_TEMPLATES"
VARY_HEADERS = ("HX-Request", "HX-Request-Type")

log = LimitedLog(logging.getLogger(__name__))


class SyncEnvironment(Environment):
    """Quart's templates without async, which ours do not need: a third faster."""

    def __init__(self, app: Quart, **options: Any) -> None:
        super().__init__(app, **options)
        self.is_async = False

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Share the globals of the environment: a ChainMap for each template is slow."""
        return super().make_globals(d) if d else self.globals


def install(app: Quart, timezone: str, **values: Any) -> None:
    """Give templates their filters and the values that every page needs, and errors their page."""
    # an address depends on its arguments alone, and a page of books has a hundred addresses
    url_for = lru_cache(maxsize=MAX_CACHED_ADDRESSES)(app.url_for)
    app.jinja_env.globals.update(
        values, url_for=url_for, cached_fragment=cached_fragment, request_id=request_id.get
    )
    formatting.install(app.jinja_env, timezone)
    app.register_error_handler(HTTPException, show_http_error)
    app.register_error_handler(DatabaseUnavailable, show_unavailable)
    app.register_error_handler(Exception, show_unexpected_error)
    app.after_request(add_retry_after)


def page(template: str, block: str, http_status: int = 200, **context: Any) -> Response:
    """Render the template, or only its named block if htmx wants a fragment."""
    found = current_app.jinja_env.get_template(template)
    if wants_fragment():
        html = "".join(found.blocks[block](found.new_context(context)))
    else:
        html = found.render(context)
    response = Response(html, http_status)
    response.vary.update(VARY_HEADERS)
    return response


def wants_fragment() -> bool:
    """Return whether htmx wants a part of the page; Back and boosted links want the whole page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Request-Type") == "partial"


def post_response(location: str, template: str, block: str, **context: Any) -> Response | Redirect:
    """Respond to a successful POST: the changed block for htmx, See Other for a plain form."""
    if wants_fragment():
        return page(template, block, **context)
    return redirect(location, 303)


def redirect_to(location: str) -> Response | Redirect:
    """Send the browser to another page after a POST of a plain form or of htmx."""
    if wants_fragment():
        return Response("", 204, {"HX-Redirect": location})
    return redirect(location, 303)


def cached_fragment(macro: Macro, *arguments: Any) -> Markup:
    """Render a macro once for equal arguments.

    It must not depend on anything else, such as the clock or the request.
    """
    if list in map(type, arguments):
        arguments = tuple(tuple(each) if isinstance(each, list) else each for each in arguments)
    return _render_macro(macro, *arguments)


@lru_cache(maxsize=MAX_CACHED_FRAGMENTS)
def _render_macro(macro: Macro, *arguments: Any) -> Markup:
    return Markup(macro(*arguments))  # noqa: S704 - Jinja has escaped the arguments


async def show_http_error(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # werkzeug's own response, such as a redirect
    response = show_error(error.code)
    # such as Allow and Retry-After
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


async def show_unexpected_error(error: Exception) -> Response:
    current_app.logger.error("Unexpected error", exc_info=error)
    return show_error(500)


async def show_unavailable(error: DatabaseUnavailable) -> Response:
    """Respond 503; a form without a password becomes a button that sends it again."""
    log_unavailable(error)
    form = await request.form
    is_repeated = request.method == "POST" and not any(name.endswith("password") for name in form)
    typed = list(form.items(multi=True)) if is_repeated else None
    return show_error(503, reason="database", typed=typed)


def confirming_page(error: DatabaseUnavailable) -> Response:
    """Return a page for a shopper whose payment cannot be looked up, which asks again by itself."""
    log_unavailable(error)
    # the query, which names the payment, is needed to ask again
    address = request.full_path.rstrip("?")
    return page("confirming.html", "status", 503, address=address, delay=int(RETRY_AFTER_SECONDS))


def log_unavailable(error: DatabaseUnavailable) -> None:
    log.warning("The database is unavailable: %s (%s)", error.fault, type(error.__cause__).__name__)


async def add_retry_after(response: Response) -> Response:
    if response.status_code == 503:
        response.headers.setdefault("Retry-After", RETRY_AFTER_SECONDS)
    return response


def set_error_template(app: Quart, root: str, template: str) -> None:
    """Show the errors of all addresses below `root` by a template of their own."""
    app.config.setdefault(ERROR_TEMPLATES, {})[root] = template


def error_template(path: str) -> str:
    """Return the template for an error at this address."""
    templates: dict[str, str] = current_app.config.get(ERROR_TEMPLATES, {})
    found = (name for root, name in templates.items() if is_below(root, path))
    return next(found, "error.html")


def is_below(root: str, path: str) -> bool:
    return path == root or path.startswith(f"{root}/")


def show_error(status: int, **context: Any) -> Response:
    response = page(error_template(request.path), "problem", status, status=status, **context)
    # a fragment of an error must not replace the element that htmx was to change
    response.headers["HX-Retarget"] = "#notices"
    response.headers["HX-Reswap"] = "innerHTML"
    return response
