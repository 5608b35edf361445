"""A mail is sent once, or ends in a state that tells what is known of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.mail.mail import Mail, MailKind, MailState
from bookshop.mail.mail_health import MailHealth, mail_health
from bookshop.mail.sending_rules import (
    DIED,
    LEASE,
    MAX_AGE,
    Attempt,
    SendOutcome,
    begin_transmission,
    begin_try,
    finish_try,
    is_kept,
    retry_delay,
)
from tests.builders import some_settings

NOW = datetime(2026, 11, 29, 6, 0, tzinfo=UTC)
MAIL = Mail(1, MailKind.CONFIRMATION, "order", "", NOW, due_at=NOW)
MINUTE = timedelta(minutes=1)


def tried(mail: Mail, outcome: SendOutcome, now: datetime = NOW) -> Mail:
    return finish_try(begin_try(mail, now), Attempt(outcome, "why"), now)


def test_a_mail_that_is_accepted_is_sent() -> None:
    sent = tried(MAIL, SendOutcome.ACCEPTED)
    assert (sent.state, sent.sent_at, sent.due_at, sent.tries, sent.error) == ("sent", NOW, None, 1, "")


def test_a_refused_mail_has_failed_at_once() -> None:
    failed = tried(MAIL, SendOutcome.PERMANENT)
    assert (failed.state, failed.due_at, failed.error) == ("failed", None, "why")


def test_a_mail_is_retried_after_a_minute_up_to_four_hours_for_a_day() -> None:
    mail, now, delays = MAIL, NOW, []
    while mail.state is MailState.QUEUED and mail.due_at:
        now = mail.due_at
        mail = tried(mail, SendOutcome.TEMPORARY, now)
        delays.append(mail.due_at - now if mail.due_at else timedelta())
    assert delays[:3] == [MINUTE, 2 * MINUTE, 4 * MINUTE]
    assert max(delays) == timedelta(hours=4)
    assert mail.state is MailState.FAILED
    assert MAX_AGE < now - NOW <= MAX_AGE + timedelta(hours=4)


def test_a_mail_that_waited_for_a_day_is_tried_twice() -> None:
    late = NOW + 2 * MAX_AGE
    once = tried(MAIL, SendOutcome.TEMPORARY, late)
    assert once.state is MailState.QUEUED
    assert tried(once, SendOutcome.TEMPORARY, late).state is MailState.FAILED


def test_a_mail_whose_answer_was_lost_is_sent_once_more() -> None:
    once = tried(MAIL, SendOutcome.LOST)
    assert (once.state, once.due_at, once.doubts) == ("queued", NOW + MINUTE, 1)
    assert tried(once, SendOutcome.ACCEPTED).state is MailState.SENT
    for outcome in (SendOutcome.LOST, SendOutcome.PERMANENT):
        assert tried(once, outcome).state is MailState.UNCERTAIN
    waiting = tried(once, SendOutcome.TEMPORARY)
    assert (waiting.state, waiting.doubts) == ("queued", 1)
    assert tried(waiting, SendOutcome.TEMPORARY, NOW + 2 * MAX_AGE).state is MailState.UNCERTAIN


@given(st.lists(st.sampled_from([*SendOutcome, None]), max_size=30))
def test_whatever_happens_a_server_has_at_most_two_copies(outcomes: list[SendOutcome | None]) -> None:
    """None is a process that died while it transmitted."""
    mail, now, copies = MAIL, NOW, 0
    for outcome in outcomes:
        if mail.due_at is None:
            break
        now = max(now, mail.due_at)
        claimed = begin_try(mail, now)
        assert claimed.due_at == now + LEASE
        if outcome in (SendOutcome.LOST, None):
            claimed = begin_transmission(claimed, now)
            assert claimed.state is MailState.TRANSMITTING
        copies += outcome in (SendOutcome.ACCEPTED, SendOutcome.LOST, None)
        mail = finish_try(claimed, Attempt(outcome) if outcome else DIED, now)
        assert (mail.due_at is None) == (mail.state is not MailState.QUEUED)
    assert copies <= 2
    assert copies <= 1 or mail.doubts
    assert mail.state is not MailState.FAILED or not copies


@given(st.integers(0, 100))
def test_delays_are_bounded(tries: int) -> None:
    assert MINUTE <= retry_delay(tries) <= retry_delay(tries + 1) <= timedelta(hours=4)


SERVER = {"SMTP_URL": "smtp://localhost", "MAIL_FROM": "shop@books.example"}


@pytest.mark.parametrize(
    ("kind", "recipient", "changed", "kept"),
    [
        (MailKind.CONFIRMATION, "reader@example.com", {}, False),
        (MailKind.CONFIRMATION, "reader@example.com", {"SMTP_URL": ""}, True),
        (MailKind.NEW_ORDER, "hello@example.com", {}, False),
        (MailKind.NEW_ORDER, "hello@example.com", {"MAIL_NEW_ORDERS": "0"}, True),
        (MailKind.NEW_ORDER, "hello@example.com", {"MAIL_REVIEWS": "0"}, False),
        (MailKind.NEEDS_REVIEW, "hello@example.com", {"MAIL_REVIEWS": "0"}, True),
        (MailKind.NEEDS_REVIEW, "", {}, True),
    ],
)
def test_a_shop_keeps_what_it_does_not_send(
    kind: MailKind, recipient: str, changed: dict[str, str], kept: bool
) -> None:
    settings = some_settings(**{**SERVER, **changed})
    assert is_kept(replace(MAIL, kind=kind), recipient, settings) is kept


@pytest.mark.parametrize(
    ("minutes", "has_server", "health"),
    [
        (None, True, MailHealth.OK),
        (15, True, MailHealth.OK),
        (16, True, MailHealth.DELAYED),
        (16, False, MailHealth.OFF),
    ],
)
def test_mail_is_delayed_when_the_oldest_waits_for_longer_than_a_quarter_of_an_hour(
    minutes: int | None, has_server: bool, health: MailHealth
) -> None:
    oldest = None if minutes is None else NOW - timedelta(minutes=minutes)
    assert mail_health(oldest, NOW, has_server=has_server) is health
