"""The receipt: honest in every state, asked for seldom, seen with its token only."""

import asyncio
import re
from datetime import UTC, datetime

import pytest

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.database import Database
from bookshop.fulfilment.ship import ship
from bookshop.orders.store import find_order
from bookshop.payments.reconcile import MIN_REFRESH_INTERVAL
from tests.builders import a_book, store_book
from tests.checkout.test_routes import DELIVERED
from tests.payments.stripe_account import Account
from tests.shopper import Shopper, receipt_of
from tests.test_budgets import counting

# the order and its lines, and again when another request has read Stripe a moment ago
MAX_STATEMENTS = 5


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=9, price=2300))


@pytest.mark.parametrize(
    ("method", "words", "asks_again"),
    [
        ("pm_card_visa", "Thank&nbsp;you, Ada Reader.", False),
        ("pm_card_processing", "Waiting for your payment to be confirmed.", True),
        ("pm_card_threeDSecure2Required", "Your bank wants to make sure it is you.", True),
        ("pm_card_visa_chargeDeclined", "The last payment did not go through.", False),
        ("", "Nothing has been charged.", False),
    ],
)
async def test_every_outcome_has_its_own_words(
    shopper: Shopper, book: Book, account: Account, method: str, words: str, asks_again: bool
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    if method:
        await account.pay(await shopper.find_intent(pay_page), method)
    page = await shopper.read(receipt_of(pay_page))
    assert words in page
    assert ("data-hx-trigger" in page) == asks_again
    assert ("http-equiv" in page) == asks_again
    assert ('id="charge-id"' in page) == (method == "pm_card_visa")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("grabpay", "Your wallet or bank is waiting for you."),
        ("paynow", "The QR code is waiting to be scanned."),
    ],
)
@pytest.mark.parametrize("is_receipt", [True, False])
async def test_a_payment_without_a_card_has_its_own_words(
    shopper: Shopper, book: Book, account: Account, kind: str, words: str, is_receipt: bool
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.start(await shopper.find_intent(pay_page), kind)
    page = await shopper.read(receipt_of(pay_page) if is_receipt else pay_page)
    assert words in page
    assert "Your bank wants" not in page


@pytest.mark.parametrize(
    ("kind", "words"), [("grabpay", "Paid with GrabPay"), ("paynow", "Paid with PayNow")]
)
async def test_a_receipt_without_a_card_names_the_method(
    shopper: Shopper, book: Book, account: Account, kind: str, words: str
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await shopper.find_intent(pay_page)
    await account.start(intent, kind)
    await account.complete(intent)
    page = await shopper.read(receipt_of(pay_page))
    assert words in page
    assert "<dt>Card</dt>" not in page


async def test_a_cancelled_payment_is_a_cancelled_order(
    shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.cancel(await shopper.find_intent(pay_page))
    assert "This order was cancelled" in await shopper.read(receipt_of(pay_page))


async def test_the_receipt_has_all_that_was_bought_and_paid(
    shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await shopper.find_intent(pay_page)
    await account.pay(intent, "pm_card_amex")
    page = await shopper.read(receipt_of(pay_page))
    charge = (await account.read(intent))["latest_charge"]
    assert f'<code id="charge-id">{charge}</code>' in page
    assert "American Express" in page
    assert "0005" in page
    assert "Emma" in page
    assert '<dd class="total">S$23.00</dd>' in page
    assert "<dd>1001</dd>" in page


async def test_however_many_poll_stripe_is_read_once_in_an_interval(
    shop: Shop, shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await shopper.find_intent(pay_page)
    before = await account.count_calls("GET", f"/v1/payment_intents/{intent}")
    started = asyncio.get_running_loop().time()
    path = f"{receipt_of(pay_page)}/status"
    await asyncio.gather(*(Shopper(shop.test_client()).read(path, htmx=True) for _ in range(30)))
    intervals = 1 + (asyncio.get_running_loop().time() - started) // MIN_REFRESH_INTERVAL.total_seconds()
    asked = await account.count_calls("GET", f"/v1/payment_intents/{intent}") - before
    assert 1 <= asked <= intervals


async def test_the_shop_chooses_the_delay_between_polls(
    shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.pay(await shopper.find_intent(pay_page), "pm_card_threeDSecure2Required")
    delays = []
    path = f"{receipt_of(pay_page)}/status?polls=0"
    for _ in range(60):
        fragment = await shopper.read(path, htmx=True)
        found = re.search(r'data-hx-get="([^"]+)" data-hx-trigger="load delay:([\d.]+)s"', fragment)
        assert found
        path = found[1]
        delays.append(float(found[2]))
    assert delays == sorted(delays)
    assert (delays[0], delays[-1]) == (0.3, 30)


@pytest.mark.parametrize("turn", ["-5", "x", "9" * 30, "%00"])
async def test_an_odd_number_of_polls_does_no_harm(shopper: Shopper, book: Book, turn: str) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    answer = await shopper.get(f"{receipt_of(pay_page)}/status?polls={turn}", htmx=True)
    assert answer.status_code in (200, 400)


async def test_a_receipt_is_not_shown_without_its_token(
    shop: Shop, shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    intent = await shopper.find_intent(pay_page)
    await account.pay(intent)
    await shopper.read(receipt_of(pay_page))
    stranger = Shopper(shop.test_client())
    for guess in ("1001", intent, "x" * 22, receipt_of(pay_page)[:-1].split("/")[-1]):
        for path in (f"/orders/{guess}", f"/orders/{guess}/status"):
            assert (await stranger.get(path)).status_code == 404
    assert "Ada" in await stranger.read(receipt_of(pay_page))


async def test_a_poll_takes_a_bounded_number_of_statements(
    shopper: Shopper, book: Book, account: Account, database: Database
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.pay(await shopper.find_intent(pay_page), "pm_card_threeDSecure2Required")
    path = f"{receipt_of(pay_page)}/status"
    await shopper.read(path)
    assert sum([await count_statements(shopper, path) for _ in range(5)]) <= 5 * MAX_STATEMENTS


async def test_a_receipt_keeps_its_address_private(shopper: Shopper, book: Book) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    for path in (receipt_of(pay_page), f"{receipt_of(pay_page)}/status", pay_page):
        headers = (await shopper.get(path)).headers
        assert (headers["Referrer-Policy"], headers["X-Robots-Tag"]) == ("same-origin", "noindex"), path


async def test_a_receipt_takes_no_more_statements_than_it_shows(
    shopper: Shopper, book: Book, account: Account, database: Database
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn, **DELIVERED)
    receipt = receipt_of(pay_page)
    await account.pay(await shopper.find_intent(pay_page))
    await shopper.read(receipt)
    order = await database.read(find_order, receipt.rpartition("/")[2])
    assert order
    # the order and its lines, its copies, its timeline and its refunds
    assert await count_statements(shopper, receipt) == 5
    await database.write(ship, order.id, 0, tracking="RR1", actor="anna", now=datetime.now(UTC))
    # and its parcels
    assert await count_statements(shopper, receipt) == 6


async def test_a_receipt_of_an_unpaid_order_reads_nothing_that_follows_a_payment(
    shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.cancel(await shopper.find_intent(pay_page))
    await shopper.read(receipt_of(pay_page))
    # the order and its lines, and for the books below it the displays and the newest books
    assert await count_statements(shopper, receipt_of(pay_page)) == 4


async def test_the_receipt_of_a_cancelled_order_shows_other_books(
    shopper: Shopper, book: Book, account: Account, database: Database
) -> None:
    await database.write(store_book, a_book("Persuasion"))
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.cancel(await shopper.find_intent(pay_page))
    page = await shopper.read(receipt_of(pay_page))
    further = page[page.index('id="further-heading"') :]
    assert "Persuasion" in further
    assert book.title not in further


async def count_statements(shopper: Shopper, path: str) -> int:
    """Return the number of statements that a page takes."""
    with counting() as seen:
        await shopper.read(path)
    return sum(not text.startswith(("BEGIN", "COMMIT")) for text in seen)
