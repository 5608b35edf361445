"""The countries in which the European Union's consumer law holds."""

import pytest

from bookshop.addresses.eu_countries import EU_COUNTRIES, is_any_in_eu


@pytest.mark.parametrize("code", ["DE", "GR", "HR", "IE", "RE", "AX"])
def test_a_member_state_and_its_parts_are_in_the_eu(code: str) -> None:
    assert is_any_in_eu(["SG", code])


@pytest.mark.parametrize("code", ["SG", "GB", "CH", "NO", "XI", "EL", "PF", "GL"])
def test_other_countries_are_not(code: str) -> None:
    assert not is_any_in_eu([code])


def test_there_are_27_member_states() -> None:
    assert len(EU_COUNTRIES) == 27 + 7
    assert not is_any_in_eu([])
