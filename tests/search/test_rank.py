"""Ranks order books by availability, then by date."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.rank import MAX_RANK, rank_of
from bookshop.trade.availability import AvailabilityKind
from tests.search.strategies import days, isbns, kinds


@given(st.tuples(kinds, days, isbns), st.tuples(kinds, days, isbns))
def test_ranks_are_in_the_order_of_importance(
    one: tuple[AvailabilityKind, str, str], other: tuple[AvailabilityKind, str, str]
) -> None:
    def order(kind: AvailabilityKind, day: str, isbn: str) -> tuple[int, list[int], str]:
        # days are counted up to the year 2870
        newest = [-int(part) for part in min(day, "2871-01-01").split("-")]
        return ["shelf", "order", "none"].index(kind.removeprefix("pre")), newest, isbn[:12]

    ranks = [rank_of(isbn, kind, day) for kind, day, isbn in (one, other)]
    assert (ranks[0] < ranks[1]) == (order(*one) < order(*other))
    assert (ranks[0] == ranks[1]) == (order(*one) == order(*other))
    assert 0 <= min(ranks) <= max(ranks) <= MAX_RANK


@pytest.mark.parametrize(
    ("exact_date", "vague"),
    [("2021-03-01", "2021-03"), ("2021-01-01", "2021"), ("", "2021-13"), ("", "spring"), ("", "0000")],
)
def test_a_vague_date_is_its_first_day(exact_date: str, vague: str) -> None:
    isbn = "9780578675862"
    assert rank_of(isbn, AvailabilityKind.SHELF, exact_date) == rank_of(isbn, AvailabilityKind.SHELF, vague)
