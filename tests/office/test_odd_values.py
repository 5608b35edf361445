"""Values that no form of ours sends are refused, or are as none, on both databases."""

import pytest

from bookshop.database import Database
from tests.office.order.order_pages import address_of, place_order
from tests.office.staff_client import StaffClient

LONG, HUGE, NEGATIVE = "9" * 5000, "9" * 12, "-" + "9" * 12


@pytest.mark.parametrize("number", [LONG, HUGE, NEGATIVE])
async def test_numbers_that_no_database_holds_are_as_none(
    owner: StaffClient, database: Database, number: str
) -> None:
    order = await place_order(database)
    for path in ("/office/orders/newer?list=all&since=", "/office/mail?before=", "/office/mail?resent="):
        await owner.read(path + number)
    await owner.read(f"/office/mail/{number}", status=404)
    for action, form in (
        ("refund", {"what": "all", "confirm": number}),
        ("cancel", {"confirm": number}),
        ("resend", {"mail": number}),
    ):
        response = await owner.post(address_of(order, action), {"version": "0", **form})
        assert response.status_code in (200, 409), action


async def test_null_characters_in_forms_are_refused(owner: StaffClient, database: Database) -> None:
    order = await place_order(database)
    for path, field in (
        ("/office/account/passkeys/a/name", "name"),
        ("/office/account/sessions/end", "session"),
        ("/office/receiving/back", "scan"),
        (address_of(order, "refund"), "request"),
    ):
        response = await owner.post(path, {field: "a\0b", "version": "0"})
        assert response.status_code == 400, path


@pytest.mark.parametrize("address", ["/office/\r\nX: y", "//example.com", "/officer", "/office\\\\a.com"])
async def test_a_form_leads_to_no_other_place(owner: StaffClient, address: str) -> None:
    response = await owner.post("/office/shortcuts", {"next": address})
    assert response.headers["Location"] == "/office"
