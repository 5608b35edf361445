"""The page that pays money of an order back: the sum is in the button, and goes back once."""

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest

from bookshop.database import Database
from bookshop.fulfilment.collect import collect
from bookshop.fulfilment.timeline_store import find_version
from bookshop.office.refund_limit import set_refund_limit
from bookshop.orders.order import Order
from bookshop.payments.refund_store import list_refunds
from bookshop.schema import staff_sessions
from bookshop.shopper_requests.statement import Statement
from bookshop.shopper_requests.store import list_requests
from bookshop.shopper_requests.withdraw import Limits, withdraw
from bookshop.shopper_requests.withdrawal_right import WithdrawalRight
from tests.fulfilment.stored_orders import states_of
from tests.office.order.order_pages import act, address_of, follow, words, words_of
from tests.office.staff_client import StaffClient
from tests.payments.paid_orders import Buy, count_available, refunds_at_stripe
from tests.payments.stripe_account import Account

BUTTON = re.compile(r'name="confirm" value="(\d+)">(Refund [^<]*)</button>')


async def amounts(account: Account, order: Order) -> list[int]:
    return [made["amount"] for made in await refunds_at_stripe(account, order)]


async def test_a_book_is_refunded_and_for_sale_again(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    emma, persuasion = order.quantities
    chosen = {"what": "lines", f"copies-{emma}": "1", f"stock-{emma}": "yes"}
    page = str(await (await act(seller, order, "refund", chosen)).get_data(as_text=True))
    assert "Emma is for sale again." in words_of(page)
    assert "Stays paid S$26.00" in words_of(page)
    assert await amounts(account, order) == []
    button = BUTTON.search(page)
    assert button
    assert button.groups() == ("1200", "Refund S$12.00")
    page = await follow(seller, await act(seller, order, "refund", {**chosen, "confirm": "1200"}))
    assert "S$12.00 refunded: Emma." in page
    assert await amounts(account, order) == [1200]
    assert await database.read(count_available, order) == [4, 4]
    assert await database.read(states_of, order) == {
        emma: {"in_stock": 1, "cancelled": 1},
        persuasion: {"in_stock": 1},
    }


async def test_copies_that_were_sent_stay_unless_they_are_back(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    emma, persuasion = order.quantities
    await database.write(collect, order.id, 0, actor="Ana", now=datetime.now(UTC))
    page = await seller.read(address_of(order, "refund"))
    assert "sent, so no unless it is back" in page
    assert 'value="yes" checked' not in page
    kept = {"what": "lines", f"copies-{emma}": "1", "confirm": "1200"}
    await act(seller, order, "refund", kept)
    assert (await database.read(states_of, order))[emma] == {"collected": 2}
    back = {"what": "lines", f"copies-{persuasion}": "1", f"stock-{persuasion}": "yes", "confirm": "900"}
    await act(seller, order, "refund", back)
    assert (await database.read(states_of, order))[persuasion] == {"returned": 1}
    assert await amounts(account, order) == [900, 1200]


async def test_of_a_book_that_was_sent_in_part_the_rest_goes_back_to_the_shelf(
    database: Database, seller: StaffClient, buy: Buy
) -> None:
    order = await buy()
    emma, _ = order.quantities
    await database.write(collect, order.id, 0, {emma: 1}, actor="Ana", now=datetime.now(UTC))
    assert 'value="state" selected' in await seller.read(address_of(order, "refund"))
    chosen = {"what": "lines", f"copies-{emma}": "2", f"stock-{emma}": "state", "confirm": "2400"}
    await act(seller, order, "refund", chosen)
    assert (await database.read(states_of, order))[emma] == {"collected": 1, "cancelled": 1}


async def test_an_amount_or_all_that_is_left_goes_back(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    await act(seller, order, "refund", {"what": "amount", "amount": "2,50", "confirm": "250"})
    assert (await database.read(states_of, order))[order.lines[0].isbn] == {"in_stock": 2}
    await act(seller, order, "refund", {"what": "all", "confirm": "3550"})
    assert await amounts(account, order) == [3550, 250]
    assert (await database.read(states_of, order))[order.lines[0].isbn] == {"cancelled": 2}
    assert "Nothing is left to refund" in await seller.read(address_of(order, "refund"))


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"what": "amount", "amount": "lots"}, "“lots” is not an amount such as S$12.00."),
        (
            {"what": "amount", "amount": "99.00"},
            "S$99.00 is more than the S$38.00 that can still be",
        ),
    ],
)
async def test_what_is_wrong_is_said_beside_the_form(
    seller: StaffClient, account: Account, buy: Buy, typed: dict[str, str], problem: str
) -> None:
    order = await buy()
    page = str(await (await act(seller, order, "refund", {**typed, "confirm": "1"})).get_data(as_text=True))
    assert problem in words_of(page)
    assert not BUTTON.search(page)
    assert await amounts(account, order) == []


