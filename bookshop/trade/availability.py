"""What a shopper may buy of a book right now: from the shelf, ordered in, before it is out, or not at all."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

# ONIX code list 65, as a shopper is served by it
OBTAINABLE = frozenset({"20", "21", "22", "23"})
NOT_YET = frozenset({"10", "11", "12"})
PAUSED = frozenset({"09", "30", "31", "32", "33", "34"})
GONE = frozenset({"40", "43", "44", "45", "50", "51", "52"})
REPLACED = frozenset({"41", "42", "48"})
BARRED = frozenset({"01", "46", "49"})
# ONIX code list 65 from what matters most: a recall or withdrawal by anybody, then the best way to get a copy
SUPPLY_ORDER = (
    *("49", "46"),
    *("21", "20", "23", "22"),
    *("12", "10", "11"),
    *("30", "32", "33", "34", "31", "09"),
    *("47", "97", "98", "99"),
    *("48", "41", "42", "45", "50", "40", "43", "44", "51", "52", "01"),
)
SUPPLY_RANKS = {code: rank for rank, code in enumerate(SUPPLY_ORDER)}
UNKNOWN_SUPPLY = SUPPLY_RANKS["99"]
# a courtesy to other shoppers and a bound on the cookie: a school that wants more writes to the shop
MAX_COPIES = 20
# how long a copy takes to reach the shop where the supplier does not say: 22 is ordered from far
USUAL_DAYS = 7
USUAL_DAYS_BY_CODE = {"22": 21}


class Kind(StrEnum):
    """How a copy would reach the shopper."""

    SHELF = "shelf"
    ORDER = "order"
    PREORDER = "preorder"
    NONE = "none"


class Reason(StrEnum):
    """Why a book cannot be bought."""

    SOLD = "sold"
    ANNOUNCED = "announced"
    PAUSED = "paused"
    GONE = "gone"
    REPLACED = "replaced"
    ASK = "ask"
    BARRED = "barred"


@dataclass(frozen=True, slots=True)
class Supply:
    """What is known of copies beyond our shelf.

    `code` is of ONIX list 65, empty when nobody supplies the book; `expected` is a date as exact as it is
    known; copies are neither sent nor handed out before `on_sale`, nor ordered before `preorders_from`.
    """

    code: str = ""
    expected: str = ""
    lead_days: int | None = None
    on_sale: datetime | None = None
    preorders_from: datetime | None = None
    may_sell: bool = True


@dataclass(frozen=True, slots=True)
class Availability:
    """What may be bought: `left` copies stand on the shelf, and `most` may be bought at once.

    `days` is how long a copy takes that is not on the shelf; `expected` is when there will be copies again.
    """

    kind: Kind
    left: int
    most: int
    days: int | None = None
    not_before: datetime | None = None
    expected: str = ""
    reason: Reason | None = None

    @property
    def can_be_bought(self) -> bool:
        """Whether at least one copy is to be had."""
        return self.most > 0

    @property
    def can_be_ordered(self) -> bool:
        """Whether there are more copies than those on the shelf."""
        return self.most > self.left


def find_availability(left: int, supply: Supply, now: datetime, most: int) -> Availability:
    """What may be bought of a book of which `left` copies are free.

    No order takes more than `most` copies, which are none where there is no price.
    A book that is not out yet is a pre-order even if it stands in the back of the shop already. Copies on the
    shelf sell whatever the supplier says, unless the book was withdrawn, recalled or may not be sold here.
    """
    left = max(left, 0)
    if not supply.may_sell or supply.code in BARRED:
        return Availability(Kind.NONE, 0, 0, reason=Reason.BARRED)
    if not most:
        return Availability(Kind.NONE, left, 0, reason=Reason.ASK)
    is_supplied = supply.code in OBTAINABLE or supply.code in NOT_YET
    if supply.on_sale and supply.on_sale > now:
        return _before_sale(left, supply, now, most if is_supplied else min(left, most))
    if supply.code in OBTAINABLE:
        kind = Kind.SHELF if left else Kind.ORDER
        return Availability(kind, left, most, supply.lead_days or usual_days(supply.code))
    if left:
        return Availability(Kind.SHELF, left, min(left, most))
    return Availability(Kind.NONE, 0, 0, expected=supply.expected, reason=_why(supply.code))


def _before_sale(left: int, supply: Supply, now: datetime, most: int) -> Availability:
    is_open = not supply.preorders_from or supply.preorders_from <= now
    if is_open and most:
        return Availability(Kind.PREORDER, left, most, not_before=supply.on_sale, expected=supply.expected)
    return Availability(
        Kind.NONE, 0, 0, not_before=supply.on_sale, expected=supply.expected, reason=Reason.ANNOUNCED
    )


def usual_days(code: str) -> int:
    """How many days a copy takes to come from a supplier who has not said."""
    return USUAL_DAYS_BY_CODE.get(code, USUAL_DAYS)


def _why(code: str) -> Reason:
    groups = (
        (NOT_YET, Reason.ANNOUNCED),
        (PAUSED, Reason.PAUSED),
        (GONE, Reason.GONE),
        (REPLACED, Reason.REPLACED),
    )
    for codes, reason in groups:
        if code in codes:
            return reason
    return Reason.SOLD if not code else Reason.ASK
