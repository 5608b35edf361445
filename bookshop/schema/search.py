"""Tables of the search index; its own ones for SQLite and PostgreSQL are in the migrations."""

from sqlalchemy import Column, Integer, SmallInteger, String, Table, Text

from bookshop.schema.columns import metadata

# PostgreSQL: in the order of its bytes, so that what begins so is a range
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
