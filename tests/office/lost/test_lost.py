"""The page of orders that a restored database does not have."""

import re

import pytest
from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.fulfilment.add_note import MAX_NOTE_CHARS
from bookshop.office.work.review_store import ReviewKind, list_review_items
from bookshop.orders.identity import find_shop_id
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.recovery.lost_order import LostOrder
from bookshop.recovery.lost_order_store import find_lost_order
from bookshop.recovery.refresh_lost_order import refresh_lost_order
from tests.audit import audit
from tests.builders import AN_ADDRESS, a_book, an_order, store_book
from tests.office.staff_client import StaffClient
from tests.payments.paid_orders import decide
from tests.payments.stripe_account import Account
from tests.shopper import text_of


@pytest.fixture
async def lost(database: Database, gateway: StripeGateway, account: Account) -> LostOrder:
    """Return a lost order of one copy of Emma, which is to be delivered."""
    book = await database.write(store_book, a_book("Emma"))
    order = an_order(book, name="Jane Reader", address=AN_ADDRESS)
    intent = await gateway.create_payment(order, await database.read(find_shop_id))
    await account.pay(intent.update.intent_id)
    lost = await refresh_lost_order(database, gateway, intent.update.intent_id)
    assert lost
    return lost


async def test_a_lost_order_is_listed_until_it_is_noted(
    database: Database, seller: StaffClient, lost: LostOrder
) -> None:
    today = await seller.read("/office")
    assert "paid S$18.90 for an order that the restored backup does not have" in today
    assert '<a href="/office/lost">Needs review</a><b>1</b> <small>with lost orders</small>' in today
    page = await seller.read("/office/lost")
    for words in (
        "S$18.90 from Jane Reader",
        "reader@example.com",
        "Emma",
        "8 Example Walk, #03-11",
        "count as for sale",
    ):
        assert words in page
    refused = await seller.post(f"/office/lost/{lost.intent_id}/done", {"note": " "})
    assert refused.status_code == 422
    assert "so that colleagues know" in await text_of(refused)
    assert [one.rule for one in await database.read(audit)] == ["lost"]
    noted = await seller.post(f"/office/lost/{lost.intent_id}/done", {"note": "Sent on Monday."})
    assert noted.headers["Location"] == "/office/lost?done=noted"
    page = await seller.read("/office/lost")
    assert "No paid order is missing." in page
    assert "Sent on Monday. Ana," in page
    assert not await database.read(list_lost_items)
    assert not await database.read(audit)


async def test_a_note_is_as_long_as_those_of_orders(
    database: Database, seller: StaffClient, lost: LostOrder
) -> None:
    await seller.post(f"/office/lost/{lost.intent_id}/done", {"note": "x" * (MAX_NOTE_CHARS + 1)})
    noted = await database.read(find_lost_order, lost.intent_id)
    assert noted
    assert noted.note == "x" * MAX_NOTE_CHARS


def list_lost_items(db: Connection) -> list[object]:
    return [item for item in list_review_items(db) if item.kind is ReviewKind.LOST_ORDER]


async def test_an_owner_refunds_a_lost_order_once(
    database: Database, owner: StaffClient, seller: StaffClient, account: Account, lost: LostOrder
) -> None:
    address = f"/office/lost/{lost.intent_id}/refund"
    assert address not in await seller.read("/office/lost")
    assert (await seller.post(address, {"amount": "1890"})).status_code == 403
    assert (await owner.post(address, {"amount": "1"})).status_code == 409
    assert (await owner.post(address, {"amount": "1890"})).status_code == 303
    # a second click, or a second tab
    assert (await owner.post(address, {"amount": "1890"})).status_code == 409
    refunds = await account.ask("GET", f"/v1/refunds?payment_intent={lost.intent_id}")
    assert [one["amount"] for one in refunds["data"]] == [1890]
    assert "All of it was refunded. Mei," in await owner.read("/office/lost")
    assert not await database.read(audit)


