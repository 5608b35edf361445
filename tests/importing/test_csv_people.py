import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.importing.rules.csv_people import parse_people


def roles_in(text: str) -> dict[str, str]:
    """Return the roles of a cell's people by name."""
    return {person["name"]: " ".join(person["roles"]) for person in parse_people(text)}


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("George Eliot", ["George Eliot"]),
        ("Eliot, George", ["George Eliot"]),
        ("Eliot, George.", ["George Eliot"]),
        ("Le Guin, Ursula K.", ["Ursula K. Le Guin"]),
        ("van Gogh, Vincent", ["Vincent van Gogh"]),
        ("de la Cruz, Juana Inés", ["Juana Inés de la Cruz"]),
        ("O'Brien, Flann", ["Flann O'Brien"]),
        ("Dr. Seuss", ["Dr. Seuss"]),
        ("Ma, Yo-Yo", ["Yo-Yo Ma"]),
        ("King, Martin Luther, Jr.", ["Martin Luther King, Jr."]),
        ("Martin Luther King, Jr.", ["Martin Luther King, Jr."]),
        ("Smith, John, Ph.D.", ["John Smith, Ph.D."]),
        ("Smith, John, M.A.", ["John Smith, M.A."]),
        ("Doyle, Arthur Conan, Sir", ["Sir Arthur Conan Doyle"]),
        ("Tolkien, J. R. R. (John Ronald Reuel), 1892-1973.", ["J. R. R. Tolkien"]),
        ("Shakespeare, William, 1564-1616", ["William Shakespeare"]),
        ("George Eliot (Mary Ann Evans)", ["George Eliot (Mary Ann Evans)"]),
        ("by Jane Austen", ["Jane Austen"]),
        ("Terry Pratchett, Neil Gaiman", ["Terry Pratchett", "Neil Gaiman"]),
        ("Terry Pratchett & Neil Gaiman", ["Terry Pratchett", "Neil Gaiman"]),
        ("Pratchett, Terry; Gaiman, Neil", ["Terry Pratchett", "Neil Gaiman"]),
        ("Tolkien, J.R.R., Lewis, C.S.", ["J.R.R. Tolkien", "C.S. Lewis"]),
        ("García Márquez, Gabriel José; Eco, Umberto", ["Gabriel José García Márquez", "Umberto Eco"]),
        ("A. Lim and B. Tan", ["A. Lim", "B. Tan"]),
        ("A. Lim\nB. Tan", ["A. Lim", "B. Tan"]),
        ("Ann and Jeff VanderMeer", ["Ann and Jeff VanderMeer"]),
        ("Terry Pratchett et al.", ["Terry Pratchett"]),
        ("Terry Pratchett, Neil Gaiman and others", ["Terry Pratchett", "Neil Gaiman"]),
        # bodies
        ("Faber and Faber", ["Faber and Faber"]),
        ("Simon & Schuster", ["Simon & Schuster"]),
        ("Department of Health and Social Care", ["Department of Health and Social Care"]),
        ("Penguin Books, Ltd.", ["Penguin Books, Ltd."]),
        ("王小波", ["王小波"]),
        ("", []),
        ("(); ,, -", []),
    ],
)
def test_people_out_of_one_cell(text: str, names: list[str]) -> None:
    assert list(roles_in(text).items()) == [(name, "A01") for name in names]


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("Mary GrandPré (Illustrator)", {"Mary GrandPré": "A12"}),
        ("Jane Doe (Author, Illustrator)", {"Jane Doe": "A01 A12"}),
        ("Jane Doe; Doe, Jane [ed.]", {"Jane Doe": "A01 B01"}),
        ("Rowling, J.K.; GrandPré, Mary (Illustrator)", {"J.K. Rowling": "A01", "Mary GrandPré": "A12"}),
        ("Rowling, J.K. (Author), GrandPré, Mary (ill.)", {"J.K. Rowling": "A01", "Mary GrandPré": "A12"}),
        ("Roald Dahl, Quentin Blake (Illustrator)", {"Roald Dahl": "A01", "Quentin Blake": "A12"}),
        ("Smith, J. & Jones, M. (Eds.)", {"J. Smith": "B01", "M. Jones": "B01"}),
        ("Roald Dahl, illustrated by Quentin Blake", {"Roald Dahl": "A01", "Quentin Blake": "A12"}),
        ("Written and illustrated by Maurice Sendak", {"Maurice Sendak": "A01 A12"}),
        ("Prince Harry with J. R. Moehringer", {"Prince Harry": "A01", "J. R. Moehringer": "A02"}),
        ("Homer; Emily Wilson (Translator)", {"Homer": "A01", "Emily Wilson": "B06"}),
        ("Smith, John, editor", {"John Smith": "B01"}),
        ("Müller, Eva (Hrsg.)", {"Eva Müller": "B01"}),
        ("Ana Ruiz (Übersetzerin)", {"Ana Ruiz": "B06"}),
    ],
)
def test_words_for_roles_are_no_part_of_a_name(text: str, roles: dict[str, str]) -> None:
    assert roles_in(text) == roles


@given(st.text(st.sampled_from("Ab. ,;&()[]|/-'1é\n"), max_size=40))
def test_any_text_gives_names_with_letters(text: str) -> None:
    for name, roles in roles_in(text).items():
        assert any(map(str.isalpha, name))
        assert name == name.strip()
        assert roles
