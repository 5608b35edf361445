"""Putting books into the basket and out, with and without htmx."""

import pytest

from bookshop.app import Shop
from bookshop.database import Database
from tests.builders import a_book, store_book
from tests.shopper import Shopper, text_of


async def test_a_plain_form_leads_to_the_basket(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book("Emma", price=1250))
    answer = await shopper.post("/basket", {"isbn": book.isbn})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/basket")
    page = await shopper.read("/basket")
    assert "Emma" in page
    assert "S$12.50" in page


async def test_htmx_gets_how_many_there_are(shopper: Shopper, database: Database) -> None:
    book = await database.write(store_book, a_book(stock=5))
    for count in ("1 book", "2 books"):
        answer = await shopper.post("/basket", {"isbn": book.isbn}, htmx=True)
        assert f"Added. {count} in your basket." in await text_of(answer)
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
    page = await text_of(answer) if htmx else await shopper.read("/basket")
    assert "Removed Emma." in page
    assert 'name="quantity" value="3">Put it back' in page
    assert "Removed Emma." not in await shopper.read("/basket")


@pytest.mark.parametrize("typed", ["", "many", "-1", "1.5", "21", "9" * 5000, "²"])
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
