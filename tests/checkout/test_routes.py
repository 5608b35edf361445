"""From the book to the payment step, and every way in which that can go wrong on the way."""

from typing import Any

import pytest
from sqlalchemy import Connection

from bookshop.app import create_app
from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available, release_stock, reserve_stock
from bookshop.database import Database
from bookshop.orders.order import Order, PaymentState
from bookshop.orders.store import add_order, find_order
from bookshop.schema import books
from tests.builders import a_book, an_order, some_settings, store_book
from tests.payments.stripe_account import Account
from tests.processes import free_port
from tests.shopper import DETAILS, HIDDEN_FIELD, Shopper, intent_of, receipt_of, text_of, token_of

DELIVERED: dict[str, Any] = {
    "delivery": "deliver",
    "street": "8 Example Walk, #03-11",
    "city": "Singapore",
    "postcode": "098585",
    "country": "SG",
}


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=3, price=2300))


def set_price(db: Connection, isbn: str, minor: int) -> None:
    db.execute(books.update().where(books.c.isbn == isbn).values(price_minor=minor))


async def test_buying_one_book_needs_no_basket(shopper: Shopper, book: Book, account: Account) -> None:
    answer = await shopper.place(book.isbn)
    assert answer.status_code == 303
    page = await shopper.read(answer.headers["Location"])
    assert ">Pay S$23.00</button>" in page
    assert 'data-retry="Try again: pay S$23.00"' in page
    intent = await account.read(intent_of(page))
    assert (intent["amount"], intent["currency"]) == (2300, "sgd")


async def test_htmx_gets_the_payment_step_at_its_own_address(
    shopper: Shopper, book: Book, account: Account
) -> None:
    before = await account.list_calls("GET")
    answer = await shopper.place(book.isbn, htmx=True)
    fragment = await text_of(answer)
    assert fragment.startswith('<div id="checkout">')
    assert answer.headers["HX-Push-Url"].startswith("/checkout/")
    assert intent_of(fragment)
    assert await account.list_calls("GET") == before


async def test_delivery_costs_its_fee_and_goes_to_stripe_with_the_address(
    shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn, **DELIVERED)
    intent = await account.read(await shopper.find_intent(pay_page))
    assert intent["amount"] == 2300 + 400
    assert intent["shipping"]["address"]["postal_code"] == "098585"
    assert "8 Example Walk, #03-11" in await shopper.read(receipt_of(pay_page))


async def test_reload_a_second_tab_and_back_use_one_intent(
    shopper: Shopper, book: Book, account: Account
) -> None:
    form = {**await shopper.open_form(book.isbn), **DETAILS}
    pages = [(await shopper.post("/checkout", form)).headers["Location"] for _ in range(2)]
    pages.append(await shopper.place_and_pay_page(book.isbn))
    intents = {await shopper.find_intent(page) for page in pages for _ in range(2)}
    assert len(intents) == 1
    assert len(set(pages)) == 1


async def test_what_was_typed_is_there_again_after_going_back(shopper: Shopper, book: Book) -> None:
    await shopper.place(book.isbn, **DELIVERED)
    page = await shopper.read(f"/checkout?item={book.isbn}")
    assert 'value="reader@example.com"' in page
    assert 'value="8 Example Walk, #03-11"' in page


async def test_an_order_changed_after_going_back_is_one_order_with_one_open_intent(
    shopper: Shopper, book: Book, database: Database, account: Account
) -> None:
    first = await shopper.place_and_pay_page(book.isbn)
    intent = await shopper.find_intent(first)
    second = await shopper.place_and_pay_page(book.isbn, name="Another Reader")
    assert second != first
    assert (await account.read(intent))["status"] == "canceled"
    assert await database.read(find_available, book.isbn) == 2


