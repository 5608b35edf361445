from collections.abc import Callable
from functools import partial
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.onix.errors import UnreadableFile
from bookshop.onix.file_kind import detect_kind
from bookshop.onix.input_file import START_BYTES


def refusal(read: Callable[[], object]) -> str:
    """Why something cannot be read; '' when it can."""
    try:
        read()
    except UnreadableFile as problem:
        return str(problem)
    return ""


@given(st.binary(max_size=300))
def test_any_beginning_is_of_a_kind_or_refused(data: bytes) -> None:
    for head in (data, b"<ONIXMessage " + data, b"\xff\xfe" + data, b"<!DOCTYPE " + data):
        assert "\n" not in refusal(partial(detect_kind, head, is_whole=True))


@pytest.mark.parametrize(
    "part", ["<!DOCTYPE x", "<?x", "<!-- ", "<a:", "a", " ", "<ONIXMessage xmlns='http://", "&lt;p "]
)
def test_no_beginning_takes_long_to_tell(part: str) -> None:
    head = (f"<{part}" + part * START_BYTES)[:START_BYTES].encode()
    started = process_time()
    refusal(partial(detect_kind, head, is_whole=False))
    assert process_time() - started < 1
