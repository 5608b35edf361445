"""A word about the product beside a title does not hide the book."""

import pytest

from bookshop.search.format_words import without_format_words


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("dune paperback", (("dune",), "paperback")),
        ("emma audio book", (("emma",), "audio")),
        ("dune e book", (("dune",), "digital")),
        ("hungry caterpillar board book", (("hungry", "caterpillar"), "board")),
        ("gardening books", (("gardening",), "")),
        ("paperback writer novel", (("writer",), "paperback")),
        ("crime novels", (("crime",), "")),
        ("katzen bucher", (("katzen",), "")),
        ("paperback", None),
        ("dune messiah", None),
        ("", None),
    ],
)
def test_format_words_are_left_out(typed: str, expected: tuple[tuple[str, ...], str] | None) -> None:
    assert without_format_words(typed.split()) == expected
