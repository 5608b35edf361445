import pytest

from bookshop.importing.rules.territory import EXCLUDED, IN_PART, IN_REGION, NAMED, WORLDWIDE, closeness
from bookshop.onix.publishing import Territory


@pytest.mark.parametrize(
    ("territory", "close"),
    [
        ({"countries": "GB SG"}, NAMED),
        ({"countries": "GB IE"}, EXCLUDED),
        ({"regions": "WORLD"}, WORLDWIDE),
        ({"regions": "ROW"}, WORLDWIDE),
        ({"regions": "WORLD", "not_countries": "SG US"}, EXCLUDED),
        ({"regions": "WORLD", "not_countries": "GB US"}, WORLDWIDE),
        ({"regions": "WORLD", "countries": "SG"}, NAMED),
        ({"not_countries": "US"}, WORLDWIDE),
        ({"not_countries": "SG"}, EXCLUDED),
        ({"regions": "ECZ"}, EXCLUDED),
        ({"regions": "GB-EWS"}, EXCLUDED),
        ({}, WORLDWIDE),
    ],
)
def test_a_territory_is_as_close_as_it_names_the_country(territory: Territory, close: int) -> None:
    assert closeness(territory, "SG") == close


@pytest.mark.parametrize(
    ("territory", "close"),
    [
        ({"regions": "ECZ"}, IN_REGION),
        ({"regions": "WORLD", "not_regions": "ECZ"}, EXCLUDED),
        ({"countries": "DE"}, NAMED),
    ],
)
def test_the_eurozone_is_a_region(territory: Territory, close: int) -> None:
    assert closeness(territory, "DE") == close


@pytest.mark.parametrize(
    ("territory", "close"),
    [
        ({"regions": "GB-ENG"}, IN_REGION),
        ({"regions": "GB-EWS GB-NIR"}, IN_REGION),
        ({"regions": "GB-SCT GB-WLS"}, IN_PART),
        ({"regions": "GB-NIR", "countries": "IE"}, IN_PART),
        ({"regions": "WORLD GB-NIR"}, WORLDWIDE),
        ({"countries": "GB", "not_regions": "GB-NIR"}, NAMED),
        ({"countries": "GB", "not_regions": "GB-EWS"}, IN_PART),
        ({"regions": "WORLD", "not_regions": "GB-EWS ECZ"}, IN_PART),
        ({"regions": "GB-AIR GB-APS GB-CHA"}, EXCLUDED),
        ({"regions": "US-AK"}, EXCLUDED),
        ({"regions": "GB-ENG", "not_countries": "GB"}, EXCLUDED),
    ],
)
def test_a_part_of_the_country_is_less_than_the_country(territory: Territory, close: int) -> None:
    assert closeness(territory, "GB") == close


def test_parts_with_taxes_of_their_own_are_not_the_country() -> None:
    assert closeness({"regions": "ES-CN"}, "ES") == EXCLUDED
    assert closeness({"regions": "US-CA US-NY"}, "US") == IN_PART