async def test_no_other_sum_goes_back_than_the_button_says(
    seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    response = await act(seller, order, "refund", {"what": "amount", "amount": "3.00", "confirm": "200"})
    assert response.status_code == 409
    assert "The sum has changed since it was shown." in await words(response)
    assert await amounts(account, order) == []


async def test_the_slip_follows_what_is_typed(seller: StaffClient, buy: Buy) -> None:
    order = await buy()
    response = await act(seller, order, "refund/preview", {"what": "all"}, htmx=True)
    page = await words(response)
    assert "Refund S$38.00" in page
    assert "Reason" not in page


async def test_the_loser_of_a_race_refunds_nothing(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    await database.write(collect, order.id, 0, actor="Mei", now=datetime.now(UTC))
    await act(seller, order, "note", {"note": "Ring first"})
    stale = {"version": "1", "what": "amount", "amount": "3.00", "confirm": "300"}
    response = await seller.post(address_of(order, "refund"), stale)
    assert response.status_code == 409
    page = str(await response.get_data(as_text=True))
    assert "by Ana at" in words_of(page)
    assert 'value="3.00"' in page
    assert await amounts(account, order) == []


async def test_above_the_limit_only_owners_refund_who_have_just_shown_who_they_are(
    database: Database, seller: StaffClient, owner: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    await database.write(set_refund_limit, "20.00")
    first = {"what": "amount", "amount": "15.00", "confirm": "1500"}
    await act(seller, order, "refund", first)
    second = {**first, "amount": "6.00", "confirm": "600"}
    response = await act(seller, order, "refund", second)
    assert response.status_code == 403
    assert "Only an owner pays back more than S$20.00 of an order." in await words(response)
    then = datetime.now(UTC) - timedelta(minutes=16)
    stale = staff_sessions.update().where(staff_sessions.c.staff_id == owner.member.id).values(proved_at=then)
    await database.write(lambda db: db.execute(stale))
    assert (
        await act(owner, order, "refund", {**first, "amount": "6.00", "confirm": "600"})
    ).status_code != 303
    assert await amounts(account, order) == [1500]
    fresh = stale.values(proved_at=datetime.now(UTC))
    await database.write(lambda db: db.execute(fresh))
    await act(owner, order, "refund", second)
    assert await amounts(account, order) == [600, 1500]


async def test_a_form_of_a_later_version_does_not_pass_the_limit(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    await database.write(set_refund_limit, "20.00")
    version = await database.read(find_version, order.id)
    forms = (
        {"version": str(version + more), "what": "amount", "amount": amount, "confirm": amount + "00"}
        for more, amount in enumerate(("15", "14"))
    )
    refund = address_of(order, "refund")
    await asyncio.gather(*(seller.post(refund, form) for form in forms))
    assert len(await amounts(account, order)) == 1


async def test_a_withdrawal_is_answered_and_closed(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    emma, _ = order.quantities
    statement = Statement(order.name, str(order.number), order.email, copies={0: 1})
    right = WithdrawalRight("SG", "Asia/Singapore")
    stored = await database.write(withdraw, statement, order.id, right, Limits("a", "b"), datetime.now(UTC))
    page = await seller.read(f"{address_of(order, 'refund')}?request={stored.id}")
    assert "This answers the withdrawal of" in page
    assert BUTTON.findall(page) == [("1200", "Refund S$12.00")]
    answer = {"request": stored.id, "what": "lines", f"copies-{emma}": "1", f"stock-{emma}": "yes"}
    await act(seller, order, "refund", {**answer, "confirm": "1200"})
    assert await amounts(account, order) == [1200]
    (request,) = await database.read(list_requests, order.id)
    assert request.closed_at
    response = await act(seller, order, "refund", {**answer, "confirm": "1200"})
    assert response.status_code == 409
    assert len(await database.read(list_refunds, order.id)) == 1


async def test_a_withdrawal_is_answered_once_by_requests_at_once(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    statement = Statement(order.name, str(order.number), order.email, copies={0: 1})
    right = WithdrawalRight("SG", "Asia/Singapore")
    stored = await database.write(withdraw, statement, order.id, right, Limits("a", "b"), datetime.now(UTC))
    version = str(await database.read(find_version, order.id))
    answer = {"version": version, "request": stored.id, "what": "amount", "amount": "9.00", "confirm": "900"}
    refund = address_of(order, "refund")
    responses = await asyncio.gather(*(seller.post(refund, answer) for _ in range(2)))
    # the second finds what the first did, or that it was faster
    assert {response.status_code for response in responses} <= {303, 409}
    preview = await seller.post(address_of(order, "refund/preview"), answer, htmx=True)
    assert preview.status_code == 409
    assert preview.headers["HX-Retarget"] == "#refund"
    assert "This withdrawal is closed" in await words(preview)
    assert await amounts(account, order) == [900]


async def test_a_withdrawal_that_named_no_known_order_is_answered_from_its_order(
    database: Database, seller: StaffClient, account: Account, buy: Buy
) -> None:
    order = await buy()
    statement = Statement(order.name, "my books", order.email.upper())
    right = WithdrawalRight("SG", "Asia/Singapore")
    stored = await database.write(withdraw, statement, "", right, Limits("a", "b"), datetime.now(UTC))
    assert "withdraws from “my books”, which names no known order." in await seller.read(address_of(order))
    page = await seller.read(f"{address_of(order, 'refund')}?request={stored.id}")
    assert BUTTON.findall(page) == [("3800", "Refund S$38.00")]
    await act(seller, order, "refund", {"request": stored.id, "what": "all", "confirm": "3800"})
    (request,) = await database.read(list_requests, order.id)
    assert request.closed_at
    assert await amounts(account, order) == [3800]
    assert "names no known order" not in await seller.read(address_of(order))
