import pytest

from bookshop.importing.rules.csv_people import parse_people


@pytest.mark.parametrize(
    ("text", "people"),
    [
        ("Eliot, George", ["George Eliot"]),
        ("George Eliot", ["George Eliot"]),
        ("Terry Pratchett, Neil Gaiman", ["Terry Pratchett", "Neil Gaiman"]),
        ("Pratchett, Terry; Gaiman, Neil", ["Terry Pratchett", "Neil Gaiman"]),
        ("Le Guin, Ursula K.", ["Ursula K. Le Guin"]),
        ("A. Lim and B. Tan", ["A. Lim", "B. Tan"]),
        ("", []),
    ],
)
def test_people_out_of_one_cell(text: str, people: list[str]) -> None:
    assert [one["name"] for one in parse_people(text)] == people
