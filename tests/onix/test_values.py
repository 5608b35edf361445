import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.onix.dates import parse_date, parse_date_range
from bookshop.onix.numbers import parse_whole
from bookshop.onix.text import normalize, normalize_html, normalize_multiline


@pytest.mark.parametrize(
    ("text", "folded"),
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
def test_a_line_is_folded(text: str, folded: str) -> None:
    assert normalize(text) == folded


def test_entities_stay_in_markup() -> None:
    assert normalize_html("a  &lt;\nb") == "a &lt; b"


def test_line_breaks_stay_in_tidied_text() -> None:
    assert normalize_multiline(" a \r\n  b\n\n\n\nc ") == "a\nb\n\nc"


@given(st.text())
def test_folding_is_done_once(text: str) -> None:
    once = normalize_html(text)
    assert normalize_html(once) == once
    assert once == unicodedata.normalize("NFC", once)
    assert not any(char in once for char in "\n\t\x00\u200b\ufeff\u202e")


@given(
    st.text(st.sampled_from("0123456789-T"), max_size=18),
    st.sampled_from(["", "00", "01", "05", "06", "13", "99"]),
)
def test_a_date_is_a_date_or_nothing(text: str, form: str) -> None:
    found = parse_date(text, form)
    assert len(found) in (0, 4, 7, 10)
    assert parse_date_range(text, form)[0] == found


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("-1", None), ("1.5", None), ("²", None), ("", None), ("9" * 10, None)],
)
def test_a_whole_number_is_read_or_left(text: str, number: int | None) -> None:
    assert parse_whole(text) == number
