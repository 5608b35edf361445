"""The page with the checks."""

import pytest

from bookshop.app import Shop
from bookshop.settings import InvalidSettings
from tests.office.staff_client import StaffClient


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """SQLite only: the checks are tested on both databases elsewhere."""
    return sqlite_url


async def test_each_check_has_what_why_and_how_to_fix(owner: StaffClient) -> None:
    page = await owner.read("/office/checks")
    for text in (
        "The shop sends no mail.",
        "Shoppers get no confirmation, which most countries require.",
        "Set SMTP_URL and MAIL_FROM.",
    ):
        assert text in page
    assert "The shop has an owner." in page
    assert "Stripe accepts the key" not in page


async def test_a_button_runs_those_that_need_the_network(owner: StaffClient) -> None:
    assert '<button class="btn" name="online" value="1">Check them too</button>' in (
        await owner.read("/office/checks")
    )
    page = await owner.read("/office/checks?online=1")
    assert "Check them again" in page
    assert "Stripe accepts the key" in page


async def test_settings_that_cannot_be_read_are_the_problem(
    owner: StaffClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> dict[str, str]:
        raise InvalidSettings([".env cannot be read: Permission denied"])

    monkeypatch.setattr("bookshop.office.checks.routes.read_environment", refuse)
    page = await owner.read("/office/checks")
    assert ".env cannot be read: Permission denied." in page
    assert "The shop has an owner." not in page


async def test_sellers_do_not_see_the_checks(seller: StaffClient, shop: Shop) -> None:
    assert "Only an owner may do this." in await seller.read("/office/checks", status=403)
    assert "/office/checks" not in await seller.read("/office/mail")