@pytest.mark.parametrize("htmx", [True, False])
async def test_bad_details_come_back_with_everything_that_was_typed(
    shopper: Shopper, book: Book, htmx: bool
) -> None:
    typed = {**DELIVERED, "email": "ada@", "name": "Ada “Reader” <b>", "postcode": "0985", "street": ""}
    answer = await shopper.place(book.isbn, htmx=htmx, **typed)
    page = await text_of(answer)
    assert answer.status_code == 422
    assert 'value="ada@"' in page
    assert 'value="Ada “Reader” &lt;b&gt;"' in page
    assert 'value="0985"' in page
    assert "Three things to check" in page
    for field in ("email", "street", "postcode"):
        assert f'id="{field}-problem"' in page
        assert f'{field}-problem"' in page.split(f'name="{field}"')[1].split(">")[0]
    assert page.count("autofocus") == 1
    assert "autofocus" in page.split('name="email"')[1].split(">")[0]


async def test_what_cannot_be_seen_is_left_out(shopper: Shopper, book: Book) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn, name="Ada\x00 \x1bReader\r\nBcc: x")
    assert "Kept for</dt><dd>Ada Reader Bcc: x</dd>" in await shopper.read(receipt_of(pay_page))


async def test_no_address_is_asked_for_when_the_books_are_collected(shopper: Shopper, book: Book) -> None:
    empty: dict[str, Any] = {"street": "", "city": "", "postcode": "", "country": ""}
    assert (await shopper.place(book.isbn, **empty)).status_code == 303


async def test_a_country_that_we_do_not_deliver_to_is_refused_kindly(shopper: Shopper, book: Book) -> None:
    answer = await shopper.place(book.isbn, **{**DELIVERED, "country": "AQ"})
    assert answer.status_code == 422
    assert "We don’t deliver there yet." in await text_of(answer)


@pytest.mark.parametrize("fingerprint", ["1", "", "-2300", "2300.0", "x"])
async def test_a_price_that_was_tampered_with_changes_nothing(
    shopper: Shopper, book: Book, database: Database, account: Account, fingerprint: str
) -> None:
    before = await account.list_calls("POST")
    answer = await shopper.place(book.isbn, quote_fingerprint=fingerprint)
    page = await text_of(answer)
    assert answer.status_code == 422
    assert "Something about these books has changed" in page
    assert "S$23.00" in page
    assert 'value="reader@example.com"' in page
    assert await database.read(find_available, book.isbn) == 3
    assert await account.list_calls("POST") == before


async def test_a_price_that_we_changed_meanwhile_is_shown_before_it_is_asked_for(
    shopper: Shopper, book: Book, database: Database
) -> None:
    form = {**await shopper.open_form(book.isbn), **DETAILS}
    await database.write(set_price, book.isbn, 2500)
    answer = await shopper.post("/checkout", form)
    assert answer.status_code == 422
    assert "S$25.00" in await text_of(answer)
    assert (await shopper.place(book.isbn)).status_code == 303


async def test_a_basket_emptied_in_another_tab_loses_nothing_typed(shopper: Shopper, book: Book) -> None:
    await shopper.put_in_basket(book.isbn)
    form = {**await shopper.open_form(), **DETAILS}
    await shopper.post(f"/basket/{book.isbn}", {"quantity": "0"})
    answer = await shopper.post("/checkout", form)
    page = await text_of(answer)
    assert answer.status_code == 422
    assert "Your basket is empty." in page
    assert "No order was placed." in page
    assert 'value="reader@example.com"' in page


@pytest.mark.parametrize(
    ("item", "status", "words"),
    [
        ("9780000000002", 404, "We don’t have that book."),
        ("nonsense", 404, "We don’t have that book."),
        ("' OR 1=1", 404, "We don’t have that book."),
    ],
)
async def test_a_book_that_does_not_exist_has_its_page(
    shopper: Shopper, item: str, status: int, words: str
) -> None:
    page = await shopper.read(f"/checkout?item={item}", status=status)
    assert words in page
    assert "<form" not in page


async def test_a_book_that_is_gone_has_its_page(shopper: Shopper, database: Database) -> None:
    gone = await database.write(store_book, a_book("Gone", stock=0))
    page = await shopper.read(f"/checkout?item={gone.isbn}", status=409)
    assert "Gone is not on our shelves at the moment." in page
    assert "<form" not in page


