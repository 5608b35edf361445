"""The order list for wholesalers."""

import csv
from datetime import datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.fulfilment.copies_to_order import WaitedFor, WaitingOrder
from bookshop.office.receiving.order_list import FORMULA_SIGNS, harmless, split_by_supplier, to_csv
from tests.fulfilment.stored_orders import NOW

SINGAPORE = ZoneInfo("Asia/Singapore")


def a_waiting_order(number: int, copies: int = 1, ordered_at: datetime | None = None) -> WaitingOrder:
    paid_at = NOW + timedelta(minutes=number)
    return WaitingOrder(
        f"order-{number}", number, "Chloe Tan", copies, paid_at, NOW + timedelta(hours=20), ordered_at
    )


def waited_for(title: str, *orders: WaitingOrder, supplier: str = "Harbour Wholesale") -> WaitedFor:
    return WaitedFor("9780141439518", title, "Jane Austen", "Penguin", "fiction", supplier, orders)


def test_books_are_grouped_by_supplier_and_those_without_come_last() -> None:
    books = [
        waited_for("Persuasion", a_waiting_order(1), supplier=""),
        waited_for("Persuasion", a_waiting_order(2, 3)),
        waited_for("Emma", a_waiting_order(3), supplier="Straits"),
        waited_for("Emma", a_waiting_order(4)),
    ]
    lists = split_by_supplier(books)
    assert [(one.supplier, [book.title for book in one.to_order], one.copies) for one in lists] == [
        ("Harbour Wholesale", ["Emma", "Persuasion"], 4),
        ("Straits", ["Emma"], 1),
        ("", ["Persuasion"], 1),
    ]
    assert lists[0].shown_until == NOW + timedelta(minutes=4)


def test_copies_that_were_ordered_are_listed_apart() -> None:
    (one,) = split_by_supplier([waited_for("Emma", a_waiting_order(1, 2, NOW), a_waiting_order(2))])
    assert [book.copies for book in one.ordered] == [2]
    assert [book.orders[0].number for book in one.to_order] == [2]
    assert len(list(csv.reader(StringIO(to_csv([one], SINGAPORE))))) == 2


def test_the_file_names_copies_orders_and_the_day_of_the_shop() -> None:
    lists = split_by_supplier([waited_for("Emma", a_waiting_order(1042, 2), a_waiting_order(1043))])
    header, row = csv.reader(StringIO(to_csv(lists, SINGAPORE)))
    assert dict(zip(header, row, strict=True)) == {
        "supplier": "Harbour Wholesale",
        "isbn": "9780141439518",
        "title": "Emma",
        "author": "Jane Austen",
        "publisher": "Penguin",
        "copies": "3",
        "orders": "1042 1043",
        "promised": "2026-11-30",
    }


@pytest.mark.parametrize("sign", FORMULA_SIGNS)
def test_no_cell_is_a_formula(sign: str) -> None:
    lists = split_by_supplier([waited_for(f"{sign}1+1", a_waiting_order(1))])
    _, row = csv.reader(StringIO(to_csv(lists, SINGAPORE), newline=""))
    assert row[2] == f"'{sign}1+1"


@given(st.text())
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert harmless(cell) in (cell, f"'{cell}")
    assert not harmless(cell).startswith(FORMULA_SIGNS)
