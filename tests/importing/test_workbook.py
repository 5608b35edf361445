"""Tables in workbooks of Excel and LibreOffice."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bookshop.importing.read_chunks import read_chunks
from bookshop.importing.rules.derive import derive_book
from bookshop.importing.rules.derived_book import DerivedBook
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import FileKind
from bookshop.onix.input_file import find_input_files
from bookshop.onix.record import Record, RefusedRecord
from bookshop.onix.table_options import TableOptions
from tests.importing.feeds import NOW
from tests.importing.shop import MARKET
from tests.importing.workbooks import Sheets, a_zip, an_ods, an_xlsx

ISBN, OTHER = "9780306406157", "9780140449136"
HEAD = ["ISBN", "Title", "Price", "Published", "Description"]
BOOKS: Sheets = {
    "Notes": [["Stock list"], ["of the shop"]],
    "Books": [
        ["All books, March 2027"],
        [],
        HEAD,
        [9780306406157, "Émile", 12.5, date(2021, 3, 4), "Hay.\n\nA “novel”, too."],
        ["0140449132", 1984, 7, None, None],
        [None, "A title alone"],
    ],
}


def items_in(path: Path, data: bytes, options: TableOptions | None = None) -> list[Record | RefusedRecord]:
    path.write_bytes(data)
    (source,) = find_input_files(path, options=options or TableOptions())
    chunks = list(read_chunks(source, MARKET, 100))
    assert {chunk.kind for chunk in chunks} == {FileKind.WORKBOOK}
    return [item for chunk in chunks for item in chunk.items if isinstance(item, Record | RefusedRecord)]


def the_book(record: Record | RefusedRecord) -> DerivedBook:
    assert isinstance(record, Record)
    return derive_book(record.isbn, [record.blocks], {}, MARKET, NOW)


@pytest.mark.parametrize("make", [an_xlsx, an_ods], ids=["xlsx", "ods"])
def test_a_workbook_is_read_from_its_first_sheet_with_the_columns(
    make: Callable[[Sheets], bytes], tmp_path: Path
) -> None:
    first, second, refused = items_in(tmp_path / "any.name", make(BOOKS))
    book = the_book(first)
    assert (book.isbn, book.title, book.price_minor, book.published) == (ISBN, "Émile", 1250, "2021-03-04")
    assert book.details.description == "<p>Hay.</p><p>A “novel”, too.</p>"
    other = the_book(second)
    assert (other.isbn, other.title, other.price_minor, other.published) == (OTHER, "1984", 700, "")
    assert isinstance(refused, RefusedRecord)
    assert (refused.line, refused.reason) == (6, "The row has no ISBN.")


def test_hidden_sheets_are_left_out_and_columns_may_be_stated(tmp_path: Path) -> None:
    sheets: Sheets = {
        "Old": [["ISBN", "Title"], [OTHER, "Old"]],
        "New": [["ISBN", "Title"], [ISBN, "New"]],
        "Other": [["Strichcode", "Werk"], [ISBN, "Other"]],
    }
    data = an_xlsx(sheets, hidden=["Old"])
    assert [the_book(record).title for record in items_in(tmp_path / "a.xlsx", data)] == ["New"]
    options = TableOptions(columns=(("isbn", "Strichcode"), ("title", "Werk")))
    assert [the_book(record).title for record in items_in(tmp_path / "a.xlsx", data, options)] == ["Other"]


def test_the_encoding_of_other_files_does_not_matter(tmp_path: Path) -> None:
    first, *_ = items_in(tmp_path / "a.xlsx", an_xlsx(BOOKS), TableOptions(encoding="cp1250"))
    assert the_book(first).title == "Émile"


def test_a_zip_may_hold_workbooks(tmp_path: Path) -> None:
    path = tmp_path / "lists.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("list.xlsx", an_xlsx(BOOKS))
    (source,) = find_input_files(path)
    (chunk,) = read_chunks(source, MARKET, 100)
    assert len(chunk.items) == 4


def a_bomb(last_row: int) -> bytes:
    """Return a workbook of 2 KB that describes 16,384 cells in each row."""
    data = an_xlsx({"Books": [HEAD, [ISBN, "A"]]})
    path = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name).decode() for name in archive.namelist()}
    members[path] = (
        members[path].replace('r="B2"', f'r="XFD{last_row}"').replace('<row r="2"', f'<row r="{last_row}"')
    )
    return a_zip(members)


UNREADABLE = {
    "a bomb of 17 billion cells": (a_bomb(1_048_576), "The workbook is damaged or too large. "),
    "a bomb of 2 GB": (a_bomb(5_000), "The workbook is damaged or too large. "),
    "an old file": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "The workbook is damaged, has a password, or is of a kind that is not known. Save it as CSV.",
    ),
    "a cut file": (
        an_xlsx(BOOKS)[:-200],
        "The packed file is damaged. Download it again.",
    ),
    "a damaged sheet": (
        a_zip({"xl/workbook.xml": "<workbook"}),
        "The workbook is damaged, has a password, or is of a kind that is not known. Save it as CSV.",
    ),
    "no sheet": (an_xlsx({"A": []}), "The workbook has no visible sheet with cells in it. "),
    "a hidden sheet": (
        an_xlsx(BOOKS, hidden=[*BOOKS]),
        "The workbook has no visible sheet with cells in it. ",
    ),
    "no column": (an_xlsx({"A": [["a", "b"]]}), "The file has no column for the ISBN and the title. "),
}


@pytest.mark.parametrize(("data", "reason"), UNREADABLE.values(), ids=UNREADABLE)
def test_other_workbooks_are_refused_in_one_line(data: bytes, reason: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile) as refused:
        items_in(tmp_path / "a.xlsx", data)
    assert str(refused.value).startswith(reason)
    assert "\n" not in str(refused.value)
