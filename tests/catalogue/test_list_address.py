"""An address of a list has its books, their order and view, and how many were seen."""

import pytest

from bookshop.catalogue.list_address import ListAddress, View
from bookshop.catalogue.list_range import ListRange
from bookshop.search.filters import Filters
from bookshop.search.sort import Sort


def address(query: dict[str, str] | None = None, **arguments: str) -> ListAddress:
    return ListAddress.from_args("/new", arguments, query or {})


def test_an_address_has_no_empty_or_usual_arguments() -> None:
    assert address(sort="relevance", view="covers", seen="0", after="").url() == "/new"
    assert address(sort="nonsense", view="nonsense").url() == "/new"


def test_order_and_view_stay_and_what_was_seen_begins_anew() -> None:
    shown = address({"q": "Émile", "form": "paperback"}, sort="price", view="rows", seen="48")
    assert shown.url() == "/new?q=%C3%89mile&form=paperback&sort=price&view=rows"
    assert shown.url(sort="relevance") == "/new?q=%C3%89mile&form=paperback&view=rows"
    assert (
        shown.url(view="covers", seen=48) == "/new?q=%C3%89mile&form=paperback&sort=price&view=covers&seen=48"
    )
    assert shown.filtered(Filters(language="eng")) == "/new?q=%C3%89mile&language=eng&sort=price&view=rows"


def test_what_was_seen_is_shown_again_until_there_is_too_much_of_it() -> None:
    assert address().next_url(24, "key") == "/new?seen=24"
    assert address().next_url(216, "key") == "/new?seen=216"
    assert address().next_url(240, "key") == "/new?seen=240&after=key"


@pytest.mark.parametrize(
    ("arguments", "start", "limit"),
    [
        ({}, 0, 24),
        ({"seen": "24"}, 0, 48),
        ({"seen": "216"}, 0, 240),
        ({"seen": "240"}, 0, 24),
        ({"seen": "25"}, 0, 24),
        ({"seen": "-24"}, 0, 24),
        ({"seen": "٢٤"}, 0, 24),
        ({"seen": "9" * 5000}, 0, 24),
        ({"after": "key"}, 0, 24),
        ({"seen": "480", "after": "key"}, 480, 24),
    ],
)
def test_a_page_has_the_books_seen_and_the_next(arguments: dict[str, str], start: int, limit: int) -> None:
    shown = ListRange.from_args(arguments)
    assert (shown.start, shown.limit) == (start, limit)


def test_an_address_is_read_as_it_was_written() -> None:
    shown = address(sort="title", view="rows", seen="24", after="key")
    assert shown == ListAddress("/new", ListRange(Sort.TITLE, 24, "key"), View.ROWS)
