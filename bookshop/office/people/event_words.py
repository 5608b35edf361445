"""What happened with an account, in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bookshop.staff.event_store import StaffEventKind

# of what the person did
OWN_WORDS = {
    StaffEventKind.SET_UP: "You set up how you sign in.",
    StaffEventKind.SIGNED_IN: "You signed in.",
    StaffEventKind.SIGNED_OUT: "You signed out.",
    StaffEventKind.CODE_USED: "A recovery code was used.",
    StaffEventKind.PASSKEY_ADDED: "You added a passkey.",
    StaffEventKind.PASSKEY_REMOVED: "You removed a passkey.",
    StaffEventKind.PASSWORD_CHANGED: "You changed your password.",
    StaffEventKind.APP_CHANGED: "You changed the app for your codes.",
    StaffEventKind.CODES_RENEWED: "You made new recovery codes.",
}
# of what an owner did, whose name comes first
OTHERS_WORDS = {
    StaffEventKind.ADDED: "added you to the staff.",
    StaffEventKind.RESET: "gave you a new link to sign in.",
    StaffEventKind.ROLE_CHANGED: "changed what you may do.",
    StaffEventKind.REMOVED: "removed your account.",
}
# of what a stranger may have done
ALARMING_WORDS = {
    StaffEventKind.SIGN_IN_FAILED: "A wrong password was typed for your name.",
    StaffEventKind.WRONG_CODE: "A wrong code was typed after your password.",
}


class StoredEvent(Protocol):
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


def describe_event(event: StoredEvent, name: str) -> EventLine:
    """Return an event in words for the person with this name."""
    kind = StaffEventKind(event.kind)
    if words := OTHERS_WORDS.get(kind):
        words = f"{'You' if event.actor == name else describe_actor(event.actor)} {words}"
    else:
        words = OWN_WORDS.get(kind) or ALARMING_WORDS[kind]
    return EventLine(words, event.at, event.network, kind in ALARMING_WORDS)


def describe_actor(actor: str) -> str:
    """Return who did it: a member of staff, or a user of the shop's machine."""
    user = actor.removeprefix("cli:")
    return actor if user == actor else f"{user}, with a command,"
