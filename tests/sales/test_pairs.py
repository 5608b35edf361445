from hypothesis import given
from hypothesis import strategies as st

from bookshop.sales.pairs import MAX_BOOKS_OF_PAIRS, pairs_of


@given(st.lists(st.integers(0, 40).map(str), max_size=60))
def test_an_order_has_each_pair_both_ways_unless_it_is_large(isbns: list[str]) -> None:
    pairs = pairs_of(isbns)
    different = set(isbns)
    is_large = len(different) > MAX_BOOKS_OF_PAIRS
    assert len(pairs) == (0 if is_large else len(different) * (len(different) - 1))
    assert all((other, one) in pairs and one != other for one, other in pairs)
