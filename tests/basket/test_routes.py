"""Putting books into the basket and out, with and without htmx."""

import pytest

from bookshop.app import Shop
from bookshop.database import Database
from tests.builders import a_book, store_book
from tests.shopper import Shopper, text_of


async def test_a_plain_form_leads_to_the_basket(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book("Emma", price=1250))
    answer = await shopper.post("/basket", {"isbn": book.isbn})
    assert answer.status_code == 303
    page = await shopper.read(answer.headers["Location"])
    assert ">1 book</p>" in page
    assert "Emma" in page
    assert "S$12.50" in page


async def test_htmx_gets_how_many_there_are(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book(stock=5))
    first = await shopper.post("/basket", {"isbn": book.isbn}, htmx=True)
    assert first.status_code == 303
    added = await shopper.read(first.headers["Location"], htmx=True)
    assert "Added. 1 book in your basket." in added
    answer = await shopper.post("/basket", {"isbn": book.isbn}, htmx=True)
    assert "Added. 2 books in your basket." in await text_of(answer)
    assert "basket-count=2" in ";".join(answer.headers.get_all("Set-Cookie"))


async def test_any_spelling_of_an_isbn_will_do(shopper: Shopper, database: Database) -> None:
    await database.write(store_book, a_book("Hamming", isbn="9781732265172"))
    assert (await shopper.post("/basket", {"isbn": "978-1-7322651-7-2"})).status_code == 303
    assert "Hamming" in await shopper.read("/basket")


async def test_no_more_go_in_than_are_on_the_shelf(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book("Emma", stock=2))
    await shopper.put_in_basket(book.isbn)
    answer = await shopper.post(f"/basket/{book.isbn}", {"quantity": "5"}, htmx=True)
    assert "Only 2 of Emma left, so we changed the number to 2." in await text_of(answer)
    assert 'value="2" aria-label="Copies of Emma"' in await shopper.read("/basket")


@pytest.mark.parametrize("htmx", [True, False])
async def test_what_was_taken_out_can_be_put_back(shopper: Shopper, database: Database, htmx: bool) -> None:
    book = await database.write(store_book, a_book("Emma", stock=9))
    await shopper.put_in_basket(book.isbn, 3)
    answer = await shopper.post(f"/basket/{book.isbn}", {"quantity": "0"}, htmx=htmx)
    shown = f"/basket?change=removed&isbn={book.isbn}&before=3" if htmx else answer.headers["Location"]
    page = await text_of(answer) if htmx else await shopper.read(shown)
    assert "Removed Emma." in page
    assert 'name="quantity" value="3">Put it back' in page
    await shopper.post(f"/basket/{book.isbn}", {"quantity": "3"})
    assert "Removed Emma." not in await shopper.read(shown)


@pytest.mark.parametrize("typed", ["", "many", "-1", "1.5", "21", "9" * 5000])
@pytest.mark.parametrize("htmx", [True, False])
async def test_a_quantity_that_is_not_one_is_asked_for_again(
    shopper: Shopper, database: Database, typed: str, htmx: bool
) -> None:
    book = await database.write(store_book, a_book("Emma", stock=9))
    await shopper.put_in_basket(book.isbn, 3)
    answer = await shopper.post(f"/basket/{book.isbn}", {"quantity": typed}, htmx=htmx)
    page = await text_of(answer)
    assert answer.status_code == 422
    assert "Type a number from 0 to 20." in page
    assert f'value="{typed}" aria-label="Copies of Emma" aria-invalid="true"' in page
    assert "autofocus" in page
    assert 'value="3" aria-label="Copies of Emma"' in await shopper.read("/basket")


async def test_a_book_that_does_not_exist_cannot_be_put_in(shopper: Shopper) -> None:
    for isbn in ("", "nonsense", "9780000000002"):
        assert (await shopper.post("/basket", {"isbn": isbn})).status_code == 404
        assert (await shopper.post(f"/basket/{isbn or 'x'}", {"quantity": "1"})).status_code == 404


