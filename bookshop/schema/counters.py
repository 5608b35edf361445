"""Numbers that only rise, such as the number of the last order."""

from sqlalchemy import Column, Integer, String, Table

from bookshop.schema.columns import metadata

counters = Table(
    "counters",
    metadata,
    Column("name", String(16), primary_key=True),
    Column("value", Integer, nullable=False),
)
