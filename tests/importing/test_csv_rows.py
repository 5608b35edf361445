"""A quotation mark that is missing, or one too many, spoils its own row and no other."""

import csv
import io
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshop.importing.rules.csv_books import read_book_csv
from bookshop.importing.rules.csv_columns import CSV_COLUMN_NAMES
from bookshop.importing.rules.csv_rows import LENGTH_PROBLEM, QUOTES_PROBLEM, RawRow, RowShape, read_rows
from bookshop.importing.rules.stock_rows import TILL_COLUMNS, read_stock_counts, read_stock_table
from bookshop.onix.blocks import DESCRIPTIVE
from bookshop.onix.record import Record, RefusedRecord
from tests.importing.shop import MARKET
from tests.onix.messages import isbn_of

# line breaks and separators stand between letters: beside quotation marks they look like the end of a cell
PARTS = st.sampled_from(["a", "b é", '"', "a,b", "a;b", "a\nb", "5\n\n5"])
TEXTS = st.lists(PARTS, max_size=4).map("".join)


def rows_of(text: str, width: int = 3) -> list[RawRow]:
    return list(read_rows(iter(text.splitlines(keepends=True)), RowShape(",", width, width, 0), 1))


def cells_of(text: str, width: int = 3) -> list[list[str]]:
    return [row.cells for row in rows_of(text, width) if not row.problem]


def test_cells_may_have_line_breaks() -> None:
    isbn, other = isbn_of(1), isbn_of(2)
    text = f'{isbn},"Tea\n\n{other}\n{other} too",1\n{other},A,2\n'
    assert [(row.line, row.cells) for row in rows_of(text)] == [
        (2, [isbn, f"Tea\n\n{other}\n{other} too", "1"]),
        (6, [other, "A", "2"]),
    ]


def test_the_isbn_may_stand_after_a_cell_with_line_breaks() -> None:
    shape = RowShape(",", 3, 3, 1)
    text = f'"Tea\nand more",{isbn_of(1)},1\nA,{isbn_of(2)},2\n'
    rows = list(read_rows(iter(text.splitlines(keepends=True)), shape, 1))
    assert [row.cells[1] for row in rows] == [isbn_of(1), isbn_of(2)]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('1,Binder 5",2', ["1", 'Binder 5"', "2"]),
        ('1,"The "Real" Story",2', ["1", 'The "Real" Story', "2"]),
        (r'1,"The \"Real\" Story, again",2', ["1", 'The "Real" Story, again', "2"]),
        ('1,"Emma" and others,2', ["1", '"Emma" and others', "2"]),
        ('1, "Tea, hot", 2', ["1", "Tea, hot", "2"]),
        ('1,"The ""Real"" Story",', ["1", 'The "Real" Story', ""]),
    ],
)
def test_quotation_marks_that_are_not_doubled(line: str, cells: list[str]) -> None:
    assert cells_of(line + "\n") == [cells]


def test_tabs_separate_cells_whatever_their_quotation_marks() -> None:
    text = '"Adam Bede"\t"Fine" copy, 5" tall\t1\n"Emma"\t"Fine" copy\t2\n'
    rows = read_rows(iter(text.splitlines(keepends=True)), RowShape("\t", 3, 3, None), 1)
    assert [(row.cells, row.problem) for row in rows] == [
        (['"Adam Bede"', '"Fine" copy, 5" tall', "1"], ""),
        (["Emma", '"Fine" copy', "2"], ""),
    ]


@pytest.mark.parametrize(
    "line",
    ['1,"Tea,2', '"1,Tea,2', '1,Tea,"2', '1,Tea","2', '1,"Tea,"2,"3"', "1,Hello, World,2", '1,"a"b",2,3'],
)
def test_a_row_that_is_not_clear_is_refused_with_its_line(line: str) -> None:
    found = rows_of(f"{isbn_of(1)},A,1\n{line}\n" + "".join(f"{isbn_of(n)},B,1\n" for n in range(2, 300)))
    assert [row.line for row in found if row.problem] == [3]
    assert len(found) == 300


