"""However often a payment page is requested, Stripe is asked rarely."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.checkout import context
from bookshop.database import Database
from bookshop.orders.token_bucket import READS_PER_SECOND, TokenBucket
from bookshop.schema import payment_attempts
from tests.builders import a_book, store_book
from tests.payments.stripe_account import Account
from tests.shopper import CLIENT_SECRET, Shopper, text_of

REQUESTS, MAX_READS = 100, 6


@pytest.fixture
async def pay_page(shopper: Shopper, database: Database) -> str:
    book: Book = await database.write(store_book, a_book("Emma", stock=9))
    return await shopper.place_and_pay_page(book.isbn)


async def count_requests(account: Account) -> int:
    return sum([len(await account.list_calls(method)) for method in ("GET", "POST")])


async def test_a_payment_page_requested_a_hundred_times_is_read_a_few_times(
    shop: Shop, shopper: Shopper, pay_page: str, account: Account
) -> None:
    before = await count_requests(account)
    pages = await asyncio.gather(*(text_get(Shopper(shop.test_client()), pay_page) for _ in range(REQUESTS)))
    assert await count_requests(account) - before <= MAX_READS
    assert any(CLIENT_SECRET.search(page) for page in pages)
    waiting = [page for page in pages if not CLIENT_SECRET.search(page)]
    assert len(waiting) >= REQUESTS - MAX_READS
    assert all("One moment, please" in page and pay_page in page for page in waiting)


async def text_get(shopper: Shopper, path: str) -> str:
    return await text_of(await shopper.get(path))


async def test_a_page_that_waits_loads_itself_again_and_then_has_the_form(
    shopper: Shopper, pay_page: str, database: Database
) -> None:
    for _ in range(MAX_READS):
        answer = await shopper.get(pay_page)
        assert CLIENT_SECRET.search(await text_of(answer))
        assert "Refresh" not in answer.headers
    answer = await shopper.get(pay_page)
    assert int(answer.headers["Refresh"]) > 0
    assert not CLIENT_SECRET.search(await text_of(answer))
    await database.write(pass_time)
    assert CLIENT_SECRET.search(await text_get(shopper, pay_page))


def pass_time(db: Connection) -> None:
    """Let eleven seconds pass since the payment page was read first."""
    db.execute(payment_attempts.update().values(reads_since=datetime.now(UTC) - timedelta(seconds=11)))


async def test_a_hosted_page_that_was_opened_is_offered_without_asking_stripe(
    shopper: Shopper, pay_page: str, account: Account
) -> None:
    assert (await shopper.post(f"{pay_page}/hosted", {})).status_code == 303
    pages = [await text_get(shopper, pay_page)]
    before = await count_requests(account)
    pages += [await text_get(shopper, pay_page) for _ in range(20)]
    assert all("You have started to pay on Stripe’s page" in page for page in pages)
    assert await count_requests(account) - before <= MAX_READS


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock of the limit on opened payments, which the next shop makes."""
    monkeypatch.setattr(context, "TokenBucket", partial(TokenBucket, clock=lambda: 0.0))


@pytest.mark.usefixtures("stopped_clock")
@pytest.mark.parametrize("path", ["", "/hosted"], ids=["card form", "hosted page"])
async def test_one_process_opens_a_bounded_number_of_payments(
    shopper: Shopper, pay_page: str, account: Account, path: str
) -> None:
    before = await count_requests(account)
    answers = [await shopper.post(f"{pay_page}{path}", {}) for _ in range(REQUESTS)]
    assert {answer.status_code for answer in answers} == {303}
    # the first hosted page also closes the card form
    assert 0 < await count_requests(account) - before <= READS_PER_SECOND + 3
