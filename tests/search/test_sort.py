import pytest

from bookshop.search.sort import Sort


@pytest.mark.parametrize("sort", Sort)
def test_an_order_is_read_from_its_own_text(sort: Sort) -> None:
    assert Sort.from_text(sort) is sort


@pytest.mark.parametrize("text", ["", "PRICE", "price_desc", "newest "])
def test_an_unknown_order_is_the_default(text: str) -> None:
    assert Sort.from_text(text) is Sort.RELEVANCE