def test_rows_that_a_stray_quotation_mark_joins_are_read_again() -> None:
    lines = [
        f'{isbn_of(1)},"Tea,1',
        f"{isbn_of(2)},Binder,2",
        f'{isbn_of(3)},Binder 5",3',
        f"{isbn_of(4)},A,4",
    ]
    found = rows_of("\n".join(lines))
    assert [(row.line, row.cells[2:], row.problem) for row in found] == [
        (2, ["3"], QUOTES_PROBLEM),
        (3, ["2"], ""),
        (4, ["3"], ""),
        (5, ["4"], ""),
    ]


def test_a_quotation_mark_at_the_end_swallows_nothing() -> None:
    found = rows_of(f'{isbn_of(1)},A,1\n{isbn_of(2)},"B,1\n{isbn_of(3)},C,1')
    assert [(row.line, row.problem) for row in found] == [(2, ""), (3, QUOTES_PROBLEM), (4, "")]


def test_a_row_never_holds_more_than_its_limit() -> None:
    found = rows_of('1,"A\n' + "x\n" * 70_000)
    assert found[0] == RawRow(2, [], QUOTES_PROBLEM)
    assert max(sum(map(len, row.cells)) for row in found) < 140_000
    assert [row.problem for row in rows_of("1," + "x" * 140_000 + "\n2,3,4\n")] == [LENGTH_PROBLEM, ""]


@st.composite
def damaged_lists(draw: Any) -> tuple[str, int, list[str]]:
    """Return a list of books, the place of its damaged row, and the titles of all."""
    count = draw(st.integers(1, 8))
    titles = [draw(TEXTS) + "t" for _ in range(count)]
    quoting: Literal[0, 1] = csv.QUOTE_ALL if draw(st.booleans()) else csv.QUOTE_MINIMAL
    isbn_at = draw(st.integers(0, 2))
    rows = []
    for n, title in enumerate(titles):
        cells: list[object] = [title, draw(TEXTS)]
        cells.insert(isbn_at, isbn_of(n))
        rows.append(_to_line(cells, quoting))
    damaged = draw(st.integers(0, count - 1))
    row = rows[damaged]
    quotes = [at for at, character in enumerate(row) if character == '"']
    if quotes and draw(st.booleans()):
        at = draw(st.sampled_from(quotes))
        rows[damaged] = row[:at] + row[at + 1 :]
    else:
        starts = [0, *(at + 1 for at, character in enumerate(row) if character == ",")]
        at = draw(st.sampled_from(starts))
        rows[damaged] = row[:at] + '"' + row[at:]
    names = ["title", "author"]
    names.insert(isbn_at, "isbn")
    return ",".join(names) + "\n" + "".join(rows), damaged, titles


def _to_line(cells: list[object], quoting: Literal[0, 1]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=quoting, lineterminator="\n").writerow(cells)
    return out.getvalue()


@settings(max_examples=300, deadline=None)
@given(damaged_lists())
def test_a_quotation_mark_too_few_or_too_many_loses_one_book_at_most(
    damaged_list: tuple[str, int, list[str]],
) -> None:
    text, damaged, titles = damaged_list
    _, *items = read_book_csv(io.BytesIO(text.encode()), "list.csv", MARKET)
    found = {item.isbn: item for item in items if isinstance(item, Record)}
    for n, title in enumerate(titles):
        if n != damaged:
            assert found[isbn_of(n)].blocks[DESCRIPTIVE]["title"] == " ".join(title.split())
    if isbn_of(damaged) not in found:
        refused = [item for item in items if isinstance(item, RefusedRecord)]
        assert any(item.is_damaged for item in refused)


def test_a_column_name_is_of_one_field() -> None:
    names = [name for names in CSV_COLUMN_NAMES.values() for name in names]
    assert sorted(set(names)) == sorted(names)


def test_a_stock_file_loses_one_row_at_most() -> None:
    text = (
        "isbn,stock,price\n" + f'{isbn_of(1)},"1,1\n' + "".join(f"{isbn_of(n)},1,1\n" for n in range(2, 30))
    )
    refused: list[RefusedRecord] = []
    table = read_stock_table(io.BytesIO(text.encode()), MARKET, TILL_COLUMNS)
    counts = list(read_stock_counts(table, MARKET, refused, []))
    assert len(counts) == 28
    assert [(one.line, one.reason, one.is_damaged) for one in refused] == [(2, QUOTES_PROBLEM, True)]
