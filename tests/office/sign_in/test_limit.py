"""Attempts above the limit are refused before the shop reads, renders or hashes anything."""

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from quart import Response
from sqlalchemy import Connection

from bookshop.app import Shop
from bookshop.database import Database
from bookshop.office.office import Office
from bookshop.office.sign_in_limit import SignInLimit
from bookshop.staff.actors import network_actor
from bookshop.staff.event_store import list_events
from bookshop.staff.failure_store import lock_failures, set_failures
from bookshop.staff.sign_in_delay import Failures
from tests.builders import ENVIRONMENT
from tests.office.staff_client import OWN_SITE, StaffClient
from tests.shopper import text_of
from tests.staff.people import PASSWORD, Person, add_person

OWN_HEADERS = ("content-length", "retry-after", "vary", "x-request-id")
# where a form was sent, and where its refusal leads
LINKS = {
    "/office/sign-in": "/office/sign-in",
    "/office/sign-in?next=/office/find?q%3DMei": "/office/sign-in?next=/office/find%3Fq%3DMei",
    "/office/sign-in/passkey?next=/office/account": "/office/sign-in?next=/office/account",
    "/office/sign-in?next=https://elsewhere.example": "/office/sign-in",
}


@pytest.fixture
async def mei(database: Database, shop: Shop) -> Person:
    return await database.write(add_person, (ENVIRONMENT["SECRET_KEY"],))


def typed(person: Person, **changed: str) -> dict[str, str]:
    code = person.code(datetime.now(UTC))
    return {"name": person.member.name, "password": PASSWORD, "code": code, **changed}


def find_limit(shop: Shop) -> SignInLimit:
    view = shop.view_functions["office.sign_in.routes.send"]
    assert isinstance(view, partial)
    office: Office = view.args[0]
    return office.sign_in_limit


def stop_refilling(limit: SignInLimit) -> None:
    """Let no time pass for the limit, however slow the machine is."""
    limit.strangers.clock = lambda: limit.strangers.refilled_at


async def test_strangers_above_the_limit_are_refused_and_known_browsers_are_not(
    shop: Shop, database: Database, mei: Person
) -> None:
    known = StaffClient(shop.test_client(), mei.member)
    assert (await known.post("/office/sign-in", typed(mei))).status_code == 303
    limit = find_limit(shop)
    limit.strangers.tokens = 1
    stop_refilling(limit)
    # each from a network of its own
    stranger, statuses = shop.test_client(), []
    for number in range(3):
        response = await stranger.post(
            "/office/sign-in",
            form=typed(mei, password="wrong"),
            headers=OWN_SITE,
            scope_base={"client": (f"198.51.100.{number}", 1)},
        )
        statuses.append(response.status_code)
    assert statuses == [422, 503, 503]
    assert response.headers["Retry-After"] == "5"
    assert "Please wait 5 seconds" in await text_of(response)
    events = await database.read(list_events, "Mei")
    assert [event.kind for event in events] == ["sign_in_failed", "signed_in"]
    later = typed(mei, code=mei.code(datetime.now(UTC), later=1))
    assert (await known.post("/office/sign-in", later)).status_code == 303


async def test_a_refusal_is_a_page_like_others_and_leads_back(shop: Shop) -> None:
    client, limit = shop.test_client(), find_limit(shop)
    form = await client.get("/office/sign-in")
    limit.strangers.tokens = 0
    stop_refilling(limit)
    for path, link in LINKS.items():
        # a cookie that the shop has not signed changes nothing
        headers = {**OWN_SITE, "Cookie": "known-browser=x"}
        response = await client.post(path, form={"name": "Mei"}, headers=headers)
        assert response.status_code == 503
        assert f'href="{link}"' in await text_of(response)
        assert headers_of(response) == headers_of(form)
        assert response.headers["Cache-Control"] == "no-store"


def headers_of(response: Response) -> dict[str, str]:
    """Return the headers, except those of one page."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return {name: value for name, value in headers.items() if name not in OWN_HEADERS}


async def test_a_refused_form_is_read_so_that_its_connection_stays(shop: Shop) -> None:
    limit = find_limit(shop)
    limit.strangers.tokens = 0
    stop_refilling(limit)
    parts = iter([(b"name=Mei", True), (b"&password=x", False)])
    exchange: list[str] = []

    async def receive() -> Any:
        body, more_body = next(parts)
        exchange.append("part")
        return {"type": "http.request", "body": body, "more_body": more_body}

    async def send(event: Any) -> None:
        exchange.append(event["type"])

    scope: Any = {"type": "http", "method": "POST", "path": "/office/sign-in", "raw_path": b"/office/sign-in"}
    scope |= {
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "http_version": "1.1",
        "scheme": "http",
    }
    await shop.asgi_app(scope, receive, send)
    assert exchange == ["part", "part", "http.response.start", "http.response.body"]


async def test_a_network_that_waits_leaves_the_limit_to_others(
    shop: Shop, database: Database, mei: Person
) -> None:
    def make_wait(db: Connection) -> None:
        now = datetime.now(UTC)
        actor = network_actor((ENVIRONMENT["SECRET_KEY"],), "198.51.100.1").hash
        lock_failures(db, [actor], now)
        set_failures(db, {actor: Failures(30, now + timedelta(minutes=30))})

    await database.write(make_wait)
    limit = find_limit(shop)
    stop_refilling(limit)
    before, stranger = limit.strangers.tokens, shop.test_client()
    response = await stranger.post(
        "/office/sign-in", form=typed(mei), headers=OWN_SITE, scope_base={"client": ("198.51.100.1", 1)}
    )
    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 1700
    assert "Please wait 30 minutes" in await text_of(response)
    assert limit.strangers.tokens == before
