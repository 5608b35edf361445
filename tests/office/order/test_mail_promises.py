"""Pages promise a mail only if the shop sends mail."""

import pytest

from bookshop.app import create_app
from bookshop.database import Database
from bookshop.orders.order import Delivery, Order
from bookshop.staff.member import Role
from tests.builders import some_settings
from tests.office.conftest import sign_in
from tests.office.order.order_pages import act, address_of, place_order, words, words_of
from tests.office.staff_client import StaffClient
from tests.payments.paid_orders import Buy

SENDS_MAIL = {"SMTP_URL": "smtp://127.0.0.1:9", "MAIL_FROM": "shop@example.com"}


async def read_pages(staff: StaffClient, bought: Order, delivered: Order, collected: Order) -> list[str]:
    """Return the words of each page that may promise a mail."""
    refund = await act(staff, bought, "refund/preview", {"what": "all"})
    addresses = (
        address_of(bought, "cancel"),
        address_of(delivered, "ship"),
        address_of(collected),
        "/office/bulk/ship",
    )
    return [await words(refund), *[words_of(await staff.read(address)) for address in addresses]]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            SENDS_MAIL,
            [
                ["The shopper gets a mail with the sum and the books."],
                ["The shopper gets a mail about it.", "They stand in the mail, and on the order’s page."],
                ["The shopper gets a mail about this parcel."],
                ["Ready to collect sets aside 2 × Emma, and the shopper gets a mail."],
                ["A mail goes out once for each parcel."],
            ],
        ),
        (
            {},
            [
                ["The shop sends no mail: tell the shopper yourself."],
                ["The shop sends no mail: tell the shopper yourself.", "They stand on the order’s page."],
                ["The shop sends no mail: tell the shopper yourself about this parcel."],
                ["Ready to collect sets aside 2 × Emma. The shop sends no mail: tell the shopper yourself."],
                ["The shop sends no mail: tell the shoppers yourself."],
            ],
        ),
    ],
)
async def test_a_mail_is_promised_only_if_it_is_sent(
    database: Database, database_url: str, buy: Buy, settings: dict[str, str], said: list[list[str]]
) -> None:
    bought = await buy()
    delivered, collected = await place_order(database), await place_order(database, delivery=Delivery.COLLECT)
    app = create_app(some_settings(DATABASE_URL=database_url, SWEEP_SECONDS="0", **settings))
    async with app.test_app():
        staff = await sign_in(app, database, "Bo", Role.OWNER)
        pages = await read_pages(staff, bought, delivered, collected)
    for page, sentences in zip(pages, said, strict=True):
        for sentence in sentences:
            assert sentence in page
    if not settings:
        assert not any("gets a mail" in page for page in pages)
