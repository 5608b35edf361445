"""Email addresses that mean the same mailbox are equal."""

import pytest

from bookshop.orders.email_address import ascii_email, email_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@Example.com", "ada@example.COM"),
        ("ada@bücher.example.com", "ADA@xn--bcher-kva.example.com"),
        ("josé@example.com", "jose\u0301@example.com"),
    ],
)
def test_case_and_encoding_make_no_difference(one: str, other: str) -> None:
    assert email_key(one) == email_key(other) != ""


@pytest.mark.parametrize("text", ["", "ada", "ada@", "@example.com", "a da@example.com"])
def test_what_is_not_an_address_has_no_key(text: str) -> None:
    assert email_key(text) == ""


def test_others_are_different_and_a_domain_is_ascii() -> None:
    assert email_key("ada@example.com") != email_key("ada@example.org")
    assert ascii_email("josé@bücher.example") == "josé@xn--bcher-kva.example"
    assert ascii_email("Ada@Example.com") == "Ada@Example.com"
