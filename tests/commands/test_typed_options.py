"""What terminals pass to commands: spellings of ISBNs, bytes, users without a name."""

import getpass
import os

import pytest
from click.testing import CliRunner

from bookshop.cli import main
from bookshop.commands.actor import find_actor
from bookshop.commands.copies_option import parse_line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("0306406152", ("9780306406157", None)),
        ("978-0-306-40615-7:2", ("9780306406157", 2)),
        ("978 0 306 40615 7 : 2", ("9780306406157", 2)),
        ("9780306406157:\uff12", ("9780306406157", 2)),
        ("X-1", ("X1", None)),
    ],
)
def test_a_book_is_named_in_any_spelling(text: str, line: tuple[str, int | None]) -> None:
    assert parse_line(text) == line


@pytest.mark.parametrize("text", ["", ":", ":2", "0306406152:", "0306406152:-1", "0306406152:" + "9" * 5000])
def test_what_names_no_copies_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not ISBN or ISBN:QUANTITY\.$"):
        parse_line(text)


@pytest.mark.parametrize(
    "arguments",
    [
        ["ship", "1001", "--carrier"],
        ["ship", "1001", "--tracking"],
        ["arrived", "0306406152", "--delivery"],
        ["delay", "1001", "--until", "2027-01-01", "--message"],
        ["cancel", "1001", "--message"],
        ["note", "1001"],
    ],
)
def test_text_is_utf8_and_of_bounded_length(arguments: list[str]) -> None:
    for text, words in (("\udcff", "not UTF-8"), ("x" * 2001, "2001 characters")):
        done = CliRunner().invoke(main, [*arguments, text])
        assert (done.exit_code, words in done.output) == (2, True)


def test_a_user_without_a_name_is_a_number(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    # no account has this number
    monkeypatch.setattr(os, "getuid", lambda: 2_000_000_123)
    with pytest.raises((KeyError, OSError)):
        getpass.getuser()
    assert find_actor() == "user 2000000123"
