"""A log record is one line, of which no text can make two."""

import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.logs.line_format import FORMATS, JsonFormat, PlainFormat
from bookshop.logs.request_id import new_request_id, request_id

ANY_TEXT = st.text(st.characters(exclude_categories=()))


def record_of(message: str, *args: object, error: Exception | None = None) -> logging.LogRecord:
    failure = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord("bookshop.test", logging.WARNING, "", 0, message, args, failure)


def failure(text: str) -> logging.LogRecord:
    try:
        raise ValueError(text)
    except ValueError as error:
        return record_of("It failed", error=error)


@pytest.fixture
def number() -> Iterator[str]:
    """Run the test within a request."""
    token = request_id.set(new_request_id())
    yield request_id.get()
    request_id.reset(token)


def test_a_plain_line_names_the_request(number: str) -> None:
    line = PlainFormat().format(record_of("Refused %s", "it"))
    assert line.split(" ", 1)[1] == f"WARNING {number} bookshop.test Refused it"


def test_a_line_outside_of_requests_has_no_id() -> None:
    assert PlainFormat().format(record_of("It")).endswith("WARNING - bookshop.test It")
    assert "request" not in json.loads(JsonFormat().format(record_of("It")))


def test_json_has_named_values_as_fields(number: str) -> None:
    fields = json.loads(
        JsonFormat().format(record_of("%(method)s %(status)s", {"method": "GET", "status": 200}))
    )
    assert fields.pop("time")
    assert fields == {
        "level": "warning",
        "request": number,
        "logger": "bookshop.test",
        "message": "GET 200",
        "method": "GET",
        "status": 200,
    }


def test_json_has_a_traceback_on_the_same_line() -> None:
    line = JsonFormat().format(failure("It\nbroke"))
    assert "\n" not in line
    assert json.loads(line)["traceback"].endswith("ValueError: It\nbroke")


def test_a_plain_traceback_follows_its_line() -> None:
    first, *others = PlainFormat().format(failure("It\n\nbroke")).splitlines()
    assert first.endswith("It failed")
    assert others[0] == "  Traceback (most recent call last):"
    assert all(line.startswith("  ") for line in others if line)


@pytest.mark.parametrize("name", FORMATS)
@given(text=ANY_TEXT)
def test_no_text_begins_a_line_of_its_own(name: str, text: str) -> None:
    assert len(FORMATS[name]().format(record_of("%s", text)).splitlines()) == 1


@given(st.binary())
def test_values_of_any_kind_become_json(value: bytes) -> None:
    assert json.loads(JsonFormat().format(record_of("%(value)s", {"value": value})))
