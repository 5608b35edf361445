"""What happened with an account, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bookshop.staff.event_store import EventKind

# of what the person did
OWN_WORDS = {
    EventKind.SET_UP: "You set up how you sign in.",
    EventKind.SIGNED_IN: "You signed in.",
    EventKind.SIGNED_OUT: "You signed out.",
    EventKind.CODE_USED: "A recovery code was used.",
    EventKind.PASSKEY_ADDED: "You added a passkey.",
    EventKind.PASSKEY_REMOVED: "You removed a passkey.",
    EventKind.PASSWORD_CHANGED: "You changed your password.",
    EventKind.APP_CHANGED: "You changed the app for your codes.",
    EventKind.CODES_RENEWED: "You made new recovery codes.",
}
# of what an owner did, whose name comes first
OTHERS_WORDS = {
    EventKind.ADDED: "added you to the staff.",
    EventKind.RESET: "gave you a new link to sign in.",
    EventKind.ROLE_CHANGED: "changed what you may do.",
    EventKind.REMOVED: "removed your account.",
}
# of what a stranger may have done
ALARMING_WORDS = {
    EventKind.SIGN_IN_FAILED: "A wrong password was typed for your name.",
    EventKind.WRONG_CODE: "A wrong code was typed after your password.",
}


class Event(Protocol):
    """What is stored of an event."""

    @property
    def kind(self) -> str: ...
    @property
    def actor(self) -> str: ...
    @property
    def network(self) -> str: ...
    @property
    def at(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class EventLine:
    """An event as the person reads it."""

    words: str
    at: datetime
    network: str
    is_alarming: bool


def describe_event(event: Event, name: str) -> EventLine:
    """Return an event in words for the person with this name."""
    kind = EventKind(event.kind)
    if words := OTHERS_WORDS.get(kind):
        words = f"{'You' if event.actor == name else event.actor} {words}"
    else:
        words = OWN_WORDS.get(kind) or ALARMING_WORDS[kind]
    return EventLine(words, event.at, event.network, kind in ALARMING_WORDS)
