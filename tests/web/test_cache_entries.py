"""The entries of the page cache: when they are fresh, and which make room."""

from hypothesis import given
from hypothesis import strategies as st

from bookshop.web.cache_entries import CacheEntries, CacheEntry, Key
from bookshop.web.cached_response import cache_response

KEYS = [Key(f"/{n}", b"", is_fragment=False) for n in range(4)]
SIZE = cache_response(200, [], b"").size


def an_entry(body: bytes = b"", fresh_until: float = 10, *, ignores_query: bool = False) -> CacheEntry:
    """Return an entry for a page with this body."""
    return CacheEntry(
        cache_response(200, [(b"content-type", b"text/html")], body), fresh_until, ignores_query
    )


def test_an_entry_is_fresh_until_its_moment_and_not_at_it() -> None:
    entries = CacheEntries(10 * SIZE)
    stored = entries.store(KEYS[0], an_entry(fresh_until=10))
    assert entries.find(KEYS[0], 9.9) is stored
    assert entries.find(KEYS[0], 10) is None
    assert entries.find(KEYS[1], 9.9) is None


def test_a_page_is_known_to_ignore_its_query_when_it_is_no_longer_fresh() -> None:
    entries = CacheEntries(10 * SIZE)
    entries.store(KEYS[0], an_entry(fresh_until=0, ignores_query=True))
    entries.store(KEYS[1], an_entry())
    assert [entries.ignores_query(key) for key in KEYS[:3]] == [True, False, False]


def test_the_least_recently_used_entry_makes_room() -> None:
    entries = CacheEntries(3 * SIZE)
    for key in KEYS[:3]:
        entries.store(key, an_entry())
    entries.find(KEYS[0], 0)
    entries.store(KEYS[3], an_entry())
    assert list(entries.by_key) == [KEYS[2], KEYS[0], KEYS[3]]


def test_only_an_unchanged_response_keeps_its_encodings() -> None:
    entries = CacheEntries(10 * SIZE)
    first = entries.store(KEYS[0], an_entry(b"one"))
    same = entries.store(KEYS[0], an_entry(b"one", fresh_until=20))
    assert same.response is first.response
    assert same.fresh_until == 20
    changed = entries.store(KEYS[0], an_entry(b"two"))
    assert changed.response.body == b"two"


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.integers(0, 3 * SIZE)), max_size=30))
def test_the_size_is_that_of_all_entries_and_never_above_the_limit(
    steps: list[tuple[Key, int]],
) -> None:
    entries = CacheEntries(4 * SIZE)
    for key, length in steps:
        entries.store(key, an_entry(b"x" * length))
        assert entries.size == sum(entry.response.size for entry in entries.by_key.values())
        assert entries.size <= entries.max_bytes
