"""What a shopper or a member of staff sees instead of a page."""

import pytest
from quart import Response

from bookshop.app import Shop
from bookshop.database import DatabaseUnavailable
from bookshop.database.errors import Fault
from bookshop.web.pages import show_error, show_unavailable
from tests.shopper import HTMX, text_of
from tests.test_budgets import counting
from tests.web.test_pages import Outline
from tests.web.test_security import SAFE_METHODS, WRITE_METHODS, list_routes

STATUSES = (400, 403, 404, 405, 413, 429, 500, 503)
OFFICE_LINK, SHOP_LINK = 'href="/office"', 'href="/"'


@pytest.fixture(params=["sqlite"])
def database_url(sqlite_url: str) -> str:
    """Use SQLite: an error needs no database."""
    return sqlite_url


async def test_a_refused_method_is_answered_with_those_that_are_allowed(shop: Shop) -> None:
    client, refused = shop.test_client(), 0
    for method in (*SAFE_METHODS, *WRITE_METHODS):
        for rule, path in (*list_routes(shop, "GET"), *list_routes(shop, "POST")):
            if method in (rule.methods or ()):
                continue
            response: Response = await getattr(client, method.lower())(path)
            if response.status_code == 405:
                refused += 1
                allowed = set(response.headers["Allow"].split(", "))
                assert (rule.methods or set()) <= allowed, path
                assert method not in allowed, path
    assert refused


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("path", ["/x", "/office/x"])
async def test_each_side_of_the_shop_has_its_own_error_page(
    shop: Shop, path: str, status: int, headers: dict[str, str]
) -> None:
    async with shop.test_request_context(path, headers=headers):
        page = await text_of(show_error(status))
    Outline(page)
    assert (OFFICE_LINK in page) == (SHOP_LINK not in page) == path.startswith("/office")
    # a page that is not there is the same for everyone, so that caches can share it
    assert ("quote this number" in page) == (status != 404)


@pytest.mark.parametrize(("path", "has_books"), [("/x", True), ("/office/x", False)])
async def test_only_shoppers_are_shown_books_where_there_is_no_page(
    shop: Shop, path: str, *, has_books: bool
) -> None:
    with counting() as statements:
        assert (await shop.test_client().get(path)).status_code == 404
    assert bool(statements) == has_books


@pytest.mark.parametrize("path", ["/officer", "/x/office"])
async def test_only_addresses_below_the_office_are_its_own(shop: Shop, path: str) -> None:
    assert SHOP_LINK in await text_of(await shop.test_client().get(path))


@pytest.mark.parametrize(
    ("form", "is_kept"), [({"note": "<b>left</b>"}, True), ({"note": "left", "new_password": "x"}, False)]
)
async def test_what_staff_typed_is_kept_while_the_database_is_away(
    shop: Shop, form: dict[str, str], *, is_kept: bool
) -> None:
    async with shop.test_request_context("/office/x", method="POST", form=form):
        response = await show_unavailable(DatabaseUnavailable(Fault.BUSY))
    page = await text_of(response)
    assert response.status_code == 503
    assert ("&lt;b&gt;left" in page) == ("What you typed is kept." in page) == is_kept
    assert "new_password" not in page
