"""Books of one availability are one range of ranks, so that the index need not look for it."""

from hypothesis import given

from bookshop.search.expression import ranks_of, within_ranks
from bookshop.search.facet import Facet
from bookshop.search.rank import BEFORE_FIRST, MAX_RANK, rank_of
from bookshop.trade.availability import AvailabilityKind
from tests.search.strategies import days, isbns, kinds


@given(kinds, kinds, days, isbns)
def test_books_of_one_availability_have_one_range_of_ranks(
    wanted: AvailabilityKind, kind: AvailabilityKind, day: str, isbn: str
) -> None:
    groups = {"shelf": 0, "order": 1, "preorder": 1, "none": 2}
    after, last = ranks_of((("_sea", "sea"), (Facet.AVAILABILITY.token(wanted),)))
    is_between = after < rank_of(isbn, kind, day) <= last
    assert is_between == (groups[kind] == groups[wanted])


def test_an_availability_is_looked_up_only_where_ranks_do_not_imply_it() -> None:
    sea = ("_sea", "sea")
    assert within_ranks((sea, ("v_shelf",))) == (sea,)
    assert within_ranks((sea, ("v_order",), ("l_eng",))) == (sea, ("l_eng",), ("!v_preorder",))
    assert within_ranks((sea, ("v_preorder",))) == (sea, ("v_preorder",))
    assert within_ranks((("v_none",),)) == (("v_none",),)
    assert within_ranks((sea,)) == (sea,)
    assert ranks_of((sea,)) == (BEFORE_FIRST, MAX_RANK)
