import pytest

from tests.onix.messages import (
    a_message,
    a_product,
    identifier,
    records_of,
)


@pytest.mark.parametrize(
    ("identifiers", "isbn"),
    [
        (identifier("15", "9780306406157"), "9780306406157"),
        (identifier("15", "978-0-306-40615-7"), "9780306406157"),
        (identifier("03", "9780306406157"), "9780306406157"),
        (identifier("03", "9780306406157") + identifier("15", "9780306406157"), "9780306406157"),
        (identifier("02", "0306406152"), "9780306406157"),
        (identifier("02", "0-8044-2957-X"), "9780804429573"),
        (identifier("01", "12345") + identifier("15", "9791090636071"), "9791090636071"),
        (identifier("15", "9780306406158") + identifier("03", "9780306406157"), "9780306406157"),
    ],
)
def test_the_isbn_is_found_wherever_a_sender_puts_it(identifiers: str, isbn: str) -> None:
    (record,) = records_of(a_message(a_product(identifiers=identifiers)))
    assert record.isbn == isbn
