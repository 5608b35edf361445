"""The office's addresses and who is admitted."""

from bookshop.app import Shop
from bookshop.office.addresses import ADDRESSES
from bookshop.office.mount import import_view
from tests.office.staff_client import StaffClient


def test_every_address_names_a_view() -> None:
    for address in ADDRESSES:
        assert callable(import_view(address.view)), address


async def test_a_stranger_is_led_to_the_sign_in_page(shop: Shop) -> None:
    response = await shop.test_client().get("/office")
    assert response.status_code == 303
    assert response.headers["Location"] == "/office/sign-in?next=/office"


async def test_staff_see_the_office(seller: StaffClient) -> None:
    assert "Today" in await seller.read("/office")
