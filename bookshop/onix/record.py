"""What one sender says of one product, in the six blocks that ONIX puts it in."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias, TypedDict
from zoneinfo import ZoneInfo

import orjson

# ONIX's own numbers of the blocks
DESCRIPTIVE, COLLATERAL, PUBLISHING, RELATED, SUPPLY = "1", "2", "4", "5", "6"

# by block; a block that the sender left out has no key
Blocks: TypeAlias = dict[str, Any]


class Action(StrEnum):
    """What a record does to what its sender said before."""

    REPLACE = "replace"
    UPDATE = "update"
    RETIRE = "retire"
    IGNORE = "ignore"


# ONIX code list 1
ACTIONS = {
    "01": Action.REPLACE,
    "02": Action.REPLACE,
    "03": Action.REPLACE,
    "04": Action.UPDATE,
    "05": Action.RETIRE,
    "88": Action.IGNORE,
    "89": Action.IGNORE,
}

# ONIX code list 3, the best source first: publisher, its distributor or sales agent, agency, wholesaler
RANKS = {"01": 0, "02": 1, "06": 1, "04": 2, "03": 3}
LAST_RANK = 4


@dataclass(frozen=True, slots=True)
class Message:
    """Who sent a file, and when; it comes before the file's records. `ignored` are columns not understood."""

    sender: str
    sent_at: datetime | None
    number: str
    release: str
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """One product of a file; `text` is its blocks as they are stored, `isbn` is '' where there is none.

    `unknown` are codes that are in no list of ONIX, each with its element.
    """

    reference: str
    notification: str
    isbn: str
    position: int
    line: int
    rank: int
    text: str
    unknown: tuple[tuple[str, str], ...] = ()

    @property
    def blocks(self) -> Blocks:
        """What the record says."""
        return load_blocks(self.text)

    @property
    def action(self) -> Action:
        """What becomes of the sender's earlier words; readers refuse the notification types without one."""
        return ACTIONS[self.notification]


@dataclass(frozen=True, slots=True)
class Refused:
    """A record, or the rest of a file (`ends_file`), that could not be read, and why, in one line."""

    position: int
    line: int
    reference: str
    reason: str
    ends_file: bool = False


@dataclass(frozen=True, slots=True)
class Market:
    """Where the shop sells: country and currency decide on prices and rights, the clock starts sales."""

    country: str
    currency: str
    timezone: str

    @property
    def zone(self) -> ZoneInfo:
        """The shop's clock."""
        return ZoneInfo(self.timezone)


class Text(TypedDict, total=False):
    """A longer text as it was sent: nothing in it is to be trusted before it is sanitised."""

    text: str
    is_html: bool


class TextContent(Text, total=False):
    """A text about the product: `type` is of list 153, and `source` is who wrote it."""

    type: str
    source: str


class Person(TypedDict, total=False):
    """Somebody who made the product, in roles of list 17."""

    roles: list[str]
    name: str
    isni: str
    biography: Text


class SubjectCode(TypedDict, total=False):
    """A subject of a scheme of list 27, or a heading in its place."""

    scheme: str
    code: str
    heading: str


class Extent(TypedDict, total=False):
    """A length, of list 23 in units of list 24."""

    type: str
    value: str
    unit: str


class Language(TypedDict, total=False):
    """A language (ISO 639-2/B) in a role of list 22."""

    role: str
    code: str


class Audience(TypedDict, total=False):
    """Whom the product is for, by a code type of list 29."""

    type: str
    value: str


class Descriptive(TypedDict, total=False):
    """Block 1: subjects stand main ones first, measures are in millimetres and grams."""

    composition: str
    form: str
    form_details: list[str]
    title: str
    subtitle: str
    series: str
    series_number: str
    contributors: list[Person]
    statement: str
    edition: str
    edition_number: str
    languages: list[Language]
    extents: list[Extent]
    height_mm: int
    width_mm: int
    thickness_mm: int
    weight_g: int
    subjects: list[SubjectCode]
    keywords: list[str]
    audiences: list[Audience]
    age_from: int
    age_to: int


