"""Tables of the search index; its own ones for SQLite and PostgreSQL are in the migrations."""

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, String, Table, Text

from bookshop.schema.columns import metadata

# PostgreSQL: in the order of its bytes, as on SQLite, so that what begins so is a range
BYTES = Text().with_variant(Text(collation="C"), "postgresql")

# the number of listed books with each facet, updated together with the search index
facet_counts = Table(
    "facet_counts",
    metadata,
    Column("token", BYTES, primary_key=True),
    Column("books", Integer, nullable=False),
)

# every word that finds a book, for the correction of typos
vocabulary = Table("vocabulary", metadata, Column("word", Text, primary_key=True))

# the people and series of listed books, with their numbers of books
names = Table(
    "names",
    metadata,
    Column("token", BYTES, primary_key=True),
    Column("name", Text, nullable=False),
    Column("books", Integer, nullable=False),
)

# by which a name is found as it is typed; `size` is that of its number of books: search/name_store.py
name_starts = Table(
    "name_starts",
    metadata,
    Column("facet", String(1), primary_key=True),
    Column("size", SmallInteger, primary_key=True, autoincrement=False),
    Column("start", BYTES, primary_key=True),
    Column("token", BYTES, primary_key=True),
    sqlite_with_rowid=False,
)

# what orders the books of the index besides their ranks: search/sort_keys.py
sort_keys = Table(
    "sort_keys",
    metadata,
    # SQLite finds a row soonest by an INTEGER PRIMARY KEY
    Column("rank", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("newest", Integer, nullable=False),
    Column("price", Integer, nullable=False),
    Column("price_desc", Integer, nullable=False),
    Column("title", BYTES, nullable=False),
    Column("bestselling", Integer, nullable=False),
    Column("facets", Text, nullable=False),
    Index(None, "newest", "rank"),
    Index(None, "price", "rank"),
    Index(None, "price_desc", "rank"),
    Index(None, "title", "rank"),
    Index(None, "bestselling", "rank"),
)
