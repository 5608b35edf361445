"""Exports of common programs, with made-up rows of the same two books."""

import io
from pathlib import Path

import pytest

from bookshop.importing.rules.csv_books import read_book_csv
from bookshop.importing.rules.derive import derive_book
from bookshop.importing.rules.derived_book import DerivedBook
from bookshop.importing.rules.stock_rows import (
    BOOK_LIST_COLUMNS,
    TILL_COLUMNS,
    read_stock_counts,
    read_stock_table,
)
from bookshop.onix.record import MessageHeader, Record, RefusedRecord
from tests.importing.feeds import NOW
from tests.importing.shop import MARKET

FOLDER = Path(__file__).parent / "exports"
FIRST, SECOND = "9780306406157", "9780140449136"
HARDBACK = "9780141439587"
TILLS = ["square.csv", "shopify.csv", "woocommerce.csv", "lightspeed_x.csv", "lightspeed_r.csv"]
LISTS = ["bookmanager.csv", "abebooks.txt"]
LANGUAGES = ["german.csv", "french.csv", "spanish.csv", "italian.csv", "dutch.csv", "portuguese.csv"]
LIBRARIES = ["librarything.tsv", "goodreads.csv", "storygraph.csv"]
WITH_AUTHORS = [*LISTS, *LANGUAGES, *LIBRARIES]
WITH_PRICES = [*TILLS, *LISTS, *LANGUAGES]
REFUSED = {
    "square.csv": ["4006381333931 is the barcode of another product, not an ISBN."],
    "woocommerce.csv": ["The row has no ISBN."],
    "lightspeed_x.csv": ["The row has no ISBN."],
    "librarything.tsv": ["The row has no ISBN."],
    "goodreads.csv": ["The row has no ISBN."],
    "storygraph.csv": ["The row has no ISBN."],
    "abebooks.txt": ["The row has no ISBN."],
}


def test_every_fixture_is_tested() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {*WITH_PRICES, *WITH_AUTHORS}


def read(name: str) -> tuple[MessageHeader, list[DerivedBook], list[RefusedRecord]]:
    header, *items = read_book_csv(io.BytesIO((FOLDER / name).read_bytes()), name, MARKET)
    assert isinstance(header, MessageHeader)
    records = [item for item in items if isinstance(item, Record)]
    assert not any(record.warnings for record in records)
    books = [derive_book(record.isbn, [record.blocks], {}, MARKET, NOW) for record in records]
    return header, books, [item for item in items if isinstance(item, RefusedRecord)]


@pytest.mark.parametrize("name", [*WITH_PRICES, *LIBRARIES])
def test_an_export_is_read_without_options(name: str) -> None:
    _, books, refused = read(name)
    more = [HARDBACK] if name == "shopify.csv" else []
    assert [book.isbn for book in books] == [FIRST, SECOND, *more]
    assert [book.title.upper()[:9] for book in books[:2]] == ["ADAM BEDE", books[1].title.upper()[:9]]
    assert books[1].title.upper().startswith("EMMA")
    assert [one.reason for one in refused] == REFUSED.get(name, [])
    assert not any(one.is_damaged for one in refused)
    assert all(book.may_sell for book in books if book.price_minor)


@pytest.mark.parametrize("name", WITH_PRICES)
def test_the_price_is_what_shoppers_pay_and_never_the_cost(name: str) -> None:
    header, books, _ = read(name)
    assert [book.price_minor for book in books[:2]] == [1250, 799]
    costs = {"Default Unit Cost", "Cost per item", "Cost of goods", "supply_price", "Default Cost", "Cost"}
    costs |= {"EK-Preis", "Prix d'achat", "Coste", "Costo", "Inkoopprijs", "Custo"}
    assert len(costs & set(header.ignored)) == (0 if name == "abebooks.txt" else 1)


@pytest.mark.parametrize("name", WITH_AUTHORS)
def test_the_author_is_found(name: str) -> None:
    _, books, _ = read(name)
    assert [book.byline.title() for book in books[:2]] == ["George Eliot", "Jane Austen"]


@pytest.mark.parametrize("name", WITH_PRICES)
def test_quantities_set_stock(name: str) -> None:
    for columns in (TILL_COLUMNS, BOOK_LIST_COLUMNS):
        refused: list[RefusedRecord] = []
        table = read_stock_table(io.BytesIO((FOLDER / name).read_bytes()), MARKET, columns)
        counts = list(read_stock_counts(table, MARKET, refused, []))
        assert [(one.isbn, one.quantity) for one in counts[:2]] == [(FIRST, 3), (SECOND, 0)]
        assert [one.price_minor for one in counts[:2]] == ([1250, 799] if columns is TILL_COLUMNS else [0, 0])
        assert not any(one.is_damaged for one in refused)


def test_the_german_column_of_subjects_leads_to_a_category() -> None:
    _, books, _ = read("german.csv")
    assert {book.category for book in books} == {"fiction"}


def test_variants_of_a_product_are_books_of_one_title() -> None:
    _, books, _ = read("shopify.csv")
    assert [(book.title, book.price_minor) for book in books[1:]] == [("Emma", 799), ("Emma", 2000)]
    assert [cover["link"] for cover in books[0].covers] == ["https://example.com/a.jpg"]


def test_of_several_pictures_the_first_is_the_cover() -> None:
    _, books, _ = read("woocommerce.csv")
    assert [cover["link"] for cover in books[0].covers] == ["https://example.com/a.jpg"]


def test_what_librarything_calls_a_summary_is_not_a_description() -> None:
    header, books, _ = read("librarything.tsv")
    assert "Summary" in header.ignored
    assert books[0].details.description == ""
    assert books[0].title == "Adam Bede"
    assert books[1].title == 'Emma "the great"'


def test_of_several_locations_none_is_taken_unless_it_is_stated() -> None:
    text = f"sku,name,inventory_North,inventory_South\n{FIRST},Adam Bede,3,4\n"
    header, _, _ = _read_text(text)
    assert header.ignored == ("inventory_North", "inventory_South")


def _read_text(text: str) -> tuple[MessageHeader, list[Record], list[RefusedRecord]]:
    header, *items = read_book_csv(io.BytesIO(text.encode()), "a.csv", MARKET)
    assert isinstance(header, MessageHeader)
    return header, [one for one in items if isinstance(one, Record)], []