class CoverLink(TypedDict, total=False):
    """Where a picture of the front is; `updated` is a date as in Dated."""

    link: str
    updated: str


class Collateral(TypedDict, total=False):
    """Block 2: only texts that are meant for everybody or for readers; covers with the best link first."""

    texts: list[TextContent]
    covers: list[CoverLink]


class Dated(TypedDict, total=False):
    """A date (YYYY, YYYY-MM or YYYY-MM-DD) in a role of list 163 (products, markets) or 166 (supplies)."""

    role: str
    date: str


class Territory(TypedDict, total=False):
    """Countries and regions as ONIX lists them: codes with spaces between."""

    countries: str
    regions: str
    not_countries: str
    not_regions: str


class SalesRight(TypedDict, total=False):
    """Where a right of list 46 holds."""

    type: str
    territory: Territory


class Contact(TypedDict, total=False):
    """Whom to ask about the product's safety."""

    name: str
    address: str
    email: str


class Publishing(TypedDict, total=False):
    """Block 4: `status` is of list 64, and `row_rights`, of list 46, holds wherever no right is said."""

    imprint: str
    publisher: str
    status: str
    dates: list[Dated]
    rights: list[SalesRight]
    row_rights: str
    safety: Contact


class Relation(TypedDict, total=False):
    """Another product, by its ISBN, that stands in relations of list 51 to this one."""

    codes: list[str]
    isbn: str


class WorkRelation(TypedDict, total=False):
    """A work, by an identifier of a type of list 16, in a relation of list 164."""

    code: str
    type: str
    id: str


class Related(TypedDict, total=False):
    """Block 5."""

    products: list[Relation]
    works: list[WorkRelation]


class Tax(TypedDict, total=False):
    """A tax within or on top of a price: a rate of list 62, per cent and amounts as they were sent."""

    type: str
    rate: str
    percent: str
    taxable: str
    amount: str


class Price(TypedDict, total=False):
    """A price as it was sent: `type` of list 58, `qualifier` 59, `per` 60; or `unpriced` of list 57.

    `least` is the number of copies from which it holds; `since` and `until` are dates as in Dated.
    """

    type: str
    qualifier: str
    per: str
    least: str
    amount: str
    currency: str
    territory: Territory
    taxes: list[Tax]
    since: str
    until: str
    unpriced: str


class Supplier(TypedDict, total=False):
    """Who supplies the product at what price; `availability` is of list 65, an order takes `days`."""

    name: str
    role: str
    availability: str
    on_hand: int
    days: int
    dates: list[Dated]
    unpriced: str
    prices: list[Price]


class MarketSupply(TypedDict, total=False):
    """How the product is published and supplied in some markets; without `markets` it is so everywhere.

    `status` is of list 68.
    """

    markets: list[Territory]
    status: str
    dates: list[Dated]
    safety: Contact
    suppliers: list[Supplier]


class Supply(TypedDict, total=False):
    """Block 6, which a block update replaces as a whole, all markets of its sender together."""

    supplies: list[MarketSupply]


def rank_of(source_type: str) -> int:
    """How far to trust a source of this type of list 3, the best being 0."""
    return RANKS.get(source_type, LAST_RANK)


def merge_blocks(blocks: Blocks, update: Blocks) -> Blocks:
    """What a sender says after an update: the blocks it brings are replaced whole, the others stay."""
    return {**blocks, **update}


def dump_blocks(blocks: Blocks) -> str:
    """The blocks as text to store, always the same text for the same blocks."""
    return orjson.dumps(blocks, option=orjson.OPT_SORT_KEYS).decode()


def load_blocks(text: str) -> Blocks:
    """The blocks that dump_blocks wrote."""
    blocks: Blocks = orjson.loads(text)
    return blocks


def digest(dumped: str) -> str:
    """A short mark of dumped blocks that changes whenever they do."""
    return hashlib.blake2b(dumped.encode(), digest_size=16).hexdigest()
