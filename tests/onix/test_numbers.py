import pytest

from bookshop.onix.numbers import parse_whole


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("-1", None), ("1.5", None), ("²", None), ("", None), ("9" * 10, None)],
)
def test_a_whole_number_is_read_or_left(text: str, number: int | None) -> None:
    assert parse_whole(text) == number
