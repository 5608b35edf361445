"""Compile each template and each statement once in a process of tests.

A test opens a shop and databases of its own; compiling again would take most of its time.
"""

from types import CodeType

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from bookshop.app import Shop

MAX_STATEMENTS = 2000


class TemplateCache(BytecodeCache):
    """Compiled templates, by name and source."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code:
            self.codes[bucket.key, bucket.checksum] = bucket.code


def install() -> None:
    """Share what is compiled between the shops and databases of this process."""
    Shop.jinja_options = {**Shop.jinja_options, "bytecode_cache": TemplateCache()}
    share_statements()


def share_statements() -> None:
    """Give all engines one cache, whose keys contain the dialect."""
    # no test configures a dialect, so that two of a class compile alike
    statements = LRUCache[object, object](MAX_STATEMENTS)
    for dialect in (SQLiteDialect_pysqlite, PGDialect_asyncpg):
        dialect.__eq__ = is_alike  # type: ignore[method-assign]
        dialect.__hash__ = hash_class  # type: ignore[method-assign,assignment]

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)


def is_alike(dialect: object, other: object) -> bool:
    return type(dialect) is type(other)


def hash_class(dialect: object) -> int:
    return hash(type(dialect))
