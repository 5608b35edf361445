"""Mount the office: each address with its guard and its view."""

import asyncio
import gc
from collections.abc import Awaitable, Callable
from functools import partial
from importlib import import_module
from typing import Any

from quart import Quart, Response, request
from quart.typing import ResponseReturnValue
from werkzeug.exceptions import Forbidden, NotFound

from bookshop.office.addresses import ADDRESSES
from bookshop.office.guard import admit, refuse_null_characters, refuse_unknown_origin
from bookshop.office.office import Office
from bookshop.office.problem import show_problem
from bookshop.office.route import Access, Route
from bookshop.office.sign_in.refuse_when_busy import refuse_when_busy
from bookshop.web.pages import is_below, set_error_template
from bookshop.web.security import PRIVATE_ADDRESS_HEADERS

ROOT = "/office"
View = Callable[..., Awaitable[ResponseReturnValue]]
VIEWS: dict[str, View] = {}


def mount_office(app: Quart, office: Office) -> None:
    """Register every address of the office."""
    for address in ADDRESSES:
        app.add_url_rule(
            ROOT + address.path,
            f"office.{address.view}",
            partial(respond, office, address),
            methods=[address.method],
        )
    set_error_template(app, ROOT, "office/error.html")
    app.after_request(keep_private)
    app.asgi_app = refuse_when_busy(app, office)  # type: ignore[method-assign,assignment]  # as Quart wants it


async def respond(office: Office, address: Route, **arguments: Any) -> ResponseReturnValue:
    """Show a page or do what a form asks for, if the person may."""
    if request.method == "POST":
        refuse_unknown_origin()
    if address.access is Access.OPEN:
        view = await find_view(address.view)
        return await view(office, **arguments)
    admitted = await admit(office, address.access)
    if not admitted.session:
        return admitted.refusal
    await refuse_null_characters()
    view = await find_view(address.view)
    try:
        return await view(office, admitted.session, **arguments)
    except (Forbidden, NotFound) as problem:
        return await show_problem(office, admitted.session, problem.code)


async def find_view(name: str) -> View:
    """Return a view, which its first request imports, in a thread: that takes a while."""
    if name not in VIEWS:
        VIEWS[name] = await asyncio.to_thread(import_view, name)
    return VIEWS[name]


def import_view(name: str) -> View:
    module, _, function = name.rpartition(".")
    view: View = getattr(import_module(f"bookshop.office.{module}"), function)
    # it lives as long as the process, like what the worker froze at its start: a full collection took 40 ms
    gc.collect()
    gc.freeze()
    return view


async def keep_private(response: Response) -> Response:
    """Keep the office's addresses from search engines and other sites."""
    if is_below(ROOT, request.path):
        response.headers.update(PRIVATE_ADDRESS_HEADERS)
        response.headers["Cache-Control"] = "no-store"
    return response
