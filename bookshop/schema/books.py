"""The catalogue: books and what describes them."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from bookshop.schema.columns import ISBN, TIMESTAMP, metadata

# `published` and `expected` are as exact as the sender knows them: YYYY, YYYY-MM or YYYY-MM-DD. A price of 0
# means that none is known. `rank` orders every list and is the book's id in the search index: search/rank.py.
books = Table(
    "books",
    metadata,
    Column("isbn", ISBN, primary_key=True),
    Column("title", Text, nullable=False),
    Column("subtitle", Text, nullable=False),
    Column("byline", Text, nullable=False),
    Column("form", String(2), nullable=False),
    Column("pages", Integer, nullable=False),
    Column("publisher", Text, nullable=False),
    Column("publisher_key", Text, nullable=False, server_default=""),
    Column("imprint", Text, nullable=False, server_default=""),
    Column("published", String(10), nullable=False),
    Column("language", String(3), nullable=False),
    Column("blurb", Text, nullable=False, server_default=""),
    Column("price_minor", Integer, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("category", String(32), nullable=False),
    Column("listed_on", Date, nullable=False),
    Column("series", Text, nullable=False, server_default=""),
    Column("series_number", String(32), nullable=False, server_default=""),
    Column("series_key", Text, nullable=False, server_default=""),
    Column("work", String(128), nullable=False, server_default=""),
    Column("supply", String(2), nullable=False, server_default=""),
    Column("expected", String(10), nullable=False, server_default=""),
    Column("lead_days", Integer),
    Column("on_sale", TIMESTAMP),
    Column("preorders_from", TIMESTAMP),
    Column("is_listed", Boolean, nullable=False, server_default=text("true")),
    Column("may_sell", Boolean, nullable=False, server_default=text("true")),
    Column("cover_version", String(16), nullable=False, server_default=""),
    Column("cover_width", Integer, nullable=False, server_default="0"),
    Column("cover_height", Integer, nullable=False, server_default="0"),
    Column("rank", BigInteger),
    Column("changes_on", Date),
    CheckConstraint("length(isbn) = 13", name="isbn"),
    CheckConstraint("price_minor >= 0", name="price"),
    Index(None, "category", "rank"),
    Index(None, "listed_on", "isbn"),
    Index(None, "published"),
    Index(None, "work"),
    Index(None, "changes_on"),
    Index(None, "rank", unique=True),
    Index(None, "series_key", sqlite_where=text("series_key <> ''")),
)

# what only the book's own page shows; descriptions are HTML, sanitized on import
book_details = Table(
    "book_details",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("description", Text, nullable=False, server_default=""),
    Column("contents", Text, nullable=False, server_default=""),
    Column("keywords", Text, nullable=False, server_default=""),
    Column("edition", Text, nullable=False, server_default=""),
    Column("height_mm", Integer),
    Column("width_mm", Integer),
    Column("thickness_mm", Integer),
    Column("weight_g", Integer),
    Column("ages", String(16), nullable=False, server_default=""),
    Column("is_fixed_price", Boolean, nullable=False, server_default=text("false")),
    Column("safety_name", Text, nullable=False, server_default=""),
    Column("safety_address", Text, nullable=False, server_default=""),
    Column("safety_email", Text, nullable=False, server_default=""),
    Column("supplier", Text, nullable=False, server_default=""),
)

contributors = Table(
    "contributors",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("role", String(3), nullable=False),
    Column("name", Text, nullable=False),
    Column("key", Text, nullable=False, server_default=""),
    Column("biography", Text, nullable=False, server_default=""),
    Column("isni", String(16), nullable=False, server_default=""),
    Index(None, "key"),
)

# `scheme` is of ONIX list 27: see trade/subject_schemes.py
subjects = Table(
    "subjects",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("scheme", String(2), nullable=False, server_default="93"),
    Column("code", String(16), nullable=False),
    Index(None, "code"),
)

subject_headings = Table(
    "subject_headings",
    metadata,
    Column("scheme", String(2), primary_key=True),
    Column("code", String(16), primary_key=True),
    Column("heading", Text, nullable=False),
)

# `code` is of ONIX list 51; the other book need not be in the catalogue
related = Table(
    "related",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("code", String(2), primary_key=True),
    Column("other", ISBN, primary_key=True),
    Index(None, "other"),
)

displays = Table(
    "displays",
    metadata,
    Column("display", String(16), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), nullable=False),
    Column("note", Text, nullable=False),
    Column("note_by", Text, nullable=False),
    UniqueConstraint("display", "isbn"),
)
