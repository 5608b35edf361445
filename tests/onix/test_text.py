import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.onix.text import normalize, normalize_html, normalize_multiline


@pytest.mark.parametrize(
    ("text", "normalized"),
    [
        ("01", "01"),
        ("  two\n\t words ", "two words"),
        ("no\xa0break", "no break"),
        ("e\u0301", "é"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("turned \u202eback\u202c", "turned back"),
        ("soft\xadhyphen", "softhyphen"),
        ("control\x07led \x81", "controlled"),
        ("\x93don\x92t\x94 wait\x85", "“don’t” wait…"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("ascii\u200cjoiner", "asciijoiner"),
        ("&amp;eacute;", "&eacute;"),
        ("Caf&eacute;", "Café"),
        ("AT&T", "AT&T"),
        ("", ""),
    ],
)
def test_a_line_is_normalized(text: str, normalized: str) -> None:
    assert normalize(text) == normalized


def test_entities_stay_in_markup() -> None:
    assert normalize_html("a  &lt;\nb") == "a &lt; b"


def test_line_breaks_stay_in_multiline_text() -> None:
    assert normalize_multiline(" a \r\n  b\n\n\n\nc ") == "a\nb\n\nc"


@given(st.text())
def test_normalizing_twice_changes_nothing(text: str) -> None:
    once = normalize_html(text)
    assert normalize_html(once) == once
    assert once == unicodedata.normalize("NFC", once)
    assert not any(char in once for char in "\n\t\x00\u200b\ufeff\u202e")
