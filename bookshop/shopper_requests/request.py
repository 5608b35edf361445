"""A request of a shopper about an order."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class RequestKind(StrEnum):
    """What a shopper asks for."""

    CHANGE = "change"
    WITHDRAWAL = "withdrawal"


@dataclass(frozen=True, slots=True)
class ShopperRequest:
    """A request, open until staff have closed it.

    `key` is the same for a request that is sent twice while it is open. `reference` is the order as the
    shopper named it, and `order_id` the order that was found by it. `copies` is position to quantity, empty
    for the whole order.
    """

    id: str
    kind: RequestKind
    key: str
    order_id: str | None
    reference: str
    name: str
    email: str
    message: str
    received_at: datetime
    copies: Mapping[int, int] = field(default_factory=dict)
    closed_at: datetime | None = None
