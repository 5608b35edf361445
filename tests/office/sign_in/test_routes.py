"""The sign-in page, signing out, and what a request without a session gets."""

import re
from datetime import UTC, datetime

import pytest

from bookshop.app import Shop
from bookshop.database import Database
from tests.builders import ENVIRONMENT
from tests.office.staff_client import OWN_SITE, StaffClient
from tests.shopper import text_of
from tests.staff.people import PASSWORD, Person, add_person


@pytest.fixture
async def mei(database: Database, shop: Shop) -> Person:
    return await database.write(add_person, (ENVIRONMENT["SECRET_KEY"],))


@pytest.fixture
def browser(shop: Shop, mei: Person) -> StaffClient:
    """Return a browser in which no member of staff has signed in."""
    return StaffClient(shop.test_client(), mei.member)


def typed(person: Person, **changed: str) -> dict[str, str]:
    return {
        "name": person.member.name,
        "password": PASSWORD,
        "code": person.code(datetime.now(UTC)),
        **changed,
    }


def cookies_of(browser: StaffClient) -> dict[str, str]:
    return {cookie.name: str(cookie.value) for cookie in browser.client.cookie_jar or ()}


async def test_signing_in_leads_to_the_page_that_was_asked_for(browser: StaffClient, mei: Person) -> None:
    response = await browser.get("/office?list=to-pack&page=2")
    sign_in = response.headers["Location"]
    form = await browser.read(sign_in)
    action = re.search(r'action="(/office/sign-in\?[^"]+)"', form)
    assert action
    response = await browser.post(action[1], typed(mei))
    assert (response.status_code, response.headers["Location"]) == (303, "/office?list=to-pack&page=2")
    session = next(value for value in response.headers.getlist("Set-Cookie") if value.startswith("staff="))
    assert {"HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=43200"} <= set(session.split("; "))
    assert "Mei" in await browser.read("/office")


@pytest.mark.parametrize(
    "address", ["//evil.example", "https://evil.example", "/orders", "/office\\evil", "/officer", "/office\t"]
)
async def test_signing_in_never_leads_elsewhere(browser: StaffClient, mei: Person, address: str) -> None:
    response = await browser.post(f"/office/sign-in?next={address}", typed(mei))
    assert response.headers["Location"] == "/office"


async def test_what_does_not_match_is_not_told_apart(browser: StaffClient, mei: Person) -> None:
    pages = set()
    for changed in ({"password": "wrong"}, {"code": "000000"}, {"password": "x" * 5000}):
        response = await browser.post("/office/sign-in", typed(mei, **changed))
        assert response.status_code == 422
        pages.add(await text_of(response))
    assert len(pages) == 1
    assert "Name, password and code do not match." in pages.pop()


@pytest.mark.parametrize(
    "name", ["", "Mei\0", "x" * 100_000, "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * 99]
)
async def test_odd_names_do_not_match(browser: StaffClient, mei: Person, name: str) -> None:
    form = typed(mei, name=name, password="wrong")
    assert (await browser.post("/office/sign-in", form)).status_code == 422


async def test_after_some_failures_the_page_asks_to_wait(browser: StaffClient, mei: Person) -> None:
    for _ in range(3):
        await browser.post("/office/sign-in", typed(mei, password="wrong"))
    response = await browser.post("/office/sign-in", typed(mei))
    assert response.status_code == 429
    assert 0 < int(response.headers["Retry-After"]) <= 5
    assert "Please wait" in await text_of(response)


async def test_signing_in_again_ends_the_session_before(browser: StaffClient, mei: Person) -> None:
    await browser.post("/office/sign-in", typed(mei))
    before = cookies_of(browser)
    await browser.post("/office/sign-in", typed(mei, code=mei.code(datetime.now(UTC), later=1)))
    after = cookies_of(browser)
    assert before["staff"] != after["staff"]
    browser.client.set_cookie("localhost", "staff", before["staff"])
    assert (await browser.get("/office")).status_code == 303


async def test_signing_out_ends_the_session(browser: StaffClient, mei: Person) -> None:
    await browser.post("/office/sign-in", typed(mei))
    token = cookies_of(browser)["staff"]
    assert "<button" in await browser.read("/office/sign-out")
    response = await browser.post("/office/sign-out", htmx=True)
    assert response.headers["HX-Redirect"] == "/office/sign-in?notice=signed-out"
    assert response.headers["Clear-Site-Data"] == '"cache"'
    assert "staff" not in cookies_of(browser)
    browser.client.set_cookie("localhost", "staff", token)
    assert (await browser.get("/office")).headers["Location"].startswith("/office/sign-in?notice=ended")
    assert "You have signed out." in await browser.read("/office/sign-in?notice=signed-out")


async def test_a_form_that_does_not_say_where_it_comes_from_is_refused(shop: Shop, mei: Person) -> None:
    response = await shop.test_client().post("/office/sign-in", form=typed(mei))
    assert response.status_code == 403
    response = await shop.test_client().post("/office/sign-in", form=typed(mei), headers=OWN_SITE)
    assert response.status_code == 303
