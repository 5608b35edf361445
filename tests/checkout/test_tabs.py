"""Whatever tabs and orders there are, what was bought leaves the basket once."""

import pytest

from bookshop.app import Shop
from bookshop.catalogue.book import Book
from bookshop.database import Database
from tests.builders import a_book, store_book
from tests.payments.stripe_account import Account
from tests.shopper import DETAILS, Shopper, receipt_of, token_of


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=9, price=2300))


@pytest.fixture
async def other(database: Database) -> Book:
    return await database.write(store_book, a_book("Persuasion", stock=9, price=1900))


async def pay(shopper: Shopper, account: Account, pay_page: str) -> str:
    """Pay an order and return its receipt's address."""
    await account.pay(await shopper.find_intent(pay_page))
    return receipt_of(pay_page)


async def test_a_form_in_a_second_tab_does_not_keep_the_basket_full(
    shopper: Shopper, account: Account, book: Book, other: Book
) -> None:
    await shopper.put_in_basket(book.isbn, 2)
    pay_page = await shopper.place_and_pay_page()
    await shopper.read(f"/checkout?item={other.isbn}")
    await shopper.read(await pay(shopper, account, pay_page))
    assert "Your basket is empty." in await shopper.read("/basket")


async def test_an_order_of_a_second_tab_does_not_keep_the_basket_full(
    shopper: Shopper, account: Account, book: Book, other: Book
) -> None:
    await shopper.put_in_basket(book.isbn, 2)
    receipt = await pay(shopper, account, await shopper.place_and_pay_page())
    second = await pay(shopper, account, await shopper.place_and_pay_page(other.isbn))
    await shopper.read(second)
    assert "2 books" in await shopper.read("/basket")
    await shopper.read(receipt)
    assert "Your basket is empty." in await shopper.read("/basket")


async def test_two_orders_of_one_basket_are_each_taken_out_in_any_sequence(
    shopper: Shopper, account: Account, book: Book, other: Book
) -> None:
    await shopper.put_in_basket(book.isbn, 2)
    first = await pay(shopper, account, await shopper.place_and_pay_page())
    await shopper.put_in_basket(other.isbn)
    await shopper.put_in_basket(book.isbn)
    second = await pay(shopper, account, await shopper.place_and_pay_page())
    await shopper.read(second)
    await shopper.read(first)
    assert "Your basket is empty." in await shopper.read("/basket")


async def test_books_are_taken_out_once_however_often_the_receipt_is_seen(
    shopper: Shopper, account: Account, book: Book
) -> None:
    await shopper.put_in_basket(book.isbn, 2)
    receipt = await pay(shopper, account, await shopper.place_and_pay_page())
    assert (await shopper.get(receipt)).headers.get_all("Set-Cookie")
    await shopper.put_in_basket(book.isbn, 3)
    for _ in range(2):
        assert not (await shopper.get(receipt)).headers.get_all("Set-Cookie")
    assert "3 books" in await shopper.read("/basket")


async def test_a_receipt_takes_nothing_out_of_another_shoppers_basket(
    shop: Shop, shopper: Shopper, account: Account, book: Book
) -> None:
    friend = Shopper(shop.test_client())
    for each in (shopper, friend):
        await each.put_in_basket(book.isbn, 2)
    await friend.place_and_pay_page()
    await friend.read(await pay(shopper, account, await shopper.place_and_pay_page()))
    assert "2 books" in await friend.read("/basket")


async def test_an_order_from_the_basket_is_not_the_same_as_that_book_alone(
    shopper: Shopper, account: Account, book: Book
) -> None:
    alone = await shopper.place_and_pay_page(book.isbn)
    await shopper.put_in_basket(book.isbn)
    pay_page = await shopper.place_and_pay_page()
    assert pay_page != alone
    await shopper.read(await pay(shopper, account, pay_page))
    assert "Your basket is empty." in await shopper.read("/basket")


async def test_details_are_changed_with_the_books_that_were_ordered(shopper: Shopper, book: Book) -> None:
    await shopper.put_in_basket(book.isbn)
    pay_page = await shopper.place_and_pay_page()
    assert f'href="/checkout?order={token_of(pay_page)}">Change details' in await shopper.read(pay_page)
    alone = await shopper.place_and_pay_page(book.isbn)
    await shopper.read("/checkout")
    link = f"/checkout?item={book.isbn}&amp;order={token_of(alone)}"
    assert f'href="{link}">Change details' in await shopper.read(alone)


async def test_details_are_changed_without_cookies_too(shop: Shop, book: Book) -> None:
    shopper = Shopper(shop.test_client(use_cookies=False))
    pay_page = await shopper.place_and_pay_page(book.isbn, **{**DETAILS, "name": "Mei Tan"})
    form = await shopper.read(f"/checkout?item={book.isbn}&order={token_of(pay_page)}")
    assert 'value="Mei Tan"' in form


async def test_a_collected_order_that_is_to_be_delivered_has_the_shops_country(
    shopper: Shopper, book: Book
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn, delivery="collect")
    form = await shopper.read(f"/checkout?item={book.isbn}&order={token_of(pay_page)}")
    assert '<option value="SG" selected>' in form
    assert "Choose a country" not in form


async def test_a_form_opened_twice_and_sent_twice_makes_one_order(shopper: Shopper, book: Book) -> None:
    await shopper.put_in_basket(book.isbn)
    tabs = [{**await shopper.open_form(), **DETAILS} for _ in range(2)]
    assert tabs[0]["order"] != tabs[1]["order"]
    pages = {(await shopper.post("/checkout", form)).headers["Location"] for form in (*tabs, *tabs)}
    assert len(pages) == 1


async def test_one_book_is_bought_without_cookies(shop: Shop, account: Account, book: Book) -> None:
    shopper = Shopper(shop.test_client(use_cookies=False))
    form = {**await shopper.open_form(book.isbn), **DETAILS}
    pages = {(await shopper.post("/checkout", form)).headers["Location"] for _ in range(2)}
    assert len(pages) == 1
    receipt = await shopper.read(await pay(shopper, account, pages.pop()))
    assert "Thank&nbsp;you, Ada Reader." in receipt
