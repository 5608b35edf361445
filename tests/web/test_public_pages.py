"""Which pages are public, and which of them a browser may prepare."""

import json
import re

from quart import Blueprint, Quart

from bookshop.app import Shop
from bookshop.database import Database
from bookshop.web.public_pages import (
    PublicBlueprint,
    list_public_addresses,
    public_pattern,
    speculation_rules,
)
from tests.payments.stripe_account import Account
from tests.places import build_places
from tests.shopper import HTMX

PERSONAL = re.compile(r"/(basket|checkout|orders|success|stripe|healthz|readyz)")


def test_only_features_that_say_so_are_public() -> None:
    app = Quart("shop")
    for kind, path in ((PublicBlueprint, "/shelf"), (Blueprint, "/basket")):
        routes = kind(path.strip("/"), "shop")
        routes.add_url_rule(f"{path}/<isbn>/<slug>", "show", str)
        routes.add_url_rule(path, "put", str, methods=["POST"])
        app.register_blueprint(routes)
    assert list_public_addresses(app) == ["/shelf/*/*"]


def test_no_personal_page_is_public(shop: Shop) -> None:
    pattern = public_pattern(list_public_addresses(shop))
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
    places = await build_places(shop, database, account)
    for path, status in places.pages.items():
        answer = await places.shopper.get(path)
        is_public = status == 200 and not PERSONAL.match(path)
        assert ("Speculation-Rules" in answer.headers) == is_public, path
        assert "Speculation-Rules" not in (await places.shopper.get(path, htmx=True)).headers, path
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
