"""What a scanner puts into the field."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.trade.scanned_code import Scan, read_scan

ISBN = "9780141439518"


@pytest.mark.parametrize(
    "code",
    [
        ISBN,
        "978-0-14-143951-8",
        "0141439513",
        "0-14-143951-3",
        f"{ISBN}51299",
        f"{ISBN} 51299",
        f"{ISBN}12",
        f" {ISBN}\r\n",
        "９７８０１４１４３９５１８",
    ],
)
def test_a_book_is_read_from_any_of_its_codes(code: str) -> None:
    scan = read_scan(code)
    assert (scan.isbn, scan.quantity, scan.order_number) == (ISBN, 1, None)


@pytest.mark.parametrize("stack", ["5×", "5x", "5X ", "5 * "])
def test_a_stack_counts_as_many_copies(stack: str) -> None:
    assert read_scan(stack + ISBN) == Scan(ISBN, 5, ISBN)


def test_an_isbn_that_ends_in_x_is_no_stack() -> None:
    assert read_scan("080442957X") == Scan("080442957X", 1, "9780804429573")
    assert read_scan("2x080442957X") == Scan("080442957X", 2, "9780804429573")


@pytest.mark.parametrize("code", ["1042", "#1042", " 1042 "])
def test_a_slip_has_the_number_of_its_order(code: str) -> None:
    assert read_scan(code) == Scan(code.strip(), 1, order_number=1042)


@pytest.mark.parametrize(
    "code", ["7 31234 05678 9", "9780141439519", f"0x{ISBN}", "5x1042", "hello", "", "9790001"]
)
def test_other_codes_are_neither_books_nor_slips_of_stacks(code: str) -> None:
    scan = read_scan(code)
    assert (scan.isbn, scan.quantity) == ("", 1)
    assert scan.order_number in (None, 9790001)


@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    scan = read_scan(text)
    assert scan.quantity > 0
    assert not (scan.isbn and scan.order_number is not None)
