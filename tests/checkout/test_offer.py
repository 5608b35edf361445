"""Copies that are not on the shelf are sold as such, and never reserved."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bookshop.basket.basket import Basket, BasketLine
from bookshop.basket.pricing import price_basket
from bookshop.catalogue.book import Book
from bookshop.catalogue.stock import find_available, reserve_stock, return_stock
from bookshop.checkout.details import CheckoutDetails
from bookshop.checkout.draft_order import draft_order, new_token
from bookshop.checkout.offer import add_copies, load_offer
from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database
from bookshop.orders.attempt_store import set_payment_ids
from bookshop.orders.order import Order, OrderLine
from bookshop.orders.store import find_order
from bookshop.payments.apply_payment_update import apply_payment_update
from bookshop.schema import books
from bookshop.trade.availability import AvailabilityKind, Supply
from tests.audit import audit
from tests.builders import a_book, an_order, payment_update, sgd, store_book, with_intent
from tests.payments.stripe_account import Account
from tests.shopper import DETAILS, Shopper, receipt_of, text_of, token_of

# the last second of a day in Singapore is still that day
THEIR_DAY = datetime(2031, 3, 4, 15, 59, 59, tzinfo=UTC)
ORDERED = Supply("21", lead_days=5)
COMING = Supply("10", on_sale=THEIR_DAY)


async def line_of(database: Database, pay_page: str) -> OrderLine:
    order = await database.read(find_order, token_of(pay_page))
    assert order
    return order.lines[0]


async def test_a_book_that_is_ordered_in_is_bought_without_a_copy_on_the_shelf(
    shopper: Shopper, database: Database, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=0, supply=ORDERED))
    page = await shopper.read(f"/books/{book.isbn}/{book.slug}")
    assert "Ordered in for you, about 5 days" in page
    pay_page = await shopper.place_and_pay_page(book.isbn)
    line = await line_of(database, pay_page)
    assert (line.kind, line.to_order, line.days, line.not_before) == (AvailabilityKind.ORDER, 1, 5, None)
    await account.pay(await shopper.find_intent(pay_page))
    receipt = await shopper.read(receipt_of(pay_page))
    assert "Thank&nbsp;you" in receipt
    assert "Ordered in for you, about 5 days" in receipt
    assert re.search(r"<b>Waiting for your book</b><p>About \d+ \w+ \d{4}</p>", receipt)
    assert "Being put behind the till" not in receipt
    assert await database.read(audit) == ()


async def test_a_pre_order_is_paid_now_and_keeps_its_day(
    shopper: Shopper, database: Database, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=0, supply=COMING))
    assert "Pre-order: out on 4 March 2031" in await shopper.read(f"/books/{book.isbn}/{book.slug}")
    pay_page = await shopper.place_and_pay_page(book.isbn)
    await account.pay(await shopper.find_intent(pay_page))
    receipt = await shopper.read(receipt_of(pay_page))
    assert "Pre-order: out on 4 March 2031" in receipt
    assert "<b>Waiting for your book</b><p>Until 4 March 2031</p>" in receipt
    line = await line_of(database, pay_page)
    assert (line.kind, line.to_order, line.not_before) == (AvailabilityKind.PREORDER, 1, THEIR_DAY)


async def test_copies_that_came_before_their_day_are_reserved_and_do_not_leave(
    shopper: Shopper, database: Database
) -> None:
    book = await database.write(store_book, a_book(stock=2, supply=Supply(on_sale=THEIR_DAY)))
    line = await line_of(database, await shopper.place_and_pay_page(book.isbn))
    assert (line.kind, line.to_order, line.not_before) == (AvailabilityKind.PREORDER, 0, THEIR_DAY)
    assert await database.read(find_available, book.isbn) == 1


async def test_what_the_shelf_lacks_is_ordered_in(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book(stock=1, supply=ORDERED))
    await shopper.put_in_basket(book.isbn, 3)
    assert "1 on our shelves, 2 ordered in, about 5 days" in await shopper.read("/basket")
    line = await line_of(database, await shopper.place_and_pay_page())
    assert (line.quantity, line.kind, line.to_order) == (3, AvailabilityKind.ORDER, 2)
    assert await database.read(find_available, book.isbn) == 0


async def test_a_shopper_confirms_when_a_copy_from_the_shelf_becomes_one_to_order(
    shopper: Shopper, database: Database, account: Account
) -> None:
    book = await database.write(store_book, a_book(stock=1, supply=ORDERED))
    form = {**await shopper.open_form(book.isbn), **DETAILS}
    await database.write(reserve_stock, {book.isbn: 1}, "another order")
    before = await account.list_calls("POST")
    answer = await shopper.post("/checkout", form)
    page = await text_of(answer)
    assert answer.status_code == 422
    assert "Something about these books has changed" in page
    assert "Ordered in for you, about 5 days" in page
    assert await account.list_calls("POST") == before
    assert (await shopper.place(book.isbn)).status_code == 303


async def test_a_shopper_learns_that_a_copy_is_no_longer_available(
    shopper: Shopper, database: Database
) -> None:
    other = await database.write(store_book, a_book("Persuasion"))
    book = await database.write(store_book, a_book(stock=0, supply=ORDERED))
    await shopper.put_in_basket(other.isbn)
    await shopper.put_in_basket(book.isbn, 2)
    form = {**await shopper.open_form(), **DETAILS}
    await database.write(withdraw_supply, book.isbn)
    answer = await shopper.post("/checkout", form)
    assert answer.status_code == 409
    assert "There are none left at the moment, so we took it out." in await text_of(answer)
    assert (await shopper.place()).status_code == 303


def withdraw_supply(db: Connection, isbn: str) -> None:
    db.execute(books.update().where(books.c.isbn == isbn).values(supply="51"))


async def test_a_book_that_may_not_be_sold_is_not(shopper: Shopper, database: Database) -> None:
    recalled = await database.write(store_book, a_book(stock=3, supply=Supply("49")))
    unpriced = await database.write(store_book, a_book(stock=3, price=0, supply=Supply("21")))
    for book, words in (
        (recalled, "We cannot sell this book"),
        (unpriced, "On our shelves, but without a price"),
    ):
        page = await shopper.read(f"/books/{book.isbn}/{book.slug}")
        assert words in page
        assert "Buy now" not in page
        assert (await shopper.get(f"/checkout?item={book.isbn}")).status_code == 409


def test_an_order_placed_again_is_the_same_whatever_our_shelf_had_meanwhile() -> None:
    book = a_book(stock=1, supply=ORDERED)

    def as_placed(to_order: int) -> object:
        line = OrderLine(book.isbn, book.title, "", 2, book.price, AvailabilityKind.ORDER, to_order, 5)
        order = Order("", "", THEIR_DAY, "", "", "collect", None, (line,), sgd(0), sgd(0))  # type: ignore[arg-type]  # a Delivery by its value
        return order.as_placed

    assert as_placed(1) == as_placed(2)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=25)
@given(
    copies=st.lists(st.integers(0, 3), min_size=1, max_size=3),
    wanted=st.lists(st.integers(1, 4), min_size=3, max_size=3),
    supplies=st.lists(st.sampled_from([Supply(), ORDERED, COMING]), min_size=3, max_size=3),
    ends=st.lists(st.sampled_from(["succeeded", "canceled", "processing"]), min_size=1, max_size=3),
)
async def test_whatever_is_ordered_and_becomes_of_it_the_audit_is_clean(
    database: Database, copies: list[int], wanted: list[int], supplies: list[Supply], ends: list[str]
) -> None:
    books = [a_book(stock=n, supply=supply) for n, supply in zip(copies, supplies, strict=False)]
    for book in books:
        await database.write(store_book, book)
    for end in ends:
        basket = await find_basket(database, books, wanted)
        if not basket.quantities:
            continue
        priced = await database.read(price_basket, basket, sgd(400))
        details = CheckoutDetails(email="reader@example.com", name="A Reader", delivery="collect")
        order = draft_order(priced, details, new_token(), timedelta(minutes=30))
        await database.write(reserve_and_add, order)
        await database.write(
            set_payment_ids, order.id, with_intent(order, f"pi_{order.id}").attempt, "requires_payment_method"
        )
        pending = await database.read(find_order, order.token)
        assert pending
        await database.write(apply_payment_update, order.id, payment_update(pending, end))
        assert await database.read(audit) == ()


async def find_basket(database: Database, books: list[Book], wanted: list[int]) -> Basket:
    """As many of the copies that are wanted as may be bought now."""
    priced = await database.read(
        price_basket, Basket({book.isbn: n for book, n in zip(books, wanted, strict=False)}), sgd(0)
    )
    lines = ((line.book, min(line.quantity, line.book.availability.max_quantity)) for line in priced.lines)
    return Basket({book.isbn: n for book, n in lines if n})


async def test_a_copy_that_comes_back_finds_a_place_on_a_shelf_it_never_stood_on(database: Database) -> None:
    book = await database.write(store_book, a_book(stock=0, supply=ORDERED))
    await database.write(return_stock, {book.isbn: 1}, "order 1", "refund 1")
    assert await database.read(find_available, book.isbn) == 1


@pytest.mark.parametrize("count", [1, 21])
async def test_no_order_takes_more_copies_than_a_basket_holds(
    shopper: Shopper, database: Database, count: int
) -> None:
    book = await database.write(store_book, a_book(stock=0, supply=ORDERED))
    answer = await shopper.post("/basket", {"isbn": book.isbn, "quantity": str(count)})
    assert answer.status_code == (303 if count == 1 else 422)


@given(available=st.integers(0, 20), copies=st.integers(0, 20))
def test_copies_that_an_order_has_reserved_are_added_to_those_on_the_shelf(
    available: int, copies: int
) -> None:
    line = add_copies(BasketLine(a_book(stock=available), 1), copies)
    assert line.book.available == available + copies
    assert line.quantity == 1


async def test_only_the_books_of_an_open_order_have_its_copies(database: Database) -> None:
    ours, other = [await database.write(store_book, a_book(stock=3)) for _ in range(2)]
    order = an_order(ours)
    await database.write(reserve_and_add, order)
    basket = Basket({ours.isbn: 1, other.isbn: 1})
    offer = await database.read(load_offer, basket, order.token, sgd(0))
    assert [line.book.available for line in offer.quote.lines] == [3, 3]
    stranger = await database.read(load_offer, basket, "", sgd(0))
    assert [line.book.available for line in stranger.quote.lines] == [2, 3]
