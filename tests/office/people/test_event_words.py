"""Everything that happens with an account has words."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bookshop.office.people.event_words import describe_event
from bookshop.staff.event_store import StaffEventKind


@dataclass(frozen=True)
class Event:
    """A stored event."""

    kind: str
    actor: str
    network: str = "192.0.2.1"
    at: datetime = datetime(2026, 11, 29, tzinfo=UTC)


@pytest.mark.parametrize("kind", StaffEventKind)
def test_every_kind_has_words(kind: StaffEventKind) -> None:
    assert describe_event(Event(kind, "Mei"), "Ana").words.endswith(".")


def test_what_others_did_names_them() -> None:
    assert describe_event(Event("reset", "cli:mei"), "Ana").words == (
        "mei, with a command, gave you a new link to sign in."
    )
    assert describe_event(Event("role_changed", "Ana"), "Ana").words == "You changed what you may do."


def test_what_a_stranger_may_have_done_stands_out() -> None:
    assert describe_event(Event("wrong_code", ""), "Ana").is_alarming
    assert not describe_event(Event("signed_in", "Ana"), "Ana").is_alarming
