"""Compile each template and each statement once in a process of tests.

A test opens a shop and databases of its own; compiling again would take most of its time.
"""

from types import CodeType
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
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


class StatementCache(LRUCache[Any, Any]):
    """Compiled statements; a dialect is its class in the keys, since no test configures one."""

    def get(self, key: Any, default: Any = None) -> Any:
        dialect, *statement = key
        return super().get((type(dialect), *statement), default)

    def __setitem__(self, key: Any, value: Any) -> None:
        dialect, *statement = key
        super().__setitem__((type(dialect), *statement), value)


def install() -> None:
    """Share what is compiled between the shops and databases of this process."""
    Shop.jinja_options = {**Shop.jinja_options, "bytecode_cache": TemplateCache()}
    statements = StatementCache(MAX_STATEMENTS)

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)
