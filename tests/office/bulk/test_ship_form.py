"""What is typed into the grid."""

from werkzeug.datastructures import MultiDict

from bookshop.office.bulk.chosen import Chosen
from bookshop.office.bulk.ship_form import Typed, fill_in, find_repeated, read_rows

CHOSEN = [Chosen(1, 1), Chosen(2, 1), Chosen(3, 1)]


def test_a_row_leaves_if_it_has_a_number_or_needs_none() -> None:
    form = MultiDict(
        {"carrier-1": " DHL ", "tracking-1": " IP 44\n10 ", "untracked-2": "on", "carrier-3": "DHL"}
    )
    rows = read_rows(form, CHOSEN)
    assert rows[1] == Typed("DHL", "IP 44 10")
    assert [number for number, row in rows.items() if row.is_filled_in] == [1, 2]


def test_pasted_numbers_fill_the_empty_rows_in_their_order() -> None:
    rows = {1: Typed(), 2: Typed("Evri", "E 1"), 3: Typed("DHL")}
    filled, left = fill_in(rows, [3, 2, 1], "SingPost", "A1\n\n  A2 \nA3\n")
    assert filled == {3: Typed("DHL", "A1"), 2: Typed("Evri", "E 1"), 1: Typed("SingPost", "A2")}
    assert left == ["A3"]


def test_a_number_that_stands_in_two_rows_is_a_mistake_in_both() -> None:
    rows = {1: Typed("DHL", "A"), 2: Typed("DHL", "A"), 3: Typed("DHL", "B"), 4: Typed(), 5: Typed()}
    assert find_repeated(rows) == {1, 2}
