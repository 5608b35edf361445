"""The few books of a small shop stand by category, two short shelves on one board."""

import pytest

from bookshop.catalogue.home_boards import PLAIN, arrange_boards
from tests.builders import a_book


@pytest.mark.parametrize(
    ("numbers", "boards"),
    [
        ({}, []),
        ({"fiction": 1}, [["others 1"]]),
        ({"fiction": 2}, [["fiction 2"]]),
        ({"fiction": 1, "poetry": 1}, [["others 2"]]),
        ({"fiction": 2, "poetry": 3}, [["fiction 2", "poetry 3"]]),
        ({"fiction": 4, "poetry": 2, "travel": 1}, [["fiction 4"], ["poetry 2", "others 1"]]),
        ({"fiction": 9, "": 2}, [["fiction 6 of 9"], ["others 2"]]),
        ({"mystery": 3, "fiction": 3, "travel": 2}, [["fiction 3", "mystery 3"], ["travel 2"]]),
    ],
)
def test_books_of_a_category_stand_together(numbers: dict[str, int], boards: list[list[str]]) -> None:
    books = [a_book(category=category) for category, number in numbers.items() for _ in range(number)]
    found = arrange_boards(books, numbers, ["mint"])
    assert [
        [
            f"{shelf.category.slug if shelf.category else 'others'} {len(shelf.books)}"
            + (f" of {shelf.count}" if shelf.count > len(shelf.books) else "")
            for shelf in board.shelves
        ]
        for board in found
    ] == boards


def test_the_link_to_all_counts_the_books_that_stand_elsewhere_on_the_page() -> None:
    (board,) = arrange_boards([a_book(category="poetry") for _ in range(2)], {"poetry": 7}, [])
    assert board.shelves[0].count == 7


def test_no_two_boards_have_one_hue_until_all_are_taken() -> None:
    books = [a_book(category=slug) for slug in ("fiction", "poetry", "travel", "science") for _ in range(4)]
    free = ["mint", "rose", "sky"]
    hues = [board.hue for board in arrange_boards(books, {}, free)]
    assert hues[0] == "sky", "the hue of fiction"
    assert sorted(hues) == ["mint", PLAIN, "rose", "sky"]
    assert free == []
