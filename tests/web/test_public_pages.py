"""Which pages are public, which of them ignore their query, and which a browser may prepare."""

import json
import re
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from quart import Blueprint, Quart, Response

from bookshop.app import Shop
from bookshop.database import Database
from bookshop.web.public_pages import (
    PublicBlueprint,
    list_public_paths,
    public_pattern,
    speculation_rules,
)
from tests.builders import a_book, store_book
from tests.filled_shop import fill_shop
from tests.payments.stripe_account import Account
from tests.shopper import HTMX
from tests.web.test_security import ISBN, list_routes

PERSONAL = re.compile(r"/(basket|checkout|orders|success|stripe|withdraw|healthz|readyz|office)")


def test_only_features_that_say_so_are_public() -> None:
    app = Quart("shop")
    for kind, path in ((PublicBlueprint, "/shelf"), (Blueprint, "/basket")):
        routes = kind(path.strip("/"), "shop")
        routes.add_url_rule(f"{path}/<isbn>/<slug>", "show", str)
        routes.add_url_rule(path, "put", str, methods=["POST"])
        app.register_blueprint(routes)
    assert list_public_paths(app) == ["/shelf/*/*"]


IGNORE_THEIR_QUERY = {
    "/",
    "/books/<isbn>",
    "/books/<isbn>/<slug>",
    "/covers/<isbn>.svg",
    "/covers/<name>",
    "/new.atom",
    "/robots.txt",
    "/sitemap-<first>.xml",
    "/sitemap-pages.xml",
    "/sitemap.xml",
    "/subjects",
}
# names that some route reads, and any other
names = st.one_of(
    st.sampled_from(
        ["q", "after", "item", "shelf", "subject", "form", "availability", "language", "price", "turn"]
    ),
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=5),
)
values = st.one_of(
    st.sampled_from(["new", "fiction", "FBC", "paperback", "eng", "1-0", "2", "volume"]),
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=8),
)
queries = st.lists(st.tuples(names, values), min_size=1, max_size=4).map(urlencode)


def test_a_route_depends_on_its_query_unless_it_declares_otherwise(shop: Shop) -> None:
    assert {rule.rule for rule in shop.url_map.iter_rules() if ignores_query(shop, rule.endpoint)} == (
        IGNORE_THEIR_QUERY
    )


def ignores_query(shop: Shop, endpoint: str) -> bool:
    """Return whether a route is declared to give the same page for any query."""
    name, _, route = endpoint.partition(".")
    blueprint = shop.blueprints.get(name)
    return isinstance(blueprint, PublicBlueprint) and route in blueprint.ignoring_query


@pytest.fixture
async def stocked(shop: Shop, database: Database) -> Shop:
    """The shop with the book that `list_routes` gives as its example."""
    await database.write(store_book, a_book("X", isbn=ISBN))
    return shop


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=queries, headers=st.sampled_from([{}, HTMX]))
async def test_a_route_that_ignores_its_query_gives_the_same_bytes_for_any(
    stocked: Shop, query: str, headers: dict[str, str]
) -> None:
    succeeded = 0
    for rule, path in list_routes(stocked, "GET"):
        if ignores_query(stocked, rule.endpoint):
            plain, other = [await fetch_anew(stocked, each, headers) for each in (path, f"{path}?{query}")]
            assert (other.status_code, other.headers) == (plain.status_code, plain.headers), path
            assert await other.get_data() == await plain.get_data(), path
            succeeded += plain.status_code < 400 and plain.headers["No-Vary-Search"] == "params"
    # one picture of a cover does not exist
    assert succeeded == len(IGNORE_THEIR_QUERY) - 1


async def test_a_route_that_depends_on_its_query_does_not_claim_otherwise(stocked: Shop) -> None:
    for rule, path in list_routes(stocked, "GET"):
        if not ignores_query(stocked, rule.endpoint):
            assert "No-Vary-Search" not in (await fetch_anew(stocked, path, {})).headers, path


async def fetch_anew(shop: Shop, path: str, headers: dict[str, str]) -> Response:
    """Return a response past the page cache, which drops a query that is ignored."""
    shop.extensions["page_cache"].entries.by_key.clear()
    response: Response = await shop.test_client().get(path, headers=headers)
    return response


def test_no_personal_page_is_public(shop: Shop) -> None:
    pattern = public_pattern(list_public_paths(shop))
    for rule in shop.url_map.iter_rules():
        path = re.sub("<[^>]+>", "x", rule.rule)
        assert bool(pattern.fullmatch(path)) != bool(PERSONAL.match(path)), path


def test_a_link_is_prepared_with_or_without_a_query() -> None:
    rules = json.loads(speculation_rules(["/", "/books/*/*", "/covers/*.svg"]))
    (rule,) = rules["prerender"]
    assert rule["eagerness"] == "moderate"
    assert [each["href_matches"] for each in rule["where"]["or"]] == [
        "/",
        "/\\?*",
        "/books/*/*",
        "/books/*/*\\?*",
    ]


async def test_only_public_pages_are_prepared_and_only_they_prepare_others(
    shop: Shop, database: Database, account: Account
) -> None:
    filled = await fill_shop(shop, database, account)
    for path, status in filled.pages.items():
        answer = await filled.shopper.get(path)
        is_public = status == 200 and not PERSONAL.match(path)
        assert ("Speculation-Rules" in answer.headers) == is_public, path
        assert "Speculation-Rules" not in (await filled.shopper.get(path, htmx=True)).headers, path
        if is_public:
            address = answer.headers["Speculation-Rules"].strip('"')
            rules = await shop.test_client().get(address)
            assert rules.mimetype == "application/speculationrules+json"
            patterns = [
                each["href_matches"]
                for each in (await rules.get_json(force=True))["prerender"][0]["where"]["or"]
            ]
            assert not any(PERSONAL.match(pattern) for pattern in patterns)


async def test_a_fragment_says_nothing_of_preparing(shop: Shop) -> None:
    assert "Speculation-Rules" not in (await shop.test_client().get("/", headers=HTMX)).headers
