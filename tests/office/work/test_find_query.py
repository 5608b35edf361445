"""What the field "Find an order" takes."""

from typing import Any

import pytest

from bookshop.office.work.find_query import MAX_QUERY_CHARS, FindQuery, read_query

TOKEN = "Qw3rTy_-Qw3rTy_-abcdef"
ORDER_ID = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1042", {"number": 1042}),
        (" #1042 ", {"number": 1042}),
        ("Order no. 1042", {"number": 1042}),
        ("１０４２", {"number": 1042}),
        ("9780141439518", {"isbn": "9780141439518"}),
        ("978-0-14-143951-8", {"isbn": "9780141439518"}),
        ("0141439513", {"isbn": "9780141439518"}),
        ("978014143951850999", {"isbn": "9780141439518"}),
        ("pi_3AbcDEF", {"stripe_id": "pi_3AbcDEF"}),
        ("https://dashboard.stripe.com/test/payments/pi_3AbcDEF", {"stripe_id": "pi_3AbcDEF"}),
        ("pi_3AbcDEF_secret_xyz", {"stripe_id": "pi_3AbcDEF"}),
        ("ch_1x", {"stripe_id": "ch_1x"}),
        ("cs_test_a1", {"stripe_id": "cs_test_a1"}),
        ("re_1x", {"stripe_id": "re_1x"}),
        (f"https://shop.example/orders/{TOKEN}?polls=3", {"key": TOKEN}),
        (f"/office/orders/{ORDER_ID}", {"key": ORDER_ID}),
        (ORDER_ID, {"key": ORDER_ID}),
        ("Ada Lovelace", {}),
        ("ada@example.com", {}),
        ("1984 Orwell", {}),
        ("", {}),
        ("９" * 40, {}),
    ],
)
def test_a_text_names_what_it_looks_like(typed: str, expected: dict[str, Any]) -> None:
    query = read_query(typed)
    assert query == FindQuery(query.text, **expected)


def test_a_long_text_is_cut() -> None:
    assert len(read_query("x" * 10_000).text) == MAX_QUERY_CHARS
