"""One order on one page: all that belongs to it, and what the shopper has asked for."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import update

from bookshop.app import create_app
from bookshop.database import Database
from bookshop.fulfilment.timeline_store import list_entries
from bookshop.mail.mail_list import list_mails
from bookshop.office.order.describe_order import dashboard_address
from bookshop.orders.order import PaymentState
from bookshop.orders.store import find_order_by_id
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.schema import mails, orders
from bookshop.shopper_requests.ask_for_change import ask_for_change
from bookshop.shopper_requests.statement import Statement
from bookshop.shopper_requests.store import list_requests
from bookshop.shopper_requests.withdraw import Limits, withdraw
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight
from bookshop.staff.member import Role
from tests.builders import a_book, some_settings, store_book
from tests.fulfilment.stored_orders import add_refund
from tests.office.conftest import sign_in
from tests.office.order.order_pages import act, address_of, follow, place_order, words_of
from tests.office.staff_client import StaffClient
from tests.payments.paid_orders import Buy, refund_elsewhere
from tests.payments.stored_orders import place
from tests.payments.stripe_account import Account


async def test_the_page_shows_all_that_belongs_to_an_order(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    emma, _ = order.quantities
    parcel = {"carrier": "Royal Mail", "tracking": "RM 1", f"copies-{emma}": "2"}
    await act(seller, order, "ship", parcel)
    html = await seller.read(address_of(order))
    page = words_of(html)
    for shown in (
        "A Reader , deliver to 098585 Singapore.",
        "Paid , nothing refunded",
        "Visa ending 4242",
        "A Reader 8 Example Walk, #03-11",
        "reader@example.com",
        "Promised by",
        "Parcel 1 , 2 × Emma Royal Mail · RM 1 · sent",
        "2 shipped",
        "To come expected",
        "Parcel 1 shipped with Royal Mail: 2 × Emma Ana",
        "Order placed A Reader",
        "is on its way",
    ):
        assert shown in page, shown
    assert 'href="https://www.royalmail.com/track-your-item#/tracking-results/RM%201"' in html
    assert f"https://dashboard.stripe.com/test/payments/{order.attempt.intent_id}" in html


@pytest.mark.parametrize(("is_live", "mode"), [(True, ""), (False, "test/")])
def test_the_dashboard_is_opened_in_the_mode_of_the_keys(is_live: bool, mode: str) -> None:
    assert dashboard_address("pi_1", is_live=is_live) == f"https://dashboard.stripe.com/{mode}payments/pi_1"
    assert dashboard_address("", is_live=is_live) == ""


async def test_stripe_is_read_now(
    database: Database, gateway: StripeGateway, account: Account, seller: StaffClient, buy: Buy
) -> None:
    order = await place(database, gateway, await database.write(store_book, a_book(stock=1)))
    await account.pay(order.attempt.intent_id, "pm_card_visa")
    page = await follow(seller, await act(seller, order, "check"))
    assert "The shop and Stripe say the same." in page
    stored = await database.read(find_order_by_id, order.id)
    assert stored
    assert stored.payment is PaymentState.PAID
    bought = await buy()
    await refund_elsewhere(account, bought, 500)
    page = await follow(seller, await act(seller, bought, "check"))
    assert "S$5.00 refunded in Stripe’s dashboard" in page
    assert "Money was refunded in Stripe’s dashboard." in page


async def test_a_silent_stripe_is_no_error(
    database: Database, database_url: str, seller: StaffClient
) -> None:
    order = await place_order(database)
    settings = some_settings(DATABASE_URL=database_url, STRIPE_API_BASE="http://127.0.0.1:9")
    app = create_app(settings)
    async with app.test_app():
        staff = await sign_in(app, database, "Bo", Role.SELLER)
        response = await act(staff, order, "check", {"note": "Ring first"})
        assert response.status_code == 502
        page = words_of(str(await response.get_data(as_text=True)))
    assert "Stripe has not responded." in page
    assert "Ring first Your note is still here." in page


async def test_a_mail_is_sent_again_where_the_shop_sends_mail(database: Database, database_url: str) -> None:
    order = await place_order(database)
    settings = some_settings(
        DATABASE_URL=database_url, SMTP_URL="smtp://127.0.0.1:9", MAIL_FROM="shop@example.com"
    )
    app = create_app(settings)
    async with app.test_app():
        staff = await sign_in(app, database, "Bo", Role.SELLER)
        ((mail, _),) = await database.read(list_mails, order_id=order.id, kind="confirmation")
        assert "Resend" not in await staff.read(address_of(order))
        await database.write(lambda db: db.execute(update(mails).values(state="sent", due_at=None)))
        assert "Resend" in await staff.read(address_of(order))
        page = await follow(staff, await act(staff, order, "resend", {"mail": str(mail.id)}))
        assert "Mail sent again." in page
        response = await act(staff, order, "resend", {"mail": str(mail.id)})
        assert response.status_code == 409
    (entry,) = await database.read(list_entries, order.id)
    assert (entry.action, entry.actor) == ("resend", "Bo")


async def test_a_request_for_a_change_is_answered(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    await database.write(ask_for_change, order.id, "Two of Emma, please", datetime.now(UTC))
    page = await seller.read(address_of(order))
    assert "A Reader asks for a change. Two of Emma, please" in words_of(page)
    (request,) = await database.read(list_requests, order.id)
    page = await follow(seller, await act(seller, order, "close-request", {"request": request.id}))
    assert "The shopper’s request is answered." in page
    assert "asks for a change." not in page
    assert (await act(seller, order, "close-request", {"request": request.id})).status_code == 409


async def test_a_withdrawal_leads_to_its_refund(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    statement = Statement(order.name, "", order.email, copies={0: 1})
    right = WithdrawalRight("SG", "Asia/Singapore")
    stored = await database.write(withdraw, statement, order.id, right, Limits("a", "b"), datetime.now(UTC))
    html = await seller.read(address_of(order))
    assert re.search(r"A Reader withdraws from 1 × Emma. Received .* The refund is due by", words_of(html))
    assert f'/refund" name="request" value="{stored.id}"' in html


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({"review_reason": "amount"}, "The payment needs review."),
        ({"dispute": "lost"}, "The shopper’s bank took the payment back."),
        ({"dispute": "needs_response"}, "The shopper disputes the payment: needs response."),
        (
            {"fraud_warning": "made_with_stolen_card"},
            "The card’s bank suspects fraud: made with",
        ),
    ],
)
async def test_what_cannot_wait_stands_first(
    database: Database, seller: StaffClient, values: dict[str, str], shown: str
) -> None:
    order = await place_order(database)
    await database.write(lambda db: db.execute(update(orders).values(values)))
    assert shown in words_of(await seller.read(address_of(order)))


async def test_a_refund_that_failed_is_shown(database: Database, seller: StaffClient) -> None:
    order = await place_order(database)
    await database.write(add_refund, order, 500, "failed")
    assert "A refund of S$5.00 failed" in words_of(await seller.read(address_of(order)))
