import io

import pytest

from bookshop.importing.rules.csv_table import CsvTable, read_table, require_fields
from bookshop.onix.errors import UnreadableFile
from bookshop.onix.table_options import TableOptions

ISBN = "9780306406157"
NAMES = {"isbn": ("isbn13", "isbn"), "price": ("rrp", "price")}


def table(text: str, suffix: str = "", columns: tuple[tuple[str, str], ...] = ()) -> CsvTable:
    return read_table(io.BytesIO(text.encode()), NAMES, suffix=suffix, options=TableOptions(columns=columns))


@pytest.mark.parametrize(
    ("header", "row"),
    [("ISBN,ISBN-13,Price,RRP", "1,2,3,4"), ("ISBN,ISBN-13,Price,RRP,isbn13", "1,2,3,4,5")],
)
def test_of_two_columns_for_a_field_the_better_name_has_it(header: str, row: str) -> None:
    found = table(f"{header}\n{row}\n")
    assert found.fields == ("isbn", "price")
    assert found.ignored == ("Price",)
    assert [row.cells for row in found.rows] == [{"isbn": "2", "price": "4"}]


def test_a_name_may_end_with_the_currency() -> None:
    assert table("isbn,Price (SGD)\n", suffix="SGD").fields == ("isbn", "price")
    assert table("isbn,Price (SGD)\n", suffix="USD").fields == ("isbn",)


def test_empty_rows_and_cells_are_left_out() -> None:
    rows = list(table("isbn,price\n\n1,\n,\n2,3\n").rows)
    assert [(row.number, row.line, row.cells) for row in rows] == [
        (1, 3, {"isbn": "1"}),
        (2, 5, {"isbn": "2", "price": "3"}),
    ]


def test_an_error_names_a_hundred_columns_at_most() -> None:
    with pytest.raises(UnreadableFile, match=r"columns are: a1, .*, a100, …\. "):
        require_fields(table(",".join(f"a{n}" for n in range(1, 102))), ("isbn",))
    with pytest.raises(UnreadableFile, match=r"columns are: a1, .*, a100\. "):
        require_fields(table(",".join(f"a{n}" for n in range(1, 101))), ("isbn",))


def test_an_error_names_the_option_and_the_headings_that_are_known() -> None:
    with pytest.raises(UnreadableFile) as refused:
        require_fields(table("Strichcode,Preis\n"), ("isbn",))
    assert str(refused.value).startswith(
        "The file has no column for the ISBN. Its columns are: Strichcode, Preis. "
        'State its name with --columns "isbn=NAME". '
        "Names that need not be stated: isbn: isbn13, isbn, "
    )


def test_a_column_that_is_stated_is_the_only_one_for_its_field() -> None:
    found = table("ISBN;Preis (A);Price\n1;2;3\n", columns=(("price", "preis  (a)"), ("title", "Item")))
    assert found.ignored == ("Price",)
    assert [row.cells for row in found.rows] == [{"isbn": "1", "price": "2"}]
    with pytest.raises(UnreadableFile, match=r"no column 'Cost' for price. Its columns are: ISBN, Price\.$"):
        table("ISBN;Price\n", columns=(("price", "Cost"),))


def test_lines_above_the_header_are_left_out() -> None:
    found = table("Stock list, 1 March 2027\n\nISBN,Price\n1,2\n")
    assert [(row.line, row.cells) for row in found.rows] == [(4, {"isbn": "1", "price": "2"})]


def test_a_heading_may_have_line_breaks() -> None:
    found = table(
        '"ISBN\n(13)",Title,"Price\n\n(SGD)"\n1,A,2\n', suffix="SGD", columns=(("isbn", "ISBN (13)"),)
    )
    assert found.headings == ("ISBN (13)", "Title", "Price (SGD)")
    assert [(row.line, row.cells) for row in found.rows] == [(5, {"isbn": "1", "price": "2"})]


def test_a_heading_whose_quotation_mark_is_not_closed_joins_no_rows() -> None:
    found = table(f'isbn,price,"Note\n{ISBN},1,"A"\n{ISBN},2,B"\n')
    assert [row.line for row in found.rows] == [2, 3]


@pytest.mark.parametrize("header", ['"isbn,price', '"isbn,"price', 'isbn,"price'])
def test_a_quotation_mark_too_many_hides_no_column(header: str) -> None:
    assert [row.cells for row in table(f"{header}\n{ISBN},2\n").rows] == [{"isbn": ISBN, "price": "2"}]


def test_an_empty_isbn_is_taken_from_the_next_column_that_has_a_whole_one() -> None:
    names = {"isbn": ("isbn13", "isbn", "sku")}
    text = f'SKU,ISBN,ISBN-13\n{ISBN},27,\nTEA-1,0306406152,=""\n7232772,,\n{ISBN},1,2\n'
    rows = read_table(io.BytesIO(text.encode()), names).rows
    assert [row.cells.get("isbn") for row in rows] == [ISBN, "0306406152", "2"]


def test_a_code_of_the_shop_alone_must_be_a_whole_isbn() -> None:
    text = f"SKU,Price\n{ISBN},1\n7232772,2\n"
    rows = read_table(io.BytesIO(text.encode()), {"isbn": ("sku",), "price": ("price",)}).rows
    assert [row.cells for row in rows] == [{"isbn": ISBN, "price": "1"}, {"price": "2"}]


def test_a_code_of_the_shop_that_is_stated_is_taken_as_it_is() -> None:
    options = TableOptions(columns=(("isbn", "SKU"),))
    rows = read_table(io.BytesIO(b"SKU,ISBN\n7232772,1\n"), {"isbn": ("isbn", "sku")}, options=options).rows
    assert [row.cells for row in rows] == [{"isbn": "7232772"}]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("1,2\n3,4,5\n", [{"isbn": "1", "price": "2"}, {"isbn": "3", "price": "4", "title": "5"}]),
        ("1,2,A,B\n", [{"isbn": "1", "price": "2", "title": "A"}]),
        ("1\n2\n", [{"isbn": "1"}, {"isbn": "2"}]),
    ],
)
def test_rows_without_a_header_may_leave_out_the_last_fields(text: str, rows: list[dict[str, str]]) -> None:
    fields = ("isbn", "price", "title")
    found = read_table(io.BytesIO(text.encode()), NAMES, without_header=fields)
    assert [row.cells for row in found.rows] == rows


def test_a_cell_that_is_too_long_is_named() -> None:
    (row,) = table(f"isbn,price\n1,{'9' * 1001}\n").rows
    assert row.problem == "The price has 1,001 characters, which is too long."


def test_rows_of_one_product_share_what_stands_in_its_first() -> None:
    names = {name: (name,) for name in ("title", "isbn", "price", "cover")} | {"group": ("handle",)}
    text = "handle,title,isbn,price,cover\na,Emma,1,5,x\na,,2,6,\na,,,,y\nb,,3,7,\n"
    assert [row.cells for row in read_table(io.BytesIO(text.encode()), names).rows] == [
        {"group": "a", "title": "Emma", "isbn": "1", "price": "5", "cover": "x"},
        {"group": "a", "title": "Emma", "isbn": "2", "price": "6"},
        {"group": "b", "isbn": "3", "price": "7"},
    ]
