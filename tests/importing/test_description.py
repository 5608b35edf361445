import pytest

from tests.importing.derived import a_derived_book


@pytest.mark.parametrize(
    ("extents", "pages"),
    [
        ([("00", "245", "03"), ("07", "300", "03")], 245),
        ([("05", "260", "03"), ("11", "250", "03")], 250),
        ([("00", "245", "")], 0),
        ([("09", "600", "05")], 0),
        ([("00", "many", "03"), ("07", "300", "03")], 300),
        ([("00", "9999999", "03")], 0),
    ],
)
def test_pages_are_counted_in_pages(extents: list[tuple[str, str, str]], pages: int) -> None:
    found = [{"type": kind, "value": value, "unit": unit} for kind, value, unit in extents]
    assert a_derived_book({"1": {"extents": found}}).pages == pages


@pytest.mark.parametrize(
    ("ages", "text"),
    [
        ({"age_from": 6, "age_to": 9}, "6–9"),
        ({"age_from": 12}, "12+"),
        ({"age_to": 3}, "up to 3"),
        ({"age_from": 7, "age_to": 7}, "7"),
        ({"age_from": 0, "age_to": 3}, "0–3"),
        ({}, ""),
    ],
)
def test_ages_are_written_briefly(ages: dict[str, int], text: str) -> None:
    assert a_derived_book({"1": ages}).details.ages == text


@pytest.mark.parametrize(
    ("edition", "text"),
    [
        ({"edition_number": "1"}, ""),
        ({"edition_number": "2"}, "2nd edition"),
        ({"edition_number": "11"}, "11th edition"),
        ({"edition_number": "23"}, "23rd edition"),
        ({"edition_number": "2", "edition": "Second, with errors"}, "Second, with errors"),
        ({"edition_number": "two"}, ""),
    ],
)
def test_the_edition_is_named_unless_it_is_the_first(edition: dict[str, str], text: str) -> None:
    assert a_derived_book({"1": edition}).details.edition == text
