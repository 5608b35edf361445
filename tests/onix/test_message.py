from datetime import UTC, datetime

import pytest

from bookshop.onix.message import parse_sent_at
from bookshop.onix.record import MessageHeader
from tests.onix.messages import (
    a_message,
    a_product,
    read,
)


def test_the_message_says_who_sent_it_and_when() -> None:
    message = read(a_message())[0]
    assert message == MessageHeader("Example Books", datetime(2026, 11, 25, 1, 10, tzinfo=UTC))


def test_a_sender_without_a_name_goes_by_its_number() -> None:
    number = (
        "<SenderIdentifier><SenderIDType>06</SenderIDType><IDValue>5012340098745</IDValue></SenderIdentifier>"
    )
    assert read(a_message(header=f"<Header><Sender>{number}</Sender></Header>"))[0] == MessageHeader(
        "5012340098745"
    )


def test_a_message_without_a_header_is_read() -> None:
    assert read(a_message(a_product(), header=""))[0] == MessageHeader()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("20261125", datetime(2026, 11, 25, tzinfo=UTC)),
        ("20261125T0910", datetime(2026, 11, 25, 9, 10, tzinfo=UTC)),
        ("20261125T091011", datetime(2026, 11, 25, 9, 10, 11, tzinfo=UTC)),
        ("20261125T0910Z", datetime(2026, 11, 25, 9, 10, tzinfo=UTC)),
        ("20261125T0910+0800", datetime(2026, 11, 25, 1, 10, tzinfo=UTC)),
        ("20261125T091011-0500", datetime(2026, 11, 25, 14, 10, 11, tzinfo=UTC)),
        ("2026-11-25T09:10:11+08:00", datetime(2026, 11, 25, 1, 10, 11, tzinfo=UTC)),
        ("202611250910", datetime(2026, 11, 25, 9, 10, tzinfo=UTC)),
        ("20261325", None),
        ("00010101T0000+0800", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_moments_are_read_in_every_form_of_the_standard(text: str, moment: datetime | None) -> None:
    assert parse_sent_at(text) == moment
