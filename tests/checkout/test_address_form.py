"""The address form: autofill, what each country requires, and what is doubted once."""

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bookshop.app import create_app
from bookshop.catalogue.book import Book
from bookshop.checkout.address_labels import address_labels
from bookshop.database import Database
from bookshop.orders.store import find_order
from tests.builders import a_book, some_settings, store_book
from tests.payments.stripe_account import Account
from tests.processes import Process
from tests.shopper import DETAILS, HIDDEN_FIELD, Shopper, receipt_of, text_of, token_of

# https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill-field
AUTOFILL_FIELDS = frozenset(
    """
    name honorific-prefix given-name additional-name family-name honorific-suffix nickname username
    new-password current-password one-time-code organization-title organization street-address address-line1
    address-line2 address-line3 address-level4 address-level3 address-level2 address-level1 country
    country-name postal-code cc-name cc-given-name cc-additional-name cc-family-name cc-number cc-exp
    cc-exp-month cc-exp-year cc-csc cc-type transaction-currency transaction-amount language bday bday-day
    bday-month bday-year sex url
    photo tel tel-country-code tel-national tel-area-code tel-local tel-local-prefix tel-local-suffix
    tel-extension email impp on off
    """.split()  # noqa: SIM905 - the standard's own list, to be compared with it
)
FIELD = re.compile(r"<(?:input|select|textarea)\b[^>]*>")
NO_TEXT = ("hidden", "radio", "checkbox", "submit")
PARCEL: dict[str, Any] = {
    "delivery": "deliver",
    "street": "8 Example Walk",
    "unit": "#03-11",
    "city": "Singapore",
    "postcode": "098585",
    "country": "SG",
}


@pytest.fixture
async def book(database: Database) -> Book:
    return await database.write(store_book, a_book("Emma", stock=9, price=2300))


@pytest.fixture
async def abroad(database_url: str, simulator: Process) -> AsyncIterator[Shopper]:
    """Return a shopper of a shop that delivers to several countries."""
    countries = "SG,HK,US,IE"
    settings = some_settings(
        DATABASE_URL=database_url, STRIPE_API_BASE=simulator.url, SHOP_DELIVERY_COUNTRIES=countries
    )
    app = create_app(settings)
    async with app.test_app():
        yield Shopper(app.test_client())


def attributes(field: str) -> dict[str, str]:
    return dict(re.findall(r'([\w-]+)="([^"]*)"', field))


async def test_every_field_has_an_autofill_name_of_the_standard(abroad: Shopper, book: Book) -> None:
    await abroad.put_in_basket(book.isbn)
    for path in ("/", "/search?q=emma", f"/books/{book.isbn}/{book.slug}", "/basket", "/checkout"):
        fields = [attributes(field) for field in FIELD.findall(await abroad.read(path))]
        for field in fields:
            if field.get("type") not in NO_TEXT:
                assert field.get("autocomplete") in AUTOFILL_FIELDS, (path, field)


async def test_a_browser_knows_every_part_of_an_address(abroad: Shopper, book: Book) -> None:
    page = await abroad.read(f"/checkout?item={book.isbn}")
    fields = [field for field in map(attributes, FIELD.findall(page)) if "autocomplete" in field]
    assert {field["id"]: field["autocomplete"] for field in fields} == {
        "email": "email",
        "name": "name",
        "street": "address-line1",
        "unit": "address-line2",
        "city": "address-level2",
        "region": "address-level1",
        "postcode": "postal-code",
        "country": "country",
    }


async def test_the_unit_goes_to_the_order_the_receipt_and_stripe(
    shopper: Shopper, book: Book, database: Database, account: Account
) -> None:
    pay_page = await shopper.place_and_pay_page(book.isbn, **PARCEL)
    order = await database.read(find_order, token_of(pay_page))
    assert order
    assert order.address
    assert (order.address.street, order.address.unit) == ("8 Example Walk", "#03-11")
    intent = await account.read(await shopper.find_intent(pay_page))
    assert intent["shipping"]["address"]["line2"] == "#03-11"
    assert "<br>8 Example Walk<br>#03-11<br>SINGAPORE 098585<br>Singapore<" in await shopper.read(
        receipt_of(pay_page)
    )
    assert 'value="#03-11"' in await shopper.read(f"/checkout?item={book.isbn}")


