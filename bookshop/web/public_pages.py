"""Pages that are the same for everyone, and how caches and browsers may keep them."""

import json
import re
from collections.abc import Iterable
from typing import Any

from quart import Blueprint, Quart, Response, current_app, request

# together with one more cache in front of ours, nothing shown is older than two seconds
CACHE_ONE_SECOND = "public, max-age=1"
# the key in Quart's configuration for the address of the rules
SPECULATION_RULES = "SPECULATION_RULES"
SPECULATION_RULES_TYPE = "application/speculationrules+json"
URL_ARGUMENT = re.compile(r"<[^>]+>")


class PublicBlueprint(Blueprint):
    """A feature whose GETs see no cookie, session or header of a shopper.

    A route that gives the same page for any query declares `ignores_query=True`, so that `?utm_source=…` is
    not a page of its own, here and in browsers. Personal content belongs in another blueprint.
    """

    def __init__(self, name: str, import_name: str) -> None:
        super().__init__(name, import_name)
        self.ignoring_query: set[str] = set()
        self.after_request(self.add_caching_headers)

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Any = None,
        provide_automatic_options: bool | None = None,
        *,
        ignores_query: bool = False,
        **options: Any,
    ) -> None:
        """Register a route, which depends on its query unless it declares otherwise."""
        if endpoint is None and view_func is not None:
            endpoint = view_func.__name__
        if endpoint is not None and ignores_query:
            self.ignoring_query.add(endpoint)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)

    async def add_caching_headers(self, response: Response) -> Response:
        """Allow any cache to keep the page, and state whether it depends on its query."""
        if response.status_code < 400:
            response.headers.setdefault("Cache-Control", CACHE_ONE_SECOND)
            if (request.endpoint or "").removeprefix(f"{self.name}.") in self.ignoring_query:
                response.headers["No-Vary-Search"] = "params"
            if response.mimetype == "text/html" and request.headers.get("HX-Request") != "true":
                response.headers["Speculation-Rules"] = f'"{current_app.config[SPECULATION_RULES]}"'
        return response


def list_public_paths(app: Quart) -> list[str]:
    """Return the addresses of all public pages, with `*` for each argument."""
    return sorted(
        {
            URL_ARGUMENT.sub("*", rule.rule)
            for rule in app.url_map.iter_rules()
            if isinstance(app.blueprints.get(rule.endpoint.partition(".")[0]), PublicBlueprint)
            and "GET" in (rule.methods or ())
        }
    )


def public_pattern(addresses: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that matches the whole path of each public page."""
    return re.compile("|".join(re.escape(address).replace(r"\*", "[^/]+") for address in addresses))


def speculation_rules(addresses: Iterable[str]) -> bytes:
    """Return rules that let a browser prepare a link under the pointer to a public page."""
    # an address with a dot is for programs
    pages = [address for address in addresses if "." not in address]
    matches = [{"href_matches": pattern} for page in pages for pattern in (page, f"{page}\\?*")]
    return json.dumps({"prerender": [{"where": {"or": matches}, "eagerness": "moderate"}]}).encode()
