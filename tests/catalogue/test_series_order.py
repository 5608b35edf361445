"""The places of a series around one of its books."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookshop.catalogue.series_order import SeriesEntry, order_in_series, places_around


def entries(*numbers: str) -> list[SeriesEntry]:
    """Make a book of each number, with the number as its ISBN and its position as its rank."""
    return [
        SeriesEntry(rank, number, f"20{rank:02}", number or f"none{rank}")
        for rank, number in enumerate(numbers)
    ]


def places(numbers: list[str], isbn: str, limit: int = 12) -> str:
    """Return the places as text; a number in brackets is missing."""
    found = places_around(entries(*numbers), isbn, limit)
    return " ".join(place.entry.isbn if place.entry else f"({place.number})" for place in found)


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (["10", "9", "11"], "9 10 11"),
        (["2", "1", "4"], "1 2 (3) 4"),
        (["3", "4"], "(1) (2) 3 4"),
        (["1", "2", "1.5", "6"], "1 1.5 2 (3) (4) (5) 6"),
        (["1", "2", "7"], "1 2 7"),
        (["2021", "2022"], "2021 2022"),
        (["1", "", "2", ""], "1 2 none1 none3"),
        (["Book 2", "Book 1"], "Book 1 Book 2"),
        (["0", "1"], "0 1"),
    ],
)
def test_places_are_in_order_with_the_missing_numbers(numbers: list[str], expected: str) -> None:
    assert places(numbers, numbers[0]) == expected


@pytest.mark.parametrize(
    ("isbn", "expected"),
    [("1", "1 2 3 4"), ("3", "1 2 3 4"), ("5", "3 4 5 6"), ("9", "6 7 8 9"), ("not there", "1 2 3 4")],
)
def test_of_a_long_series_the_places_around_the_book_are_shown(isbn: str, expected: str) -> None:
    assert places([str(n) for n in range(1, 10)], isbn, limit=4) == expected


def test_of_editions_with_one_number_the_book_itself_or_the_first_has_the_place() -> None:
    hardback, paperback = SeriesEntry(2, "1", "2020", "hardback"), SeriesEntry(1, "1", "2021", "paperback")
    second = SeriesEntry(3, "2", "2022", "second")
    assert [place.entry for place in places_around([hardback, paperback, second], "second", 9)] == [
        paperback,
        second,
    ]
    assert [place.entry for place in places_around([paperback, hardback], "hardback", 9)] == [hardback]


@given(
    st.lists(st.one_of(st.integers(0, 40).map(str), st.text(max_size=4)), min_size=1, unique=True), st.data()
)
@settings(max_examples=50)
def test_the_book_is_always_there_and_the_rest_in_order(numbers: list[str], data: st.DataObject) -> None:
    books = entries(*numbers)
    book = data.draw(st.sampled_from(books))
    found = places_around(books, book.isbn, 5)
    assert len(found) <= 5
    assert book in [place.entry for place in found]
    shown = [place.entry for place in found if place.entry]
    assert all(order_in_series(one) < order_in_series(other) for one, other in pairwise(shown))
