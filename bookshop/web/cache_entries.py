"""The entries of the page cache: bounded in bytes, the least recently used makes room."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from typing import NamedTuple

from bookshop.web.cached_response import CachedResponse


class Key(NamedTuple):
    """What tells one page from another."""

    path: str
    query: bytes
    is_fragment: bool


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A response, until when it is fresh (0: do not cache), and when it was rendered."""

    response: CachedResponse
    fresh_until: float
    ignores_query: bool
    rendered_at: float = 0.0
    is_stale: bool = False


class CacheEntries:
    """Entries by key, in the order of their last use."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.size = 0
        self.by_key: OrderedDict[Key, CacheEntry] = OrderedDict()

    def find(self, key: Key, now: float) -> CacheEntry | None:
        """Return the entry if it is still fresh."""
        entry = self.by_key.get(key)
        if entry is None or entry.fresh_until <= now:
            return None
        self.by_key.move_to_end(key)
        return entry

    def find_stale(self, key: Key, oldest: float) -> CacheEntry | None:
        """Return the entry, fresh or not, unless it was rendered before `oldest`."""
        entry = self.by_key.get(key)
        return None if entry is None or entry.rendered_at < oldest else entry

    def ignores_query(self, key: Key) -> bool:
        """Return whether the page with this key, fresh or not, is the same with any query."""
        entry = self.by_key.get(key)
        return entry is not None and entry.ignores_query

    def store(self, key: Key, entry: CacheEntry) -> CacheEntry:
        """Store an entry; an unchanged response keeps the encodings of the one that it replaces."""
        before = self.by_key.pop(key, None)
        if before is not None:
            self.size -= before.response.size
            if before.response.digest == entry.response.digest:
                entry = replace(entry, response=before.response)
        self.by_key[key] = entry
        self.size += entry.response.size
        while self.size > self.max_bytes:
            _, oldest = self.by_key.popitem(last=False)
            self.size -= oldest.response.size
        return entry
