"""Attempts above the limit are refused before anything is read or hashed."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
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
