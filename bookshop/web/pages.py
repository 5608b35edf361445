"""Pages and their fragments: the only place that knows one from the other."""

from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import format_date, format_datetime
from jinja2.runtime import Macro
from markupsafe import Markup
from quart import Quart, Response, current_app, redirect, request
from quart.templating import Environment
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as Redirect

LOCALE = Locale("en")
MOST_ADDRESSES = 4096
MOST_PIECES = 2000
PUBLISHED_PATTERNS = {4: "y", 7: "MMMM y", 10: "d MMMM y"}
# ONIX code list 150
FORMS = {
    "AC": "Audiobook on CD",
    "AJ": "Audiobook",
    "AN": "Audiobook",
    "BB": "Hardback",
    "BC": "Paperback",
    "BE": "Spiral-bound",
    "BF": "Pamphlet",
    "BG": "Leather-bound",
    "BH": "Board book",
    "BI": "Rag book",
    "BJ": "Bath book",
    "BK": "Novelty book",
    "BL": "Slide-bound",
    "BM": "Big book",
    "BN": "Part-work",
    "BO": "Fold-out book",
    "BP": "Foam book",
    "CB": "Folded map",
    "PC": "Calendar",
    "PD": "Cards",
    "PF": "Diary",
    "PI": "Sheet music",
    "PK": "Poster",
    "ZE": "Game",
}
FORM_GROUPS = {"A": "Audiobook", "C": "Map", "E": "E-book", "P": "Printed item", "S": "Set", "Z": "Gift"}
VARY = ("HX-Request", "HX-Request-Type")


class SyncEnvironment(Environment):
    """Quart's templates rendered without async, which our templates do not need: a third faster."""

    def __init__(self, app: Quart, **options: Any) -> None:
        super().__init__(app, **options)
        self.is_async = False


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page; Back and boosted links want the whole."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-Request-Type") == "partial"


def page(template: str, block: str, http_status: int = 200, **context: Any) -> Response:
    """Render the template, or only its named block when htmx asks for a fragment."""
    found = current_app.jinja_env.get_template(template)
    if wants_fragment():
        html = "".join(found.blocks[block](found.new_context(context)))
    else:
        html = found.render(context)
    response = Response(html, http_status)
    response.vary.update(VARY)
    return response


def done(location: str, template: str, block: str, **context: Any) -> Response | Redirect:
    """Answer a successful POST: the changed block for htmx, See Other for a plain form."""
    if wants_fragment():
        return page(template, block, **context)
    return redirect(location, 303)


def leave(location: str) -> Response | Redirect:
    """Send the shopper to another page, from a form or from htmx."""
    if wants_fragment():
        return Response("", 204, {"HX-Redirect": location})
    return redirect(location, 303)


def install(app: Quart, timezone: str, **values: Any) -> None:
    """Give templates their filters and the values every page needs, and errors their page."""
    # an address depends on nothing but what is asked for, and a page of books has a hundred
    address = lru_cache(maxsize=MOST_ADDRESSES)(app.url_for)
    app.jinja_env.globals.update(values, country_name=country_name, url_for=address, once=once)
    app.jinja_env.filters.update(
        date=partial(moment_text, timezone),
        day=partial(day_text, timezone),
        published=published_text,
        form_name=form_name,
        language_name=language_name,
        language_tag=language_tag,
    )
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)


def once(piece: Macro, *shown: Any) -> Markup:
    """A piece of a page, rendered anew only when what it shows is new: it may depend on nothing else.

    A piece that looks at the clock, or at who is asking, is not for this.
    """
    return _render_piece(piece, *(tuple(each) if isinstance(each, list) else each for each in shown))


@lru_cache(maxsize=MOST_PIECES)
def _render_piece(piece: Macro, *shown: Any) -> Markup:
    return Markup(piece(*shown))  # noqa: S704 - Jinja has escaped what is shown


async def _http_error(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]  # werkzeug's own answer, a redirect for one
    return _error_page(error.code)


async def _unexpected(error: Exception) -> Response:
    current_app.logger.error("unexpected", exc_info=error)
    return _error_page(500)


def _error_page(status: int) -> Response:
    response = page("error.html", "problem", status, status=status)
    # a fragment of an error must not land where the page wanted something else
    response.headers["HX-Retarget"] = "#notices"
    response.headers["HX-Reswap"] = "innerHTML"
    return response


def country_name(code: str) -> str:
    """The English name of an ISO 3166 code."""
    return str(LOCALE.territories.get(code, code))


def language_name(code: str) -> str:
    """The English name of an ISO 639-2/B code."""
    return str(LOCALE.languages.get(language_tag(code), code))


def language_tag(code: str) -> str:
    """An ISO 639-2/B code as the web spells the language: with two letters where it has such a code."""
    return str(get_global("language_aliases").get(code, code))


def moment_text(zone: str, moment: datetime) -> str:
    """A moment as the shop's clock shows it."""
    return format_datetime(moment, "d MMM y, h:mm a", tzinfo=ZoneInfo(zone), locale=LOCALE)


def day_text(zone: str, moment: datetime) -> str:
    """The day of a moment by the shop's calendar."""
    return format_date(moment.astimezone(ZoneInfo(zone)), "d MMMM y", locale=LOCALE)


def published_text(published: str) -> str:
    """A publication date as exact as it is known: 2020, May 2020 or 14 May 2020."""
    day = date.fromisoformat(published + "0000-01-01"[len(published) :])
    return format_date(day, PUBLISHED_PATTERNS[len(published)], locale=LOCALE)


def form_name(code: str) -> str:
    """The English name of an ONIX list 150 product form."""
    return FORMS.get(code) or FORM_GROUPS.get(code[:1], "Book")
