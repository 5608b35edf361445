"""What stands on slips, pick lists and labels."""

from typing import Any

import pytest
from barcode.charsets import code128
from hypothesis import example, given
from hypothesis import strategies as st

from bookshop.fulfilment.copies import CopyState, LineCopies
from bookshop.office.printing.chosen_orders import read_numbers
from bookshop.office.printing.code128 import draw_code
from bookshop.office.printing.pick_list import make_pick_list
from bookshop.office.printing.print_store import PrintedOrder
from bookshop.office.printing.shelf import OTHERS, Shelf, find_shelf
from bookshop.office.printing.slip import SlipLine, make_slip
from bookshop.orders.order import OrderLine
from bookshop.trade.categories import CATEGORIES
from tests.builders import an_order, sgd

FICTION, POETRY = CATEGORIES["fiction"].name, CATEGORIES["poetry"].name


def printed(number: int, *lines: tuple[str, dict[str, int]]) -> PrintedOrder:
    """Make an order of books by their ISBN and by the states of their copies."""
    order_lines = tuple(
        OrderLine(isbn, isbn.upper(), "An Author", sum(counts.values()), sgd(1000)) for isbn, counts in lines
    )
    copies = tuple(
        LineCopies(position, isbn, {CopyState(state): n for state, n in counts.items()})
        for position, (isbn, counts) in enumerate(lines)
    )
    return PrintedOrder(an_order(lines=order_lines, number=number), copies)


SHELVES = {isbn: Shelf(FICTION, "Author") for isbn in "abc"}


def titles(lines: tuple[SlipLine, ...]) -> str:
    return " ".join(f"{each.quantity}{each.line.isbn}" for each in lines)


@pytest.mark.parametrize(
    ("counts", "here", "gone", "to_follow"),
    [
        ({"in_stock": 2, "packed": 1, "ready": 1}, "4a", "", ""),
        ({"in_stock": 1, "to_order": 2, "shipped": 3}, "1a", "3a", "2a"),
        ({"packed": 1, "collected": 1, "cancelled": 1, "returned": 1}, "1a", "1a", ""),
        ({"shipped": 2, "to_order": 1}, "2a", "", "1a"),
        ({"to_order": 1}, "1a", "", ""),
    ],
)
def test_a_slip_lists_what_is_in_the_shop(
    counts: dict[str, int], here: str, gone: str, to_follow: str
) -> None:
    slip = make_slip(printed(1042, ("a", counts)), SHELVES)
    assert slip
    assert (titles(slip.lines), titles(slip.gone), titles(slip.to_follow)) == (here, gone, to_follow)


def test_a_slip_counts_its_copies_and_their_prices() -> None:
    order = printed(1042, ("a", {"packed": 2, "to_order": 1}), ("b", {"in_stock": 1}), ("c", {"shipped": 1}))
    slip = make_slip(order, SHELVES)
    assert slip
    assert (slip.copies, slip.amount) == (3, sgd(3000))


def test_an_order_of_which_nothing_is_left_has_no_slip() -> None:
    assert make_slip(printed(1042, ("a", {"cancelled": 1, "returned": 1})), SHELVES) is None


def test_the_pick_list_walks_along_the_shelves() -> None:
    shelves = {"a": Shelf(POETRY, "Rossetti"), "b": Shelf(FICTION, "Wells"), "c": Shelf(FICTION, "eliot")}
    orders = [
        printed(1042, ("a", {"in_stock": 1}), ("b", {"in_stock": 2, "packed": 1})),
        printed(1043, ("b", {"in_stock": 1}), ("c", {"in_stock": 1, "to_order": 1})),
        printed(1044, ("c", {"packed": 1})),
    ]
    found = make_pick_list(orders, shelves)
    assert [(name, [(p.line.isbn, dict(p.quantities)) for p in picks]) for name, picks in found] == [
        (FICTION, [("c", {1043: 1}), ("b", {1042: 2, 1043: 1})]),
        (POETRY, [("a", {1042: 1})]),
    ]
    assert [pick.quantity for pick in found[0][1]] == [1, 3]


@pytest.mark.parametrize(
    ("category", "byline", "shelf"),
    [
        ("fiction", "George Eliot", (FICTION, "Eliot")),
        ("fiction", "George Grossmith and Weedon Grossmith", (FICTION, "Grossmith")),
        ("poetry", "Ana Gil, Bo Li and Cy Ho", (POETRY, "Gil")),
        ("", "", (OTHERS, "")),
    ],
)
def test_books_stand_by_the_first_author(category: str, byline: str, shelf: Any) -> None:
    assert find_shelf(category, byline) == shelf


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        (["1042.7", "1043"], [1042, 1043]),
        (["1042.7", "1042.8"], [1042]),
        (["", "x", "-1", "1.2.3", "٣", "1234567890"], [1]),
    ],
)
def test_an_address_names_orders_with_or_without_versions(chosen: list[str], numbers: list[int]) -> None:
    assert read_numbers(chosen) == numbers


@given(st.integers(1, 10**9 - 1))
@example(9900)
@example(99)
def test_the_code_of_a_number_can_be_read(number: int) -> None:
    code = draw_code(str(number))
    assert read_code(code.path) == str(number)
    left, _, width, _ = map(int, code.box.split())
    bars = [bar.split(" ") for bar in code.path[1:-1].split("zM")]
    last = bars[-1]
    assert left == -10
    assert width + left - int(last[0]) - int(last[1][2 : last[1].index("v")]) == 10


def read_code(path: str) -> str:
    """Read the bars as a scanner does: their widths, symbols, check digit and code sets."""
    modules = ""
    for bar in path[1:-1].split("zM"):
        x, rest = bar.split(" 0h")
        modules = modules.ljust(int(x), "0") + "1" * int(rest.partition("v")[0])
    assert modules.endswith("1100011101011")
    symbols = [modules[n : n + 11] for n in range(0, len(modules) - 13, 11)]
    start, *values, check = [code128.CODES.index(symbol) for symbol in symbols]
    assert (start + sum(n * value for n, value in enumerate(values, 1))) % 103 == check
    text, is_pairs = "", start == 105
    for value in values:
        if is_pairs and value == 100:
            is_pairs = False
        elif not is_pairs and value == 99:
            is_pairs = True
        else:
            text += f"{value:02}" if is_pairs else chr(value + 32)
    return text
