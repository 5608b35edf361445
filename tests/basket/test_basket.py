"""A basket keeps what is put in, within bounds, and costs what its books cost today."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.basket.basket import MAX_TITLES, Basket, BasketLine, Quote
from bookshop.basket.pricing import price_basket
from bookshop.database import Database
from bookshop.money import Money
from bookshop.trade.availability import MAX_COPIES_PER_BOOK, AvailabilityKind, Supply
from tests.builders import a_book, sgd, store_book

EMPTY = Basket({})
SUPPLIED = Supply("21", lead_days=5)
FORTHCOMING = Supply("10", on_sale=datetime(2031, 3, 4, tzinfo=UTC))
FULL = Basket({f"book {n}": 1 for n in range(MAX_TITLES)})

isbns = st.sampled_from([f"book {n}" for n in range(MAX_TITLES + 5)])
quantities = st.integers(-2, MAX_COPIES_PER_BOOK + 5)
changes = st.lists(st.tuples(st.sampled_from(["add", "put"]), isbns, quantities), max_size=80)


def change(basket: Basket, todo: list[tuple[str, str, int]]) -> Basket:
    for verb, isbn, quantity in todo:
        basket = basket.add(isbn, quantity) if verb == "add" else basket.put(isbn, quantity)
    return basket


baskets = changes.map(lambda todo: change(EMPTY, todo))


def test_a_new_basket_is_empty() -> None:
    assert EMPTY.count == 0


@given(st.lists(st.sampled_from(["a", "b", "c"]), max_size=MAX_COPIES_PER_BOOK))
def test_each_book_put_in_is_counted(isbns: list[str]) -> None:
    basket = change(EMPTY, [("add", isbn, 1) for isbn in isbns])
    assert basket.count == len(isbns)
    assert basket.quantities == {isbn: isbns.count(isbn) for isbn in isbns}


@given(baskets, isbns, quantities)
def test_changing_a_basket_makes_another(basket: Basket, isbn: str, quantity: int) -> None:
    before = dict(basket.quantities)
    basket.add(isbn, quantity)
    basket.put(isbn, quantity)
    assert basket.quantities == before


@given(baskets)
def test_no_book_is_in_a_basket_less_than_once_or_more_often_than_is_fair(basket: Basket) -> None:
    assert all(1 <= quantity <= MAX_COPIES_PER_BOOK for quantity in basket.quantities.values())
    assert basket.count == sum(basket.quantities.values())


@given(st.lists(st.tuples(st.just("add"), isbns, quantities), max_size=80))
def test_a_basket_never_has_more_titles_than_its_cookie_holds(todo: list[tuple[str, str, int]]) -> None:
    assert len(change(EMPTY, todo).quantities) <= MAX_TITLES


def test_setting_a_quantity_does_not_get_around_that() -> None:
    assert FULL.put("one more", 1) == FULL


def test_a_full_basket_takes_no_other_title_but_more_of_its_own() -> None:
    assert FULL.add("one more") == FULL
    assert FULL.add("book 0").quantities["book 0"] == 2
    assert FULL.put("book 0", 5).quantities["book 0"] == 5


def test_a_full_basket_has_room_again_when_a_book_is_taken_out() -> None:
    assert "one more" in FULL.put("book 0", 0).add("one more").quantities


@given(baskets, isbns, st.integers(1, MAX_COPIES_PER_BOOK))
def test_a_quantity_that_was_set_is_what_there_is(basket: Basket, isbn: str, quantity: int) -> None:
    basket = basket.add(isbn)
    if isbn in basket.quantities:
        assert basket.put(isbn, quantity).quantities[isbn] == quantity
        assert basket.put(isbn, quantity).put(isbn, quantity) == basket.put(isbn, quantity)


@given(baskets, isbns, st.integers(-5, 0))
def test_none_takes_a_book_out_and_no_other(basket: Basket, isbn: str, none: int) -> None:
    expected = {book: quantity for book, quantity in basket.quantities.items() if book != isbn}
    assert basket.put(isbn, none).quantities == expected


@given(baskets, isbns, quantities)
def test_books_stay_in_the_order_in_which_they_were_put_in(basket: Basket, isbn: str, quantity: int) -> None:
    before = list(basket.quantities)
    for after in (basket.add(isbn, quantity), basket.put(isbn, quantity)):
        kept = [book for book in before if book in after.quantities]
        assert list(after.quantities)[: len(kept)] == kept


@given(st.lists(st.tuples(st.integers(0, 100_000), st.integers(1, MAX_COPIES_PER_BOOK)), max_size=MAX_TITLES))
def test_a_basket_costs_what_its_copies_cost_and_the_fee_on_top(wanted: list[tuple[int, int]]) -> None:
    lines = tuple(BasketLine(a_book(price=price), quantity) for price, quantity in wanted)
    priced = Quote(lines, sgd(400))
    assert priced.subtotal == sgd(sum(price * quantity for price, quantity in wanted))
    assert priced.total_delivered == priced.subtotal + sgd(400)
    assert priced.count == sum(quantity for _, quantity in wanted)


def test_an_empty_basket_costs_nothing_in_the_shops_currency() -> None:
    assert Quote((), Money(500, "JPY")).subtotal == Money(0, "JPY")


@pytest.mark.parametrize(("quantity", "is_short"), [(1, False), (2, False), (3, True)])
def test_a_line_is_short_when_fewer_copies_are_free(quantity: int, is_short: bool) -> None:
    assert BasketLine(a_book(stock=2), quantity).is_short is is_short


async def test_a_basket_is_priced_today_in_the_order_of_its_books(database: Database) -> None:
    cheap, dear = a_book("Cheap", price=500), a_book("Dear", price=9900)
    for book in (cheap, dear):
        await database.write(store_book, book)
    basket = EMPTY.add(dear.isbn, 2).add(cheap.isbn)
    priced = await database.read(price_basket, basket, sgd(400))
    assert [(line.book.title, line.quantity, line.amount) for line in priced.lines] == [
        ("Dear", 2, sgd(19800)),
        ("Cheap", 1, sgd(500)),
    ]
    assert (priced.subtotal, priced.total_delivered, priced.count) == (sgd(20300), sgd(20700), 3)


async def test_a_book_that_is_gone_from_the_catalogue_is_not_priced(database: Database) -> None:
    book = a_book(price=500)
    await database.write(store_book, book)
    basket = EMPTY.add("9781234567897").add(book.isbn)
    priced = await database.read(price_basket, basket, sgd(0))
    assert [line.book.isbn for line in priced.lines] == [book.isbn]
    assert priced.subtotal == sgd(500)


async def test_an_empty_basket_is_priced(database: Database) -> None:
    assert await database.read(price_basket, EMPTY, sgd(400)) == Quote((), sgd(400))


@pytest.mark.parametrize(
    ("supply", "stock", "quantity", "kind"),
    [
        (SUPPLIED, 2, 2, AvailabilityKind.SHELF),
        (SUPPLIED, 2, 3, AvailabilityKind.ORDER),
        (SUPPLIED, 0, 1, AvailabilityKind.ORDER),
        (Supply("51"), 2, 3, AvailabilityKind.SHELF),
        (Supply("51"), 0, 1, AvailabilityKind.NONE),
        (FORTHCOMING, 2, 1, AvailabilityKind.PREORDER),
        (FORTHCOMING, 2, 3, AvailabilityKind.PREORDER),
    ],
)
def test_a_line_is_of_the_kind_in_which_its_last_copy_arrives(
    supply: Supply, stock: int, quantity: int, kind: AvailabilityKind
) -> None:
    assert BasketLine(a_book(stock=stock, supply=supply), quantity).kind is kind
