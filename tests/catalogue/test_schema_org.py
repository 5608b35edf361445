"""What search engines are told of a book: every state, and nothing that could end a script."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.catalogue.book import Contributor
from bookshop.catalogue.book_row import BookDetails
from bookshop.catalogue.schema_org import as_script, availability_of, describe_book
from bookshop.trade.availability import Supply
from tests.builders import a_book

LATER = datetime.now(UTC) + timedelta(days=30)
ADDRESS, PICTURE = "https://shop.example.com/books/1", "https://shop.example.com/covers/1.jpg"


@pytest.mark.parametrize(
    ("left", "supply", "description"),
    [
        (3, Supply(), "InStock"),
        (1, Supply("51"), "InStock"),
        (0, Supply("21"), "BackOrder"),
        (0, Supply("22"), "BackOrder"),
        (0, Supply("10", on_sale=LATER), "PreOrder"),
        (0, Supply("10", on_sale=LATER, preorders_from=LATER), "OutOfStock"),
        (0, Supply(), "OutOfStock"),
        (0, Supply("31"), "OutOfStock"),
        (0, Supply("99"), "OutOfStock"),
        (0, Supply("40"), "Discontinued"),
        (0, Supply("51"), "Discontinued"),
        (0, Supply("41"), "Discontinued"),
    ],
)
def test_every_availability_has_a_name(left: int, supply: Supply, description: str) -> None:
    book = a_book(stock=left, supply=supply)
    assert availability_of(book) == f"https://schema.org/{description}"
    offer = describe_book(book, ADDRESS, PICTURE, "en", "A Shop", {})["offers"]
    assert offer["availability"].endswith(description)
    assert ("availabilityStarts" in offer) == bool(supply.on_sale)


@pytest.mark.parametrize(
    "changed", [{"price": 0}, {"supply": Supply("46")}, {"supply": Supply("20", may_sell=False)}]
)
def test_what_is_not_for_sale_is_no_offer(changed: dict[str, object]) -> None:
    assert "offers" not in describe_book(a_book(**changed), ADDRESS, PICTURE, "en", "A Shop", {})  # type: ignore[arg-type]


def test_a_book_is_described_in_full() -> None:
    people = (
        Contributor("A01", "Ann", "ann"),
        Contributor("B06", "Bo"),
        Contributor("E07", "Cy"),
        Contributor("A99", "Di"),
    )
    book = a_book(
        "Emma",
        subtitle="A Novel",
        form="BB",
        series="Classics",
        series_number="4",
        contributors=people,
        details=BookDetails(edition="2nd edition", ages="8–12"),
    )
    description = describe_book(
        book, ADDRESS, PICTURE, "en", "A Shop", {"ann": "https://shop.example.com/people/ann"}
    )
    assert description == {
        "@context": "https://schema.org",
        "@type": "Book",
        "@id": ADDRESS,
        "url": ADDRESS,
        "name": "Emma",
        "alternativeHeadline": "A Novel",
        "isbn": book.isbn,
        "image": PICTURE,
        "description": "A town and its people.",
        "bookFormat": "https://schema.org/Hardcover",
        "bookEdition": "2nd edition",
        "numberOfPages": 838,
        "typicalAgeRange": "8-12",
        "inLanguage": "en",
        "datePublished": "2021-03",
        "publisher": {"@type": "Organization", "name": "Awning Editions"},
        "isPartOf": {"@type": "BookSeries", "name": "Classics"},
        "position": "4",
        "author": [{"@type": "Person", "name": "Ann", "url": "https://shop.example.com/people/ann"}],
        "translator": [{"@type": "Person", "name": "Bo"}],
        "readBy": [{"@type": "Person", "name": "Cy"}],
        "contributor": [{"@type": "Person", "name": "Di"}],
        "offers": {
            "@type": "Offer",
            "url": ADDRESS,
            "price": "18.90",
            "priceCurrency": "SGD",
            "availability": "https://schema.org/InStock",
            "itemCondition": "https://schema.org/NewCondition",
            "seller": {"@type": "BookStore", "name": "A Shop"},
        },
    }


@given(st.text() | st.just('</script><script>alert("1")</script><!--'))
def test_nothing_ends_the_script(text: str) -> None:
    script = str(as_script({"name": text}))
    assert not set("<>&\u2028\u2029") & set(script)
    assert json.loads(script) == {"name": text}
