"""The columns of a book, whose names the derived book, its rows and its page share."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class BookRow:
    """The columns of `books` that follow from feeds and overrides; the shop adds a few more.

    `form` and `supply` are codes of ONIX lists 150 and 65; a price of 0 means that there is none.
    `published` and `expected` are YYYY, YYYY-MM or YYYY-MM-DD, or empty.
    """

    isbn: str
    title: str
    subtitle: str
    byline: str
    form: str
    pages: int
    publisher: str
    publisher_key: str
    imprint: str
    published: str
    language: str
    blurb: str
    price_minor: int
    currency: str
    category: str
    series: str
    series_number: str
    series_key: str
    work: str
    supply: str
    expected: str
    lead_days: int | None
    on_sale: datetime | None
    preorders_from: datetime | None
    is_listed: bool
    may_sell: bool
    changes_on: date | None


@dataclass(frozen=True, slots=True)
class BookDetails:
    """The columns of `book_details`, for the book's own page; texts are clean HTML.

    `supplier` is from whom the shop orders copies: no page of the shop shows it.
    """

    description: str = ""
    contents: str = ""
    keywords: str = ""
    edition: str = ""
    height_mm: int | None = None
    width_mm: int | None = None
    thickness_mm: int | None = None
    weight_g: int | None = None
    ages: str = ""
    is_fixed_price: bool = False
    safety_name: str = ""
    safety_address: str = ""
    safety_email: str = ""
    supplier: str = ""
