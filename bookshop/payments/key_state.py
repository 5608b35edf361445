"""Whether the payment provider accepts the shop's key, which only a person can change."""

from dataclasses import dataclass, field
from http import HTTPStatus

EVERY_CALL = ""


@dataclass(slots=True)
class KeyState:
    """What the responses of this process have told about the key."""

    # calls that the key may not make; a key that is unknown or revoked may make none
    rejected_calls: set[str] = field(default_factory=set)
    was_accepted: bool = False

    @property
    def is_rejected(self) -> bool:
        return bool(self.rejected_calls)

    @property
    def is_usable(self) -> bool:
        """Whether the key has worked, or nothing speaks against it."""
        return self.was_accepted or not self.is_rejected

    def record(self, call: str, status: int) -> None:
        """Record the HTTP status of a response to a kind of call."""
        if status == HTTPStatus.UNAUTHORIZED:
            self.rejected_calls.add(EVERY_CALL)
        elif status == HTTPStatus.FORBIDDEN:
            self.rejected_calls.add(call)
        elif status < HTTPStatus.INTERNAL_SERVER_ERROR:
            self.was_accepted = True
            self.rejected_calls -= {EVERY_CALL, call}
