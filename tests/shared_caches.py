"""Compile templates and statements, and read certificates, once in a process of tests.

A test opens a shop, databases and clients of its own; doing so again would take most of its time.
"""

import ssl
from functools import cache
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
    """Share what is compiled and read between the shops, databases and clients of this process."""
    share_trusted_certificates()
    Shop.jinja_options = {**Shop.jinja_options, "bytecode_cache": TemplateCache()}
    statements = StatementCache(MAX_STATEMENTS)

    @event.listens_for(Engine, "engine_connect")
    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)


def share_trusted_certificates() -> None:
    """Share the certificates of httpx and Stripe's library, which take 20 ms to read."""
    create = ssl.create_default_context

    @cache
    def create_for(cafile: str) -> ssl.SSLContext:
        return create(cafile=cafile)

    def create_or_share(*purpose: ssl.Purpose, cafile: str | None = None, **more: Any) -> ssl.SSLContext:
        if cafile and not purpose and not more:
            return create_for(cafile)
        return create(*purpose, cafile=cafile, **more)

    ssl.create_default_context = create_or_share  # type: ignore[assignment]  # `capath` and `cadata` are in `more`