async def test_a_refund_asks_before_money_goes_back(owner: StaffClient, lost: LostOrder) -> None:
    page = await owner.read("/office/lost")
    asked = re.search(
        r'<details class="ask">\s*<summary [^>]*>Refund S\$18\.90 …(.*?)</details>', page, re.DOTALL
    )
    assert asked
    assert "S$18.90 goes back to Jane Reader, and the order is closed. This cannot be undone." in asked[1]
    assert f'action="/office/lost/{lost.intent_id}/refund"' in asked[1]
    assert page.count(f"{lost.intent_id}/refund") == 1


async def test_a_refund_that_stripe_does_not_answer_is_made_once(
    database: Database, owner: StaffClient, account: Account, lost: LostOrder
) -> None:
    address, form = f"/office/lost/{lost.intent_id}/refund", {"amount": "1890"}
    fault = {"kind": "reply-lost", "method": "POST", "path": "/v1/refunds", "times": "3"}
    await account.ask("POST", "/_control/faults", fault)
    failed = await owner.post(address, form)
    await account.ask("DELETE", "/_control/faults")
    assert failed.status_code == 502
    assert "Press Refund again" in await text_of(failed)
    assert (await owner.post(address, form)).status_code == 303
    refunds = await account.ask("GET", f"/v1/refunds?payment_intent={lost.intent_id}")
    assert [one["amount"] for one in refunds["data"]] == [1890]
    stored = await database.read(find_lost_order, lost.intent_id)
    assert stored
    assert (stored.refund_asked, stored.done_by) == (None, "Mei")


async def test_what_stripe_refuses_is_said_and_can_be_noted(
    owner: StaffClient, account: Account, lost: LostOrder
) -> None:
    await account.ask("POST", f"/_control/payments/{lost.intent_id}/dispute", {})
    refused = await owner.post(f"/office/lost/{lost.intent_id}/refund", {"amount": "1890"})
    assert refused.status_code == 409
    assert "Stripe refuses the refund of S$18.90" in await text_of(refused)
    assert (await owner.post(f"/office/lost/{lost.intent_id}/done", {"note": "Answered."})).status_code == 303


async def test_a_refund_that_fails_later_asks_for_a_person_and_can_be_made_again(
    database: Database, gateway: StripeGateway, owner: StaffClient, account: Account, lost: LostOrder
) -> None:
    address, form = f"/office/lost/{lost.intent_id}/refund", {"amount": "1890"}
    for failed in range(1, 3):
        assert (await owner.post(address, form)).status_code == 303
        refunds = await account.ask("GET", f"/v1/refunds?payment_intent={lost.intent_id}")
        assert len(refunds["data"]) == failed
        assert not await database.read(audit)
        await decide(account, f"refunds/{refunds['data'][0]['id']}", "failed")
        await refresh_lost_order(database, gateway, lost.intent_id)
        assert [one.rule for one in await database.read(audit)] == ["lost"]
        assert "A refund of S$18.90 failed." in await owner.read("/office/lost")


async def test_what_a_colleague_has_noted_is_neither_refunded_nor_overwritten(
    database: Database, seller: StaffClient, owner: StaffClient, account: Account, lost: LostOrder
) -> None:
    address = f"/office/lost/{lost.intent_id}"
    # pressed twice, it is noted once
    for _ in range(2):
        noted = await seller.post(f"{address}/done", {"note": "Sent on Monday."})
        assert noted.status_code == 303
    stored = await database.read(find_lost_order, lost.intent_id)
    for action, form in (("done", {"note": "Sent on Tuesday."}), ("refund", {"amount": "1890"})):
        refused = await owner.post(f"{address}/{action}", form)
        assert refused.status_code == 409
        assert re.search(r"Noted by Ana at \d+:\d\d.*: Sent on Monday\.", await text_of(refused))
    assert await database.read(find_lost_order, lost.intent_id) == stored
    refunds = await account.ask("GET", f"/v1/refunds?payment_intent={lost.intent_id}")
    assert refunds["data"] == []
