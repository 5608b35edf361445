"""What is typed or pasted is read without what cannot be seen."""

import unicodedata
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.importing.rules.csv_prices import parse_csv_price
from bookshop.importing.rules.stock_rows import TILL_COLUMNS, read_stock_counts, read_stock_table
from bookshop.search.query import Query
from bookshop.trade.isbn import parse_isbn
from bookshop.trade.market import Market
from bookshop.trade.typed_text import normalize_code, normalize_line

ISBN = "9781732265172"
texts = st.text(max_size=40)


@given(texts)
def test_a_code_has_no_format_characters_and_stays_as_it_is(text: str) -> None:
    code = normalize_code(text)
    assert normalize_code(code) == code
    assert not {unicodedata.category(c) for c in code} & {"Cf", "Cc"}


@given(texts)
def test_a_line_stays_as_it_is(text: str) -> None:
    line = normalize_line(text)
    assert normalize_line(line) == line
    assert line == line.strip()


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=40))
def test_plain_text_is_kept(text: str) -> None:
    assert normalize_code(text) == normalize_line(text) == " ".join(text.split())


@pytest.mark.parametrize(
    "text",
    [
        "９７８１７３２２６５１７２",
        "978\u201117\u201132265172",
        "\u200b9781732265172\ufeff",
        "978－1732265172",
    ],
)
def test_an_isbn_is_read_however_it_was_typed(text: str) -> None:
    assert parse_isbn(text) == ISBN
    assert Query.from_text(text).words == (ISBN,)


def test_a_search_finds_words_that_were_pasted_with_marks() -> None:
    assert Query.from_text("Middle\u00admarch\u200b").words == Query.from_text("Middlemarch").words


@pytest.mark.parametrize(("text", "copies"), [("３", 3), ("\u200b3", 3), ("−3", 0), ("＋3", 3), ("3．0", 3)])
def test_a_stock_count_is_read_however_it_was_typed(text: str, copies: int) -> None:
    market = Market("SG", "SGD", "Asia/Singapore")
    file = BytesIO(f"isbn,stock\n{ISBN},{text}\n".encode())
    table = read_stock_table(file, market, TILL_COLUMNS)
    assert [count.quantity for count in read_stock_counts(table, market, [], [])] == [copies]


@pytest.mark.parametrize("text", ["1\u202f234,50", "１２３４．５０", "1\u00a0234.50", "\u200e1234.50"])
def test_a_price_is_read_however_it_was_typed(text: str) -> None:
    assert parse_csv_price(text, Market("FR", "EUR", "Europe/Paris")) == 123450
