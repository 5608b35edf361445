"""The subject schemes of ONIX code list 27."""

import pytest

from bookshop.trade.subject_schemes import SUBJECT_SCHEMES, THEMA_SCHEMES, thema_scheme_of


@pytest.mark.parametrize(
    ("code", "scheme"),
    [
        ("FBA", "93"),
        ("1DDU", "94"),
        ("2ADF", "95"),
        ("3MN", "96"),
        ("4CT", "97"),
        ("5AN", "98"),
        ("6BA", "99"),
        ("", "93"),
    ],
)
def test_the_first_character_of_a_thema_code_tells_its_scheme(code: str, scheme: str) -> None:
    assert thema_scheme_of(code) == scheme


def test_the_schemes_are_those_of_thema_bisac_and_bic() -> None:
    assert sorted(THEMA_SCHEMES) == ["93", "94", "95", "96", "97", "98", "99"]
    assert sorted(SUBJECT_SCHEMES - THEMA_SCHEMES) == ["10", "12"]
