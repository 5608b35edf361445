"""What books are derived from: senders' records, booksellers' overrides, links to covers."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from bookshop.schema.columns import ISBN, TIMESTAMP, metadata

# each sender's latest record of a product, block by block; a book's rows are derived from these
records = Table(
    "records",
    metadata,
    Column("sender", String(128), primary_key=True),
    Column("reference", String(128), primary_key=True),
    Column("isbn", ISBN, nullable=False),
    Column("sent_at", TIMESTAMP, nullable=False),
    Column("digest", String(40), nullable=False),
    Column("source_priority", Integer, nullable=False),
    Column("is_retired", Boolean, nullable=False),
    Column("blocks", Text, nullable=False),
    # which notifications of the message at `sent_at` made the record
    Column("applied", Text, nullable=False, server_default=""),
    Index(None, "isbn"),
)

# values that a bookseller set; they replace imported values, and no import changes them
overrides = Table(
    "overrides",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("field", String(32), primary_key=True),
    Column("value", Text, nullable=False),
    Column("set_at", TIMESTAMP, nullable=False),
)

# addresses of cover pictures in the senders' records, and the response headers of the last download
cover_links = Table(
    "cover_links",
    metadata,
    Column("isbn", ISBN, ForeignKey("books.isbn", ondelete="CASCADE"), primary_key=True),
    Column("url", Text, nullable=False),
    Column("picture_date", String(32), nullable=False),
    Column("downloaded_version", String(16), nullable=False, server_default=""),
    Column("etag", Text, nullable=False, server_default=""),
    Column("last_modified", Text, nullable=False, server_default=""),
    Column("downloaded_picture_date", String(32), nullable=False, server_default=""),
)