async def test_a_basket_is_its_shoppers_own(shop: Shop, database: Database) -> None:
    book = await database.write(store_book, a_book("Emma"))
    await Shopper(shop.test_client()).put_in_basket(book.isbn)
    assert "Your basket is empty." in await Shopper(shop.test_client()).read("/basket")


async def test_a_tampered_cookie_is_an_empty_basket(shop: Shop) -> None:
    client = shop.test_client()
    client.set_cookie("localhost", "session", "eyJiYXNrZXQiOltbIjk3ODE3MzIyNjUxNzIiLDVdXX0.x.y")
    assert "Your basket is empty." in await Shopper(client).read("/basket")


@pytest.mark.parametrize(
    "query", ["?change=added", "?change=removed&isbn=x", "?isbn=9780000000002&before=many"]
)
async def test_an_address_that_no_page_of_ours_has_shows_the_basket(shopper: Shopper, query: str) -> None:
    assert "Your basket is empty." in await shopper.read(f"/basket{query}")


@pytest.mark.parametrize("htmx", [True, False])
async def test_a_browser_that_refuses_cookies_reads_that_nothing_was_added(
    shop: Shop, database: Database, htmx: bool
) -> None:
    book = await database.write(store_book, a_book("Emma"))
    answer = await Shopper(shop.test_client(use_cookies=False)).post(
        "/basket", {"isbn": book.isbn}, htmx=htmx
    )
    page = await Shopper(shop.test_client(use_cookies=False)).read(answer.headers["Location"], htmx=htmx)
    assert "Your basket needs cookies" in page
    assert "Emma is not in your basket" in page
    assert f'href="/checkout?item={book.isbn}"' in page
    assert "Added." not in page
    assert "Your basket is empty" not in page


async def test_a_book_that_cannot_be_bought_is_not_offered_without_cookies(
    shop: Shop, database: Database
) -> None:
    book = await database.write(store_book, a_book("Emma", stock=0))
    shopper = Shopper(shop.test_client())
    page = await shopper.read(f"/basket?change=added&isbn={book.isbn}")
    assert "Your basket needs cookies" in page
    assert "/checkout?item=" not in page


async def test_cookies_work_where_a_book_was_added_and_taken_out_again(
    shopper: Shopper, database: Database
) -> None:
    book = await database.write(store_book, a_book("Emma"))
    answer = await shopper.post("/basket", {"isbn": book.isbn})
    await shopper.post(f"/basket/{book.isbn}", {"quantity": "0"})
    assert "cookies" not in await shopper.read(answer.headers["Location"])


async def test_a_full_basket_is_explained_without_htmx_too(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book("Emma", stock=99))
    await shopper.put_in_basket(book.isbn, 20)
    answer = await shopper.post("/basket", {"isbn": book.isbn})
    assert "no room for more copies of Emma" in await shopper.read(answer.headers["Location"])


@pytest.mark.parametrize("htmx", [True, False])
async def test_no_more_copies_are_added_than_can_be_bought(
    shopper: Shopper, database: Database, htmx: bool
) -> None:
    book = await database.write(store_book, a_book("Emma", stock=1))
    for _ in range(2):
        answer = await shopper.post("/basket", {"isbn": book.isbn}, htmx=htmx)
    page = await text_of(answer) if htmx else await shopper.read(answer.headers["Location"])
    assert "Your basket has every copy of Emma that we can offer now." in page
    assert 'value="1" aria-label="Copies of Emma"' in await shopper.read("/basket")


@pytest.mark.parametrize("quantity", ["many", "21"])
async def test_a_quantity_that_cannot_be_added_is_shown_beside_its_book(
    shopper: Shopper, database: Database, quantity: str
) -> None:
    book = await database.write(store_book, a_book("Emma", stock=99))
    await shopper.put_in_basket(book.isbn, 2)
    answer = await shopper.post("/basket", {"isbn": book.isbn, "quantity": quantity})
    assert f'value="{quantity}" aria-label="Copies of Emma" aria-invalid="true"' in await text_of(answer)
