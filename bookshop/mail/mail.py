"""A mail: what it is about, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class MailKind(StrEnum):
    """What a mail tells, to a shopper or to the shop."""

    CONFIRMATION = "confirmation"
    READY = "ready"
    SHIPPED = "shipped"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"
    DELAYED = "delayed"
    WITHDRAWAL = "withdrawal"
    ORDER_LINK = "order_link"
    NEW_ORDER = "new_order"
    NEEDS_REVIEW = "needs_review"


# these go to the shop itself
TO_SHOP = (MailKind.NEW_ORDER, MailKind.NEEDS_REVIEW)


class MailState(StrEnum):
    """How far a mail has come.

    While it is transmitting, the server may have it; if its answer is lost, it is sent once more, and then
    it is uncertain. A shop that sends no mail keeps it to be read.
    """

    QUEUED = "queued"
    SENDING = "sending"
    TRANSMITTING = "transmitting"
    SENT = "sent"
    FAILED = "failed"
    UNCERTAIN = "uncertain"
    KEPT = "kept"


# a mail in one of these has not left, unless a try was doubtful
NOT_LEFT = (MailState.QUEUED, MailState.KEPT, MailState.FAILED)


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of the outbox; its recipient and text are empty until it is composed.

    `details` is what the text needs beside the order. A process has it to itself until `due_at` while it is
    being sent.
    """

    id: int
    kind: MailKind
    order_id: str
    occurrence: str
    created_at: datetime
    details: Mapping[str, Any] = field(default_factory=dict)
    recipient: str = ""
    message_id: str = ""
    subject: str = ""
    plain: str = ""
    html: str = ""
    state: MailState = MailState.QUEUED
    due_at: datetime | None = None
    tries: int = 0
    doubts: int = 0
    error: str = ""
    sent_at: datetime | None = None

    @property
    def may_have_left(self) -> bool:
        """Whether the server may have it."""
        return bool(self.doubts) or self.state not in NOT_LEFT


@dataclass(frozen=True, slots=True)
class ComposedMail:
    """The text of a mail, and to whom it goes; `recipient` is empty if the shop has no address."""

    recipient: str
    subject: str
    plain: str
    html: str
