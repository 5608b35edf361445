import json

import pytest

from bookshop.onix.blocks import dump_blocks
from bookshop.onix.record import Record, RecordAction, RefusedRecord
from tests.onix.messages import (
    RICH,
    a_message,
    a_product,
    identifier,
    read,
    records_of,
    refusals_of,
)


def test_blocks_are_plain_json() -> None:
    blocks = records_of(RICH)[0].blocks
    assert json.loads(dump_blocks(blocks)) == blocks


@pytest.mark.parametrize(
    ("identifiers", "reason"),
    [
        ("", "The record has no ISBN."),
        (identifier("03", "5012345678900"), "The record has no ISBN."),
        (identifier("01", "9780306406157"), "The record has no ISBN."),
        (
            identifier("15", "9780306406158"),
            "9780306406158 is not a valid ISBN: its check digit or its length is wrong.",
        ),
        (identifier("03", "9790060115615"), "9790060115615 is printed music, not a book."),
    ],
)
def test_a_record_without_an_isbn_is_refused_and_the_next_one_read(identifiers: str, reason: str) -> None:
    data = a_message(a_product(identifiers=identifiers, reference="bad"), a_product(reference="good"))
    _, refused, record = read(data)
    assert refused == RefusedRecord(1, 11, "bad", reason)
    assert isinstance(record, Record)
    assert (record.reference, record.position) == ("good", 2)


@pytest.mark.parametrize(
    ("notification", "action"),
    [
        ("01", RecordAction.REPLACE),
        ("02", RecordAction.REPLACE),
        ("03", RecordAction.REPLACE),
        ("04", RecordAction.UPDATE),
        ("05", RecordAction.RETIRE),
        ("88", RecordAction.IGNORE),
        ("89", RecordAction.IGNORE),
    ],
)
def test_the_notification_says_what_a_record_does(notification: str, action: RecordAction) -> None:
    (record,) = records_of(a_message(a_product(notification=notification)))
    assert record.action == action
    assert bool(record.blocks) == (action in (RecordAction.REPLACE, RecordAction.UPDATE))


@pytest.mark.parametrize("notification", ["08", "09", "12", "13", "14", "x"])
def test_other_notifications_are_refused(notification: str) -> None:
    (refused,) = refusals_of(a_message(a_product(notification=notification)))
    assert refused.reason == f"The NotificationType {notification} is not supported."


def test_a_record_needs_a_reference() -> None:
    (missing,) = refusals_of(a_message(a_product(reference="")))
    (long,) = refusals_of(a_message(a_product(reference="r" * 129)))
    assert missing.reason == "The RecordReference is missing."
    assert long.reason == "The RecordReference is too long."


def test_a_record_can_be_retired_without_an_isbn() -> None:
    (record,) = records_of(a_message(a_product(notification="05", identifiers="")))
    assert record.isbn == ""
