"""What is the same for everyone: which pages, how long a cache may keep them, which a browser may prepare."""

import json
import re
from collections.abc import Iterable

from quart import Blueprint, Quart, Response, current_app, request

# with as long in a cache of ours and in one before it, nothing shown is older than two seconds
FOR_A_MOMENT = "public, max-age=1"
# the address of the rules, in the configuration of Quart
SPECULATION_RULES = "SPECULATION_RULES"
RULES_TYPE = "application/speculationrules+json"
ARGUMENT = re.compile(r"<[^>]+>")


class PublicBlueprint(Blueprint):
    """A feature whose every GET answers everyone alike: no cookie or session reaches it, nor any header.

    What is personal belongs under an address of another blueprint.
    """

    def __init__(self, name: str, import_name: str) -> None:
        super().__init__(name, import_name)
        self.after_request(let_caches_keep)


async def let_caches_keep(response: Response) -> Response:
    """Say that any cache may keep the page, and whether it depends on what follows its «?»."""
    if response.status_code < 400:
        response.headers.setdefault("Cache-Control", FOR_A_MOMENT)
        # so that ?utm_source=… is no page of its own; werkzeug keeps the arguments where they were asked for
        if "args" not in vars(request):
            response.headers["No-Vary-Search"] = "params"
        if response.mimetype == "text/html" and request.headers.get("HX-Request") != "true":
            response.headers["Speculation-Rules"] = f'"{current_app.config[SPECULATION_RULES]}"'
    return response


def list_public(app: Quart) -> list[str]:
    """The addresses of all public pages, with a star for what varies in them."""
    return sorted(
        {
            ARGUMENT.sub("*", rule.rule)
            for rule in app.url_map.iter_rules()
            if isinstance(app.blueprints.get(rule.endpoint.partition(".")[0]), PublicBlueprint)
            and "GET" in (rule.methods or ())
        }
    )


def public_pattern(addresses: Iterable[str]) -> re.Pattern[str]:
    """What the path of a public page looks like."""
    return re.compile("|".join(re.escape(address).replace(r"\*", "[^/]+") for address in addresses))


def speculation_rules(addresses: Iterable[str]) -> bytes:
    """Which links a browser may prepare when a pointer rests on them: never one to a basket or an order."""
    # what has a dot in its address is for programs
    pages = [address for address in addresses if "." not in address]
    matches = [{"href_matches": pattern} for page in pages for pattern in (page, f"{page}\\?*")]
    return json.dumps({"prerender": [{"where": {"or": matches}, "eagerness": "moderate"}]}).encode()