async def test_a_book_that_is_only_reserved_has_its_page(
    shopper: Shopper, book: Book, database: Database
) -> None:
    await database.write(reserve_stock, {book.isbn: 3}, "another order")
    page = await shopper.read(f"/checkout?item={book.isbn}", status=409)
    assert "All copies of Emma are reserved at the moment." in page
    assert "some may become available again" in page


async def test_an_empty_basket_has_nothing_to_check_out(shopper: Shopper, book: Book) -> None:
    page = await shopper.read("/checkout")
    assert "Your basket is empty. The shelves are not." in page
    assert book.title in page


async def test_the_loser_of_a_race_sees_what_is_left_and_goes_on(
    shopper: Shopper, book: Book, database: Database
) -> None:
    other = await database.write(store_book, a_book("Persuasion", stock=5))
    await shopper.put_in_basket(book.isbn, 3)
    await shopper.put_in_basket(other.isbn)
    form = {**await shopper.open_form(), **DETAILS}
    await database.write(reserve_stock, {book.isbn: 2}, "another order")
    answer = await shopper.post("/checkout", form)
    page = await text_of(answer)
    assert answer.status_code == 409
    assert "Only 1 left, so we changed the number from 3 to 1." in page
    assert 'value="reader@example.com"' in page
    assert "4 books" in await shopper.read("/basket")
    seen = {**dict(HIDDEN_FIELD.findall(page)), **DETAILS}
    assert (await shopper.post("/checkout", seen)).status_code == 303
    assert "2 books" in await shopper.read("/basket")


async def test_a_shortage_is_shown_with_the_form_that_buys_the_rest(
    shopper: Shopper, book: Book, database: Database
) -> None:
    await shopper.put_in_basket(book.isbn, 3)
    await database.write(reserve_stock, {book.isbn: 2}, "another order")
    page = await shopper.read("/checkout")
    assert "Only 1 left, so we changed the number from 3 to 1." in page
    assert "3 books" in await shopper.read("/basket")
    pay_page = await shopper.place_and_pay_page()
    order = await database.read(find_order, token_of(pay_page))
    assert order
    assert order.quantities == {book.isbn: 1}


@pytest.mark.parametrize("item", [True, False])
async def test_books_that_are_gone_when_the_form_is_sent_lose_nothing_typed(
    shopper: Shopper, book: Book, database: Database, item: bool
) -> None:
    await shopper.put_in_basket(book.isbn)
    form = {**await shopper.open_form(book.isbn if item else ""), **DETAILS}
    await database.write(reserve_stock, {book.isbn: 3}, "another order")
    answer = await shopper.post("/checkout", form)
    page = await text_of(answer)
    assert answer.status_code == 409
    assert "Someone was faster." in page
    assert "No order was placed." in page
    again = dict(HIDDEN_FIELD.findall(page))
    assert again == form
    await database.write(release_stock, {book.isbn: 3}, "another order")
    assert (await shopper.post("/checkout", form)).status_code == 303


async def test_a_basket_of_books_that_are_gone_is_not_called_empty(
    shopper: Shopper, book: Book, database: Database
) -> None:
    await shopper.put_in_basket(book.isbn)
    await database.write(reserve_stock, {book.isbn: 3}, "another order")
    page = await shopper.read("/checkout", status=409)
    assert "All copies of Emma are reserved at the moment." in page
    assert "is empty" not in page


async def test_back_leads_to_where_the_books_came_from(shopper: Shopper, book: Book) -> None:
    await shopper.put_in_basket(book.isbn)
    assert '<a href="/basket">Back to the basket</a>' in await shopper.read("/checkout")
    alone = await shopper.read(f"/checkout?item={book.isbn}")
    assert f'<a href="/books/{book.isbn}">Back to the book</a>' in alone
    assert 'href="/basket"' not in alone


@pytest.mark.parametrize("name", ["Dr. Mei Tan", "van der Berg", "O’Brien", "陳 美玲"])
async def test_a_receipt_greets_with_the_whole_name(
    shopper: Shopper, book: Book, account: Account, name: str
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn, name=name)
    await account.pay(await shopper.find_intent(pay_page))
    assert f"Thank&nbsp;you, {name}.</h1>" in await shopper.read(receipt_of(pay_page))


