"""The benchmark of the office stops at a page that it does not know."""

from bench.office_pages import find_missing, list_pages
from bench.office_samples import Samples
from bookshop.office.addresses import ADDRESSES
from bookshop.office.work.order_list import ListName


def test_the_benchmark_measures_every_page_or_says_why_not() -> None:
    one, numbers = ["one"], [1]
    waiting = dict.fromkeys(ListName, one)
    samples = Samples(one, numbers, one, one, one, one, one, one, numbers, waiting)
    assert find_missing(ADDRESSES, list_pages(samples)) == []
