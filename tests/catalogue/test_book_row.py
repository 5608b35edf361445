"""The dataclasses of a book's columns are the columns of its tables, with the same types."""

from dataclasses import fields
from datetime import date
from typing import Any, get_type_hints

import pytest
from sqlalchemy import Column, Table, TypeDecorator

from bookshop.catalogue.book import Book, Contributor, Subject
from bookshop.catalogue.book_row import BookDetails, BookRow
from bookshop.catalogue.book_store import BOOKS
from bookshop.schema import book_details, books, contributors, subjects

# what the shop adds to a book itself: its picture, when it was first listed, where it is in the search index
OWN_COLUMNS = {
    "cover_version": str,
    "cover_width": int,
    "cover_height": int,
    "listed_on": date,
    "rank": int | None,
}


def type_of(column: Column[Any]) -> Any:
    stored = column.type.impl_instance if isinstance(column.type, TypeDecorator) else column.type
    return stored.python_type | None if column.nullable else stored.python_type


def types_of(table: Table, *without: str) -> dict[str, Any]:
    return {column.name: type_of(column) for column in table.c if column.name not in without}


def test_a_book_row_has_the_columns_of_books() -> None:
    assert {**get_type_hints(BookRow), **OWN_COLUMNS} == types_of(books)


def test_details_have_the_columns_of_book_details() -> None:
    assert get_type_hints(BookDetails) == types_of(book_details, "isbn")


@pytest.mark.parametrize(("part", "table"), [(Contributor, contributors), (Subject, subjects)])
def test_the_parts_of_a_book_have_the_columns_of_their_tables(part: type, table: Table) -> None:
    assert get_type_hints(part) == types_of(table, "isbn", "position")


def test_a_book_is_read_in_the_order_of_its_fields() -> None:
    columns = list(BOOKS.selected_columns.keys())
    assert columns == [field.name for field in fields(Book)][: len(columns)]
    assert set(columns) == {field.name for field in fields(Book)} - {"contributors", "subjects", "details"}