async def test_a_paid_order_leads_from_its_payment_page_to_its_receipt(
    shopper: Shopper, book: Book, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.pay(await shopper.find_intent(pay_page))
    answer = await shopper.get(pay_page)
    assert (answer.status_code, answer.headers["Location"]) == (303, receipt_of(pay_page))
    assert "Thank&nbsp;you, Ada Reader." in await shopper.read(receipt_of(pay_page))


async def test_what_was_bought_leaves_the_basket_and_what_was_not_stays(
    shopper: Shopper, book: Book, database: Database, account: Account
) -> None:
    other = await database.write(store_book, a_book("Persuasion", stock=5))
    await shopper.put_in_basket(book.isbn, 2)
    pay_page = await shopper.place_and_pay_page()
    await shopper.put_in_basket(other.isbn)
    await account.pay(await shopper.find_intent(pay_page))
    await shopper.read(receipt_of(pay_page))
    basket = await shopper.read("/basket")
    assert "Persuasion</a></h2>" in basket
    assert "Emma</a></h2>" not in basket


async def test_buying_one_book_at_once_leaves_the_basket_alone(
    shopper: Shopper, book: Book, account: Account
) -> None:
    await shopper.put_in_basket(book.isbn, 2)
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.pay(await shopper.find_intent(pay_page))
    await shopper.read(receipt_of(pay_page))
    assert "2 books" in await shopper.read("/basket")


async def test_without_javascript_the_payment_page_offers_the_hosted_page(
    shopper: Shopper, book: Book
) -> None:
    page = await shopper.read(await shopper.place_and_pay_page(book.isbn))
    notice = page.split('<div class="notice warn without-script">')[1].split("</div>")[0]
    assert "Paying on this page needs JavaScript" in notice


async def test_a_payment_page_cannot_be_guessed(shopper: Shopper) -> None:
    for token in ("x" * 22, "1", "%2e%2e", "%00"):
        assert (await shopper.get(f"/checkout/{token}")).status_code in (400, 404)


@pytest.fixture
async def cut_off(database_url: str) -> Shopper:
    """A shopper of a shop that cannot reach Stripe."""
    settings = some_settings(DATABASE_URL=database_url, STRIPE_API_BASE=f"http://127.0.0.1:{free_port()}")
    return Shopper(create_app(settings).test_client())


async def test_an_order_survives_stripe_being_down(
    cut_off: Shopper, shopper: Shopper, book: Book, database: Database
) -> None:
    answer = await cut_off.place(book.isbn, htmx=True)
    page = await text_of(answer)
    assert answer.status_code == 200
    assert "We can’t reach our payment service at the moment" in page
    pay_page = answer.headers["HX-Push-Url"]
    order = await database.read(find_order, token_of(pay_page))
    assert order
    assert await database.read(find_available, book.isbn) == 2
    assert "Try again" in await cut_off.read(pay_page)
    again = await shopper.post(pay_page, {}, htmx=True)
    assert intent_of(await text_of(again))


async def test_checkout_pages_allow_stripe_and_keep_their_address_private(
    shopper: Shopper, book: Book
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn)
    for path in (f"/checkout?item={book.isbn}", pay_page):
        headers = (await shopper.get(path)).headers
        assert (headers["Referrer-Policy"], headers["X-Robots-Tag"]) == ("same-origin", "noindex"), path
        assert "frame-src http://127.0.0.1" in headers["Content-Security-Policy"], path
        assert headers["Cache-Control"] == "no-store", path


async def test_an_order_that_stripe_was_never_asked_about_is_not_looked_for_there(
    shopper: Shopper, database: Database, book: Book, account: Account
) -> None:
    unpaid = await database.write(store_order, an_order(book))
    cancelled = await database.write(store_order, an_order(book, payment=PaymentState.CANCELLED))
    before = await account.list_calls("GET")
    assert "Try again" in await shopper.read(f"/checkout/{unpaid.token}")
    answer = await shopper.get(f"/checkout/{cancelled.token}")
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/orders/{cancelled.token}")
    assert await account.list_calls("GET") == before


def store_order(db: Connection, order: Order) -> Order:
    add_order(db, order)
    return order
