import pytest

from bookshop.importing.rules.territory import closeness
from bookshop.onix.publishing import Territory


@pytest.mark.parametrize(
    ("territory", "close"),
    [
        ({"countries": "GB SG"}, 3),
        ({"countries": "GB IE"}, 0),
        ({"regions": "WORLD"}, 1),
        ({"regions": "ROW"}, 1),
        ({"regions": "WORLD", "not_countries": "SG US"}, 0),
        ({"regions": "WORLD", "not_countries": "GB US"}, 1),
        ({"regions": "WORLD", "countries": "SG"}, 3),
        ({"not_countries": "US"}, 1),
        ({"not_countries": "SG"}, 0),
        ({"regions": "ECZ"}, 0),
        ({"regions": "GB-EWS"}, 0),
        ({}, 1),
    ],
)
def test_a_territory_is_as_close_as_it_names_the_country(territory: Territory, close: int) -> None:
    assert closeness(territory, "SG") == close


@pytest.mark.parametrize(
    ("territory", "close"),
    [({"regions": "ECZ"}, 2), ({"regions": "WORLD", "not_regions": "ECZ"}, 0), ({"countries": "DE"}, 3)],
)
def test_the_eurozone_is_a_region(territory: Territory, close: int) -> None:
    assert closeness(territory, "DE") == close
