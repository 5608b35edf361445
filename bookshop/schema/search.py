"""Tables of the search index; its own ones for SQLite and PostgreSQL are in the migrations."""

from sqlalchemy import Column, Integer, Table, Text

from bookshop.schema.columns import metadata

# the number of listed books with each facet, updated together with the search index
facet_counts = Table(
    "facet_counts",
    metadata,
    # PostgreSQL: the facets of one kind are a range of tokens in the order of their bytes
    Column("token", Text().with_variant(Text(collation="C"), "postgresql"), primary_key=True),
    Column("books", Integer, nullable=False),
)

# every word that finds a book, for the correction of typos
vocabulary = Table("vocabulary", metadata, Column("word", Text, primary_key=True))
