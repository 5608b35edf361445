import pytest

from bookshop.importing.rules.csv_languages import NAMES_BY_CODE, codes_by_name, parse_language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("English", "eng"),
        ("en", "eng"),
        ("ENG", "eng"),
        ("en-US", "eng"),
        ("en_GB", "eng"),
        ("English (United States)", "eng"),
        ("English; French", "eng"),
        ("Englisch", "eng"),
        ("Anglais", "eng"),
        ("Inglés", "eng"),
        ("Deutsch", "ger"),
        ("Français", "fre"),
        ("Mandarin", "chi"),
        ("Klingon", ""),
        ("", ""),
    ],
)
def test_languages_by_code_and_by_name(text: str, code: str) -> None:
    assert parse_language(text) == code


def test_each_name_is_of_one_language() -> None:
    assert {codes_by_name()[name] for name in NAMES_BY_CODE} == set(NAMES_BY_CODE)
