"""Shoppers find their books: the searches of `searches.csv` over the books of `shelf.csv`.

Both were written by hand. A search has found its book if the shopper sees it among the first five results,
or is sent to its page.
"""

import csv
from pathlib import Path

from sqlalchemy import Connection

from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.search_page import load_search_page
from bookshop.database import Database
from bookshop.importing.importer import Importer
from bookshop.onix.input_file import InputFile
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_typed_isbn
from tests.importing.shop import MARKET

SHELF, SEARCHES = (Path(__file__).with_name(name) for name in ("shelf.csv", "searches.csv"))
FIRST_RESULTS = 5
SEARCHES_TYPED, MIN_FOUND = 200, 190


async def test_shoppers_find_their_books_but_for_the_listed_misses(database: Database) -> None:
    searches, shelf = read_rows(SEARCHES), read_rows(SHELF)
    report = await Importer(database, MARKET).import_file(InputFile(SHELF))
    assert not report.refused
    assert len(searches) == SEARCHES_TYPED

    def list_misses(db: Connection) -> list[str]:
        return [
            search["typed"]
            for search in searches
            if not wanted_isbns(search["books"], shelf) & first_isbns(db, search["typed"])
        ]

    misses = await database.read(list_misses)
    assert misses == [search["typed"] for search in searches if search["found"] == "no"]
    assert SEARCHES_TYPED - len(misses) >= MIN_FOUND


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a table by the names of its columns."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def wanted_isbns(wanted: str, shelf: list[dict[str, str]]) -> set[str]:
    """Return the books one of which is wanted: these ISBNs, or a Thema subject and all below it."""
    if wanted.startswith("subject "):
        code = wanted.removeprefix("subject ")
        return {book["isbn"] for book in shelf if book["subject"].startswith(code)}
    isbns = set(wanted.split())
    assert isbns <= {book["isbn"] for book in shelf}
    return isbns


def first_isbns(db: Connection, typed: str) -> set[str]:
    """Return the books that a shopper sees first, as the search page finds them."""
    if isbn := find_typed_isbn(db, typed):
        return {isbn}
    page = load_search_page(db, typed, Filters(), ListRange(), currency="SGD")
    return {book.isbn for book in page["books"][:FIRST_RESULTS]}
