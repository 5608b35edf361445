from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import isbn as stdnum_isbn

from bookshop.importing.rules.isbn_cell import is_bare_isbn, parse_isbn_cell

ISBN = "9780306406157"


@pytest.mark.parametrize(
    "text",
    [
        ISBN,
        "0-306-40615-2",
        "978-0-306-40615-7",
        "306406152",
        "306-40615-2",
        '="9780306406157"',
        "'9780306406157",
        "[0306406152]",
        f"{ISBN}.0",
        f"{ISBN},00",
        "9,780,306,406,157",
        "9.780.306.406.157",
        "0" + ISBN,
        ISBN + "51299",
        ISBN + " 51299",
        f"{ISBN} (hardback)",
        f"ISBN: {ISBN}",
        "ISBN-13: 978-0-306-40615-7",
        "ISBN 0 306 40615 2 pbk.",
        f"{ISBN}; 0306406152",
        f"0306406152 / {ISBN}",
        "９７８０３０６４０６１５７",
    ],
)
def test_an_isbn_as_programs_and_people_write_it(text: str) -> None:
    assert parse_isbn_cell(text) == ISBN


def test_both_zeros_that_a_spreadsheet_drops_come_back() -> None:
    assert parse_isbn_cell("7232772") == "9780007232772"
    assert parse_isbn_cell("60850523") == "9780060850524"


PLACEHOLDERS = ("0000000000", "111-111-111-1", "999999999")


@pytest.mark.parametrize("text", ["", '=""', '""', "0", "0.0", " ", "-", "N/A", "[]", "'", *PLACEHOLDERS])
def test_an_empty_cell_has_no_isbn(text: str) -> None:
    with pytest.raises(ValueError, match=r"^The row has no ISBN\.$"):
        parse_isbn_cell(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("27", "27 is not a valid ISBN"),
        ("123456", "123456 is not a valid ISBN"),
        ("306406153", "306406153 is not a valid ISBN"),
        ("9780306406158", "9780306406158 is not a valid ISBN"),
        ("978030640615", "978030640615 is not a valid ISBN"),
        ("B000FC1PJI", "B000FC1PJI is not a valid ISBN"),
        ("a lot of tea in a cup", "A LOT OF TEA IN A CUP"[:20] + " is not"),
        ("9.78031E+12", r"9.78031E\+12 is an ISBN that a spreadsheet has shortened"),
        ("9,78031E+12", r"9,78031E\+12 is an ISBN that a spreadsheet has shortened"),
        ("978E10", "978E10 is an ISBN that a spreadsheet has shortened"),
        (f"{ISBN}; 9780140449136", "The row has two ISBNs"),
        ("036000291452", "036000291452 is the barcode of another product"),
        ("4006381333931", "4006381333931 is the barcode of another product"),
        ("9771234567003", "9771234567003 is the barcode of a magazine"),
        ("979-0-2306-7118-7", "979-0-2306-7118-7 is the number of printed music"),
        ("M-2306-7118-7", "M-2306-7118-7 is the number of printed music"),
    ],
)
def test_any_other_code_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_isbn_cell(text)


@given(st.integers(0, 9_999_999))
def test_a_short_number_is_never_an_isbn_unless_its_check_digit_is_right(number: int) -> None:
    text = str(number)
    try:
        isbn = parse_isbn_cell(text)
    except ValueError:
        return
    assert len(text) == 7
    assert stdnum_isbn.to_isbn10(isbn) == text.zfill(10)


@given(st.text(max_size=40))
def test_any_text_is_an_isbn_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert stdnum_isbn.is_valid(parse_isbn_cell(text))


def test_a_code_of_the_shop_counts_only_if_it_is_a_whole_isbn() -> None:
    assert is_bare_isbn(ISBN)
    assert is_bare_isbn("'0-306-40615-2")
    assert not is_bare_isbn("306406152")
    assert not is_bare_isbn("TEA-1")
