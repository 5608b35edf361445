"""What a receipt shows of a paid order: where its copies are, and its parcels."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from bookshop.orders.order import Order, OrderLine
from bookshop.orders.tracking import is_link, tracking_url


@dataclass(frozen=True, slots=True)
class LineProgress:
    """How many copies of a line are where; those to come are promised by `expected_at`."""

    to_order: int = 0
    in_stock: int = 0
    packed: int = 0
    ready: int = 0
    shipped: int = 0
    collected: int = 0
    cancelled: int = 0
    returned: int = 0
    expected_at: datetime | None = None

    @property
    def open(self) -> int:
        """How many copies the shop still has to hand over."""
        return self.to_order + self.in_stock + self.packed + self.ready


@dataclass(frozen=True, slots=True)
class ParcelProgress:
    """A parcel that has left the shop, with its copies by ISBN."""

    number: int
    carrier: str
    tracking: str
    shipped_at: datetime
    copies: Mapping[str, int]

    def contents(self, order: Order) -> list[tuple[OrderLine, int]]:
        """Return the lines of its copies, with how many there are."""
        return [(line, self.copies[line.isbn]) for line in order.lines if line.isbn in self.copies]

    @property
    def url(self) -> str:
        """Where it can be followed; empty if that is not known."""
        return tracking_url(self.carrier, self.tracking)

    @property
    def tracking_number(self) -> str:
        """The carrier's number; empty if the carrier gave an address or nothing."""
        return "" if is_link(self.tracking) else self.tracking


@dataclass(frozen=True, slots=True)
class ShopMessage:
    """Words of the shop to the shopper; empty if it only did something."""

    at: datetime
    text: str = ""


@dataclass(frozen=True, slots=True)
class Progress:
    """What happened to a paid order.

    The moments are of the last time it was done, None if it never was; `asked_at` and `withdrawn_at` are of
    requests of the shopper that are not closed yet. `is_as_asked` is whether the shopper asked for what was
    cancelled.
    """

    lines: tuple[LineProgress, ...] = ()
    parcels: tuple[ParcelProgress, ...] = ()
    packed_at: datetime | None = None
    ready_at: datetime | None = None
    collected_at: datetime | None = None
    cancelled: ShopMessage | None = None
    is_as_asked: bool = False
    delayed: ShopMessage | None = None
    asked_at: datetime | None = None
    withdrawn_at: datetime | None = None

    def count(self, *states: str) -> int:
        """Return how many copies are in one of these states."""
        return sum(getattr(line, state) for line in self.lines for state in states)

    def contents(self, order: Order, *states: str) -> list[tuple[OrderLine, int]]:
        """Return the lines that have copies in one of these states, with how many they have."""
        counts = [sum(getattr(line, state) for state in states) for line in self.lines]
        return [(line, count) for line, count in zip(order.lines, counts, strict=False) if count]

    @property
    def open(self) -> int:
        """How many copies the shop still has to hand over."""
        return sum(line.open for line in self.lines)

    @property
    def expected_at(self) -> datetime | None:
        """When the last of the copies to come is promised."""
        return max((line.expected_at for line in self.lines if line.open and line.expected_at), default=None)

    @property
    def shipped_at(self) -> datetime | None:
        """When the last parcel left."""
        return max((parcel.shipped_at for parcel in self.parcels), default=None)

    @property
    def handed_over_at(self) -> datetime | None:
        """When copies last left the shop, in a parcel or at the till."""
        return max(filter(None, (self.shipped_at, self.collected_at)), default=None)

    @property
    def may_change(self) -> bool:
        """Whether packing has not begun, so that the shopper may ask for a change."""
        return bool(self.open) and not self.count("packed", "ready", "shipped", "collected", "returned")


NO_PROGRESS = Progress()
ReadProgress = Callable[[Connection, Order], Progress]