@pytest.mark.parametrize(
    ("country", "changed"),
    [
        ("HK", {"region": "Kowloon", "postcode": "", "city": ""}),
        ("IE", {"city": "Dublin", "postcode": ""}),
        ("US", {"city": "Reno", "region": "NV", "postcode": "89501"}),
        ("US", {"city": "Reno", "region": "nevada", "postcode": "89501-1234"}),
    ],
)
async def test_an_address_needs_only_what_its_country_has(
    abroad: Shopper, book: Book, country: str, changed: dict[str, str]
) -> None:
    answer = await abroad.place(book.isbn, **{**PARCEL, **changed, "country": country})
    assert answer.status_code == 303, await text_of(answer)


async def test_what_a_country_certainly_needs_is_asked_for_by_its_own_name(
    abroad: Shopper, book: Book
) -> None:
    for country, missing in (
        ("US", "Add the state, such as Alabama or Alaska."),
        (
            "HK",
            "Add the area, such as Kowloon or Hong Kong Island.",
        ),
    ):
        answer = await abroad.place(book.isbn, **{**PARCEL, "country": country, "region": ""})
        assert answer.status_code == 422
        assert missing in await text_of(answer)


@pytest.mark.parametrize("htmx", [True, False])
async def test_a_strange_postcode_is_doubted_once_and_then_accepted(
    shopper: Shopper, book: Book, htmx: bool
) -> None:
    form = {**await shopper.open_form(book.isbn), **DETAILS, **PARCEL, "postcode": "09858"}
    answer = await shopper.post("/checkout", form, htmx=htmx)
    page = await text_of(answer)
    assert answer.status_code == 422
    assert "We don’t know this postcode for Singapore. It usually looks like 546080 or 308125." in page
    assert 'value="09858"' in page
    assert 'aria-invalid="true"' not in page
    again = {**form, **dict(HIDDEN_FIELD.findall(page))}
    changed = await shopper.post("/checkout", {**again, "postcode": "0985"}, htmx=htmx)
    assert changed.status_code == 422
    assert "We don’t know this postcode" in await text_of(changed)
    assert (await shopper.post("/checkout", again, htmx=htmx)).status_code == (200 if htmx else 303)
    back = {**await shopper.open_form(book.isbn), **DETAILS, **PARCEL, "postcode": "09858"}
    assert (await shopper.post("/checkout", back)).status_code == 303


async def test_a_doubt_that_was_confirmed_stays_so_while_other_fields_are_put_right(
    shopper: Shopper, book: Book
) -> None:
    form = {**await shopper.open_form(book.isbn), **DETAILS, **PARCEL, "postcode": "09858", "email": ""}
    page = await text_of(await shopper.post("/checkout", form))
    assert "Two things to check" in page
    form |= {**dict(HIDDEN_FIELD.findall(page)), "email": "x"}
    page = await text_of(await shopper.post("/checkout", form))
    assert "We don’t know this postcode" not in page
    form |= {**dict(HIDDEN_FIELD.findall(page)), "email": "reader@example.com"}
    assert (await shopper.post("/checkout", form)).status_code == 303


@pytest.mark.parametrize(
    ("countries", "labels"),
    [
        (("SG",), {"city": "City (optional)", "postcode": "Postcode"}),
        (("DE",), {"city": "City", "postcode": "Postcode"}),
        (("US",), {"city": "City", "region": "State", "postcode": "Postcode"}),
        (("HK",), {"city": "City (optional)", "region": "Area"}),
        (("MY",), {"city": "City", "region": "State (optional)", "postcode": "Postcode"}),
        (
            ("SG", "US", "HK"),
            {
                "city": "City (if any)",
                "region": "State, province or area (if any)",
                "postcode": "Postcode (if any)",
            },
        ),
    ],
)
def test_labels_are_true_of_all_countries_that_the_shop_delivers_to(
    countries: tuple[str, ...], labels: dict[str, str]
) -> None:
    assert address_labels(countries) == labels
