"""The office's addresses and who is admitted."""

import gc

from bookshop.app import Shop
from bookshop.office.addresses import ADDRESSES
from bookshop.office.mount import import_view
from tests.office.staff_client import StaffClient
from tests.shopper import text_of


def test_every_address_names_a_view() -> None:
    for address in ADDRESSES:
        assert callable(import_view(address.view)), address


async def test_a_stranger_is_led_to_the_sign_in_page(shop: Shop) -> None:
    response = await shop.test_client().get("/office")
    assert response.status_code == 303
    assert response.headers["Location"] == "/office/sign-in?next=/office"


async def test_staff_see_the_office(seller: StaffClient) -> None:
    assert "Today" in await seller.read("/office")


async def test_what_is_missing_is_said_in_the_frame_of_the_office(seller: StaffClient) -> None:
    page = await seller.read("/office/mail/999", status=404)
    assert "There is no such page." in page
    assert "Sign out" in page


async def test_a_seller_reads_what_only_owners_may_do(seller: StaffClient) -> None:
    assert "Only an owner may do this." in await seller.read("/office/staff", status=403)
    response = await seller.get("/office/staff", htmx=True)
    assert response.headers["HX-Retarget"] == "#notices"
    assert "Sign out" not in await text_of(response)


def test_a_view_is_kept_out_of_garbage_collections() -> None:
    before = gc.get_freeze_count()
    import_view("work.today_routes.show")
    assert gc.get_freeze_count() > before
    gc.unfreeze()
