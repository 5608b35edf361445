"""A cancelled order says why, and its books can be ordered again in one click."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import reserve_stock
from bookshop.database import Database
from bookshop.orders.order import CancelReason, OrderLine, PaymentState
from bookshop.orders.store import add_order
from bookshop.schema import books, orders
from tests.builders import a_book, an_order, store_book
from tests.payments.stripe_account import Account
from tests.shopper import Shopper, receipt_of, text_of, token_of

AGAIN = re.compile(r'action="(/orders/[\w-]+/again)"')
COPIES = re.compile(r'name="quantity" inputmode="numeric" autocomplete="off" value="(\d+)"')
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=9, price=2300))


async def cancelled(
    database: Database,
    quantities: dict[Book, int],
    reason: CancelReason = CancelReason.EXPIRED,
    basket: str = "b",
) -> str:
    """Store a cancelled order and return its receipt's address."""
    lines = tuple(OrderLine(b.isbn, b.title, b.byline, n, b.price) for b, n in quantities.items())
    order = an_order(
        lines=lines,
        placed_at=datetime.now(UTC) - timedelta(hours=1),
        payment=PaymentState.CANCELLED,
        cancel_reason=reason,
        basket_id=basket,
    )
    await database.write(add_order, order)
    return f"/orders/{order.token}"


@pytest.mark.parametrize(
    ("reason", "words", "offers_again"),
    [
        (CancelReason.EXPIRED, "and the order was not paid by then. <b>Nothing has been charged.</b>", True),
        (CancelReason.TOO_MANY_FAILURES, "Too many payments failed, so we closed it.", True),
        (CancelReason.REPLACED, "a later order has taken its place", False),
        (CancelReason.REFUSED, "Our payment service did not accept it.", True),
        (CancelReason.BY_SHOP, "we had to cancel it before it was paid. Nothing has been charged.", True),
        (CancelReason.AT_STRIPE, "It was not paid, and it can no longer be paid.", True),
        (CancelReason.NONE, "It was not paid, and it can no longer be paid.", True),
    ],
)
async def test_a_cancelled_order_says_why(
    shopper: Shopper, database: Database, book: Book, reason: CancelReason, words: str, offers_again: bool
) -> None:
    page = await shopper.read(await cancelled(database, {book: 2}, reason))
    assert words in page
    assert bool(AGAIN.search(page)) is offers_again


async def press(shopper: Shopper, receipt: str) -> str:
    """Press the receipt's button, and return the text of the page to which it leads."""
    found = AGAIN.search(await shopper.read(receipt))
    assert found
    answer = await shopper.post(found[1], {})
    assert answer.status_code == 303
    return await text_of(await shopper.get(answer.headers["Location"]))


async def test_the_books_are_in_the_basket_again_and_a_second_click_adds_none(
    shopper: Shopper, database: Database, book: Book
) -> None:
    other = await database.write(store_book, a_book("Persuasion", stock=9))
    receipt = await cancelled(database, {book: 2, other: 1})
    for _ in range(2):
        page = await press(shopper, receipt)
        assert COPIES.findall(page) == ["2", "1"]
        assert "Not all of your earlier order" not in page
    await shopper.post(f"/basket/{book.isbn}", {"quantity": "5"})
    assert COPIES.findall(await press(shopper, receipt)) == ["5", "1"]


async def test_what_can_no_longer_be_bought_is_told(shopper: Shopper, database: Database, book: Book) -> None:
    few = await database.write(store_book, a_book("Few", stock=2))
    gone = await database.write(store_book, a_book("Gone", stock=0))
    reserved = await database.write(store_book, a_book("Reserved", stock=1))
    unlisted = await database.write(store_book, a_book("Unlisted", stock=3))
    await database.write(reserve_stock, {reserved.isbn: 1}, "another order")
    await database.write(unlist, unlisted.isbn)
    receipt = await cancelled(database, {book: 1, few: 3, gone: 1, reserved: 1, unlisted: 1})
    page = await press(shopper, receipt)
    assert COPIES.findall(page) == ["1", "2"]
    for words in (
        "Few: fewer copies than before, now 2.",
        "Gone is no longer available.",
        "Reserved: all copies are reserved at the moment.",
        "We no longer sell one of the books.",
    ):
        assert words in page


def unlist(db: Connection, isbn: str) -> None:
    db.execute(books.update().where(books.c.isbn == isbn).values(is_listed=False))


async def test_one_book_is_bought_alone_again(shopper: Shopper, database: Database, book: Book) -> None:
    page = await press(shopper, await cancelled(database, {book: 1}, basket=""))
    assert "<h1>Your details</h1>" in page
    assert "Emma" in page


async def test_a_browser_without_cookies_learns_that_the_basket_needs_them(
    shop: Shop, database: Database, book: Book
) -> None:
    shopper = Shopper(shop.test_client(use_cookies=False))
    page = await press(shopper, await cancelled(database, {book: 2}))
    assert "Your basket needs cookies" in page


async def test_only_a_cancelled_order_is_ordered_again(shopper: Shopper, book: Book) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    answer = await shopper.post(f"{receipt_of(pay_page)}/again", {})
    assert (answer.status_code, answer.headers["Location"]) == (303, receipt_of(pay_page))
    assert (await shopper.post(f"/orders/{'x' * 22}/again", {})).status_code == 404


def clock(moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo('Asia/Singapore')):%-I:%M %p}"


def place_before(db: Connection, token: str, age: timedelta) -> datetime:
    """Let an order be placed so long ago, and return when it was."""
    placed_at = datetime.now(UTC) - age
    db.execute(orders.update().where(orders.c.token == token).values(placed_at=placed_at))
    return placed_at


async def test_pages_say_until_when_the_books_are_kept(
    shopper: Shopper, book: Book, database: Database, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    placed_at = await database.write(place_before, token_of(pay_page), MINUTE)
    for address in (pay_page, receipt_of(pay_page)):
        page = await shopper.read(address)
        end = re.search(r'We keep this book for you until <time datetime="([^"]+)">([^<]+)</time>', page)
        assert end, address
        assert datetime.fromisoformat(end[1]) == placed_at.replace(microsecond=0) + 10 * MINUTE
        assert end[2].endswith(clock(placed_at + 10 * MINUTE))
    await account.pay(await shopper.find_intent(pay_page), "pm_card_visa_chargeDeclined")
    page = await shopper.read(pay_page)
    assert (placed_at + 30 * MINUTE).isoformat(timespec="seconds") in page
    await database.write(place_before, token_of(pay_page), timedelta(hours=1))
    assert "We keep this book" not in await shopper.read(pay_page)
