from datetime import date

from bookshop.importing.rules.partial_dates import day_after, first_day, last_day


def test_a_vague_date_has_a_first_and_a_last_day() -> None:
    assert (first_day("2024-02"), last_day("2024-02")) == (date(2024, 2, 1), date(2024, 2, 29))
    assert (first_day("2024"), last_day("2024")) == (date(2024, 1, 1), date(2024, 12, 31))
    assert first_day("2024-02-03") == last_day("2024-02-03") == date(2024, 2, 3)
    assert day_after("2024-02") == date(2024, 3, 1)
    assert day_after("9999") == date.max
