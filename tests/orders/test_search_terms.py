"""The terms by which an order is found: of its name, its email address and its books."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from bookshop.checkout.place_order import reserve_and_add
from bookshop.database import Database, open_database
from bookshop.orders.search_terms import email_term, list_terms, name_words, typed_terms
from bookshop.orders.term_store import add_terms, change_terms, find_by_any_term, find_by_terms
from tests.builders import a_book, an_order, store_book

MIGRATION = import_module("bookshop.migrations.versions.0014_order_terms")
NAMES = [
    "Ada Lovelace",
    "Søren Ødegård",
    "Łukasz  O’Neill",
    "Émile Zola-Straße",
    "王 小明",
    "İnci №5 Yılmaz",
    "",
]
EMAILS = ["Reader@Example.COM", "ines.moreau@bücher.example", "ünï@example.com", "no address", ""]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ada  Lovelace", ["ada", "lovelace"]),
        ("Søren Ødegård", ["soren", "odegard"]),
        ("Émile O’Neill-Strauß", ["emile", "o", "neill", "strauss"]),
        ("王小明", ["王小明"]),
        ("– ! –", []),
        ("a " * 50, ["a"] * 10),
        ("x" * 500, ["x" * 100]),
    ],
)
def test_names_are_found_without_case_and_accents(name: str, expected: list[str]) -> None:
    assert name_words(name) == expected


@pytest.mark.parametrize("name", NAMES)
def test_the_migration_finds_the_same_words(name: str) -> None:
    assert MIGRATION.name_words(name) == name_words(name)


@pytest.mark.parametrize("email", EMAILS)
def test_the_migration_finds_the_same_address(email: str) -> None:
    assert MIGRATION.email_term(email) == email_term(email)


def test_an_address_is_compared_without_case_and_with_its_domain_in_ascii() -> None:
    assert email_term("Reader@Bücher.example") == "reader@xn--bcher-kva.example"
    assert email_term("reader@a..b") == "reader@a..b"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  Ada LOVELACE ", ["ada", "lovelace"]),
        ("Ada <Ada@Example.com>,", ["ada", "ada@example.com"]),
        ("ines@", ["ines@"]),
        ("ada ada", ["ada"]),
        ("", []),
        ("<@>", ["@"]),
    ],
)
def test_what_is_typed_means_words_and_addresses(text: str, expected: list[str]) -> None:
    assert typed_terms(text) == expected


async def test_orders_are_found_by_all_of_their_terms_the_newest_first(database: Database) -> None:
    book, other = a_book(), a_book()
    first = an_order(book, name="Ada Lovelace", email="ada@example.com")
    second = replace(
        an_order(book, other, name="Ada Byron", email="Byron@example.com"),
        placed_at=first.placed_at + timedelta(days=1),
    )

    def check(db: Connection) -> None:
        for each in (book, other):
            store_book(db, each)
        for order in (first, second):
            reserve_and_add(db, order)
        assert find_by_terms(db, ["ada"], 9) == [second.id, first.id]
        assert find_by_terms(db, ["ada"], 1) == [second.id]
        assert find_by_terms(db, ["ada", "lovelace"], 9) == [first.id]
        assert find_by_terms(db, ["lovelace", "ada"], 9) == [first.id]
        assert find_by_terms(db, ["ada", "nobody"], 9) == []
        assert find_by_terms(db, [], 9) == []
        assert find_by_terms(db, [book.isbn], 9) == [second.id, first.id]
        assert find_by_terms(db, ["ada", "lovelace", "ada@example.com", book.isbn], 9) == [first.id]
        assert find_by_terms(db, ["ada", "lovelace", "byron"], 9) == []
        assert find_by_terms(db, ["byr"], 9) == [second.id]
        assert find_by_terms(db, ["ada", "lov"], 9) == [first.id]
        assert find_by_terms(db, ["lov", "ada"], 9) == []
        # it begins two terms of one order
        assert find_by_terms(db, ["byron", "byr"], 9) == [second.id]
        assert find_by_terms(db, ["lo"], 9) == []
        assert find_by_terms(db, ["example"], 9) == []
        assert find_by_any_term(db, ["lovelace", "byron", other.isbn], 9) == [second.id, first.id]
        assert find_by_any_term(db, [], 9) == []

    await database.write(check)


async def test_a_corrected_order_is_found_by_its_new_terms(database: Database) -> None:
    book = a_book()
    order = an_order(book, name="Ada Lovelace", email="ada@example.com")
    corrected = replace(order, name="Ada Byron")

    def check(db: Connection) -> None:
        store_book(db, book)
        reserve_and_add(db, order)
        change_terms(db, order, corrected)
        assert find_by_terms(db, ["lovelace"], 9) == []
        assert find_by_terms(db, ["ada", "byron", "ada@example.com"], 9) == [order.id]
        change_terms(db, corrected, corrected)
        assert list_terms(corrected) == sorted([book.isbn, "ada", "ada@example.com", "byron"])

    await database.write(check)


async def test_finding_orders_walks_along_the_index(sqlite_url: str) -> None:
    database = open_database(sqlite_url)

    def store(db: Connection) -> None:
        add_terms(db, an_order(name="Ada Lovelace"))

    await database.write(store)
    with recording() as statements:
        await database.read(find_by_terms, ["ada", "lovelace"], 9)
        await database.read(find_by_terms, ["ada", "love"], 9)
    # how many orders have each term, and those that have all
    assert len(statements) == 4
    for statement, values in statements:
        plan = await database.read(explain, statement, values)
        assert any("order_terms USING PRIMARY KEY (term" in step for step in plan), plan
        assert not any(step.startswith(("SCAN order_terms", "SCAN other")) for step in plan), plan
    await database.close()


@contextmanager
def recording() -> Iterator[list[tuple[str, Any]]]:
    """Record the statements that are sent to databases, with their values, until the block ends."""
    seen: list[tuple[str, Any]] = []

    def note(_: object, __: object, statement: str, values: object, *___: object) -> None:
        if statement.startswith("SELECT"):
            seen.append((statement, values))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def explain(db: Connection, statement: str, values: Any) -> list[str]:
    """Return the steps by which SQLite executes a statement."""
    return [row.detail for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
