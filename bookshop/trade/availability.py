"""Whether a book can be bought now: from the shelf, ordered in, pre-ordered, or not."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache

# ONIX code list 65, by what each code means for a shopper
OBTAINABLE = frozenset({"20", "21", "22", "23"})
NOT_YET_PUBLISHED = frozenset({"10", "11", "12"})
TEMPORARILY_UNAVAILABLE = frozenset({"09", "30", "31", "32", "33", "34"})
DISCONTINUED = frozenset({"40", "43", "44", "45", "50", "51", "52"})
REPLACED = frozenset({"41", "42", "48"})
NOT_FOR_SALE = frozenset({"01", "46", "49"})
# ONIX code list 65, the most important first: a recall or withdrawal, then how soon a copy can be had
SUPPLY_PRIORITY = (
    *("49", "46"),
    *("21", "20", "23", "22"),
    *("12", "10", "11"),
    *("30", "32", "33", "34", "31", "09"),
    *("47", "97", "98", "99"),
    *("48", "41", "42", "45", "50", "40", "43", "44", "51", "52", "01"),
)
SUPPLY_PRIORITIES = {code: rank for rank, code in enumerate(SUPPLY_PRIORITY)}
UNKNOWN_SUPPLY = SUPPLY_PRIORITIES["99"]
# fair to other shoppers, and it bounds the cookie: a school that wants more writes to the shop
MAX_COPIES_PER_BOOK = 20
# how long a copy takes to reach the shop if the feed has no time; code 22 is ordered from abroad
USUAL_DAYS = 7
USUAL_DAYS_BY_CODE = {"22": 21}


# stands for a day of sale that is to come and not known
NO_DATE = datetime(9998, 12, 31, tzinfo=UTC)
ANY_MOMENT = datetime(2000, 1, 1, tzinfo=UTC)
MAX_CACHED_AVAILABILITIES = 1024


class AvailabilityKind(StrEnum):
    """How a copy would reach the shopper."""

    SHELF = "shelf"
    ORDER = "order"
    PREORDER = "preorder"
    NONE = "none"


class UnavailableReason(StrEnum):
    """Why a book cannot be bought."""

    SOLD_OUT = "sold_out"
    RESERVED = "reserved"
    ANNOUNCED = "announced"
    TEMPORARILY_UNAVAILABLE = "temporarily_unavailable"
    DISCONTINUED = "discontinued"
    REPLACED = "replaced"
    ASK_SHOP = "ask_shop"
    NOT_FOR_SALE = "not_for_sale"
    NO_PRICE = "no_price"


REASONS = {
    **dict.fromkeys(NOT_YET_PUBLISHED, UnavailableReason.ANNOUNCED),
    **dict.fromkeys(TEMPORARILY_UNAVAILABLE, UnavailableReason.TEMPORARILY_UNAVAILABLE),
    **dict.fromkeys(DISCONTINUED, UnavailableReason.DISCONTINUED),
    **dict.fromkeys(REPLACED, UnavailableReason.REPLACED),
    "": UnavailableReason.SOLD_OUT,
}


@dataclass(frozen=True, slots=True)
class Supply:
    """What the trade offers beyond our own copies.

    `code` is of ONIX list 65, empty if there is no supplier; `expected` is YYYY, YYYY-MM or YYYY-MM-DD.
    Copies are neither sent nor handed out before `on_sale`, nor ordered before `preorders_from`.
    """

    code: str = ""
    expected: str = ""
    lead_days: int | None = None
    on_sale: datetime | None = None
    preorders_from: datetime | None = None
    may_sell: bool = True


@dataclass(frozen=True, slots=True)
class Availability:
    """What can be bought now.

    `available` copies are on our shelf beside `reserved` ones, and an order takes up to `max_quantity`.
    `days` is how long a copy takes that must be ordered in; `expected` is when there will be copies again.
    """

    kind: AvailabilityKind
    available: int
    max_quantity: int
    days: int | None = None
    not_before: datetime | None = None
    expected: str = ""
    reason: UnavailableReason | None = None
    reserved: int = 0

    @property
    def can_be_bought(self) -> bool:
        return self.max_quantity > 0

    @property
    def can_be_ordered(self) -> bool:
        """Whether copies can be had beyond those on the shelf."""
        return self.max_quantity > self.available


def find_availability(
    available: int, supply: Supply, now: datetime, *, has_price: bool, reserved: int = 0
) -> Availability:
    """Return what can be bought of a book, or why nothing can.

    That it has no price is the reason only if there is no other. A book that is not out yet is a pre-order
    even if copies have arrived. Copies on the shelf sell whatever the supplier's code is, unless the book was
    withdrawn, recalled or may not be sold here. `reserved` copies of unpaid orders may become available
    again.
    """
    found = _with_price(max(available, 0), supply, now, reserved)
    if has_price or not found.can_be_bought:
        return found
    return _not_for_sale(UnavailableReason.NO_PRICE, found.available, found.not_before, found.expected)


@lru_cache(maxsize=MAX_CACHED_AVAILABILITIES)
def find_availability_once_released(
    available: int,
    reserved: int,
    code: str,
    expected: str,
    lead_days: int | None,
    *,
    may_sell: bool,
    has_price: bool,
) -> Availability:
    """Return what `find_availability` does once the day of sale has come."""
    supply = Supply(code, expected, lead_days, may_sell=may_sell)
    return find_availability(available, supply, ANY_MOMENT, has_price=has_price, reserved=reserved)


def _with_price(available: int, supply: Supply, now: datetime, reserved: int) -> Availability:
    if not supply.may_sell or supply.code in NOT_FOR_SALE:
        return _not_for_sale(UnavailableReason.NOT_FOR_SALE)
    if supply.on_sale and supply.on_sale > now:
        return _before_sale(available, supply, now, reserved)
    if supply.code in OBTAINABLE:
        kind = AvailabilityKind.SHELF if available else AvailabilityKind.ORDER
        days = supply.lead_days or usual_days(supply.code)
        return Availability(kind, available, MAX_COPIES_PER_BOOK, days, reserved=reserved)
    if available:
        max_quantity = min(available, MAX_COPIES_PER_BOOK)
        return Availability(AvailabilityKind.SHELF, available, max_quantity, reserved=reserved)
    if reserved:
        return _not_for_sale(UnavailableReason.RESERVED)
    return _not_for_sale(REASONS.get(supply.code, UnavailableReason.ASK_SHOP), expected=supply.expected)


def _not_for_sale(
    reason: UnavailableReason, available: int = 0, not_before: datetime | None = None, expected: str = ""
) -> Availability:
    return Availability(AvailabilityKind.NONE, available, 0, None, not_before, expected, reason)


def _before_sale(available: int, supply: Supply, now: datetime, reserved: int) -> Availability:
    is_supplied = supply.code in OBTAINABLE or supply.code in NOT_YET_PUBLISHED
    max_quantity = MAX_COPIES_PER_BOOK if is_supplied else min(available, MAX_COPIES_PER_BOOK)
    is_open = not supply.preorders_from or supply.preorders_from <= now
    if not is_open or not max_quantity:
        reason = UnavailableReason.RESERVED if is_open and reserved else UnavailableReason.ANNOUNCED
        not_before = None if supply.on_sale == NO_DATE else supply.on_sale
        return _not_for_sale(reason, 0, not_before, supply.expected)
    kind = AvailabilityKind.PREORDER
    return Availability(kind, available, max_quantity, None, supply.on_sale, supply.expected)


def usual_days(code: str) -> int:
    """Return how many days a copy takes to arrive if its supplier gives no time."""
    return USUAL_DAYS_BY_CODE.get(code, USUAL_DAYS)
