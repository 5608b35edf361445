import pytest

from tests.onix.messages import (
    blocks_of,
    descriptive,
    values,
)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ({"PersonName": "Maj Sjöwall"}, "Maj Sjöwall"),
        ({"PersonNameInverted": "Sjöwall, Maj"}, "Maj Sjöwall"),
        ({"PersonNameInverted": "King, Martin Luther, Jr."}, "Martin Luther King, Jr."),
        ({"PersonNameInverted": "Sappho"}, "Sappho"),
        ({"PersonName": "Maj Sjöwall", "PersonNameInverted": "Sjöwall, Maj"}, "Maj Sjöwall"),
        ({"NamesBeforeKey": "Ludwig", "PrefixToKey": "van", "KeyNames": "Beethoven"}, "Ludwig van Beethoven"),
        (
            {
                "TitlesBeforeNames": "Dr",
                "NamesBeforeKey": "Ada",
                "KeyNames": "Bond",
                "LettersAfterNames": "RN",
            },
            "Dr Ada Bond, RN",
        ),
        ({"NamesBeforeKey": "Jeanne", "PrefixToKey": "d’", "KeyNames": "Arc"}, "Jeanne d’Arc"),
        ({"NamesBeforeKey": "Flann", "KeyNames": "O’Brien"}, "Flann O’Brien"),
        ({"KeyNames": "Homer"}, "Homer"),
        ({"CorporateName": "The Pilots"}, "The Pilots"),
        ({"CorporateNameInverted": "Pilots, The"}, "The Pilots"),
        ({"UnnamedPersons": "04"}, "Various"),
    ],
)
def test_names_are_read_however_they_are_given(parts: dict[str, str], name: str) -> None:
    person = f"<Contributor>{values(ContributorRole='A01', **parts)}</Contributor>"
    assert blocks_of(descriptive(person))["1"]["contributors"] == [{"roles": ["A01"], "name": name}]


def test_contributors_stand_in_the_order_of_their_numbers() -> None:
    people = [
        f"<Contributor>{values(SequenceNumber=number, ContributorRole='A01', PersonName=name)}</Contributor>"
        for number, name in (("10", "C"), ("2", "B"), ("1", "A"))
    ]
    block = blocks_of(descriptive(*people))["1"]
    assert [person["name"] for person in block["contributors"]] == ["A", "B", "C"]


def test_an_alternative_name_is_not_taken_for_the_name() -> None:
    other = f"<AlternativeName>{values(NameType='04', PersonName='Mary Ann Evans')}</AlternativeName>"
    person = f"<Contributor>{values(ContributorRole='A01', PersonName='George Eliot')}{other}</Contributor>"
    assert blocks_of(descriptive(person))["1"]["contributors"][0]["name"] == "George Eliot"
