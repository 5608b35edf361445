"""The search index on PostgreSQL: the tokens of each book, looked up by GIN or passed by in order."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Connection, text

from bookshop.search.query import (
    BEGINNING,
    ON_SHELF,
    Document,
    Match,
    Position,
    Term,
    Tier,
    facet,
    is_rare,
    last_place,
    stretch_of,
)

READ = text(
    "SELECT place, array_to_string(tsvector_to_array(tokens), ' ') FROM search"
    " WHERE place = ANY(CAST(:places AS bigint[]))"
)
ADD = text(
    "INSERT INTO search (place, shown, tokens)"
    " SELECT place, shown, array_to_tsvector(string_to_array(tokens, ' '))"
    " FROM unnest(CAST(:places AS bigint[]), CAST(:shown AS text[]), CAST(:tokens AS text[]))"
    " AS new (place, shown, tokens)"
)
REMOVE = text("DELETE FROM search WHERE place = ANY(CAST(:places AS bigint[]))")
MOVE = text(
    "UPDATE books SET place = new.place FROM unnest(CAST(:isbns AS text[]), CAST(:places AS bigint[]))"
    " AS new (isbn, place) WHERE books.isbn = new.isbn"
)
COUNT = text(
    "INSERT INTO facet_counts (token, books)"
    " SELECT * FROM unnest(CAST(:tokens AS text[]), CAST(:books AS integer[]))"
    " ON CONFLICT (token) DO UPDATE SET books = facet_counts.books + excluded.books"
)
ADD_WORDS = text(
    "INSERT INTO vocabulary (word) SELECT unnest(CAST(:words AS text[])) ON CONFLICT (word) DO NOTHING"
)
TIDY = text(
    "SELECT gin_clean_pending_list(inhrelid) FROM pg_inherits"
    " WHERE inhparent = CAST('ix_search_tokens' AS regclass)"
)
ANALYZE = text("ANALYZE search")
# so many books are passed by in order before the index is asked: enough for words that many books have
WALK = 1000
# of too many none is sent
LIST = text(
    "WITH found AS MATERIALIZED"
    " (SELECT place, shown, tokens FROM search WHERE tokens @@ CAST(:last AS tsquery) LIMIT :most),"
    " counted AS (SELECT count(*) AS books FROM found)"
    " SELECT books, CASE WHEN tokens @@ CAST(:first AS tsquery) THEN 1"
    " WHEN tokens @@ CAST(:second AS tsquery) THEN 2 ELSE 3 END, place, shown"
    " FROM counted LEFT JOIN found ON books < :most"
)
PASS = text(
    "SELECT place FROM (SELECT place, tokens FROM search WHERE place > :after ORDER BY place LIMIT :walk)"
    " AS passed WHERE tokens @@ CAST(:query AS tsquery) LIMIT :limit"
)
# the sums keep PostgreSQL from going through places in order
LOOK_UP = text(
    "SELECT place FROM search WHERE tokens @@ CAST(:query AS tsquery) AND place + 0 > :after"
    " ORDER BY place + 0 LIMIT :limit"
)


def read(db: Connection, places: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The tokens of the books at these places."""
    return {place: tuple(tokens.split(" ")) for place, tokens in db.execute(READ, {"places": list(places)})}


def remove(db: Connection, places: Sequence[int]) -> None:
    """Forget the books at these places."""
    db.execute(REMOVE, {"places": list(places)})


def add(db: Connection, documents: Sequence[Document]) -> None:
    """Take in books whose places are free."""
    columns = {
        "places": [document.place for document in documents],
        "shown": [document.shown for document in documents],
        "tokens": [" ".join(document.tokens) for document in documents],
    }
    db.execute(ADD, columns)
    # what waits to be sorted into the index would be gone through by every look-up
    db.execute(TIDY)


def move(db: Connection, places: Mapping[str, int | None]) -> None:
    """Write down where books stand, by their ISBN."""
    db.execute(MOVE, {"isbns": list(places), "places": list(places.values())})


def count(db: Connection, differences: Sequence[tuple[str, int]]) -> None:
    """Add to how many books have each facet."""
    tokens, books = zip(*differences, strict=True)
    db.execute(COUNT, {"tokens": tokens, "books": books})


def add_words(db: Connection, words: Iterable[str]) -> None:
    """Learn words."""
    db.execute(ADD_WORDS, {"words": sorted(words)})


def list_matches(db: Connection, tiers: Sequence[Tier], most: int) -> tuple[int, list[Match]]:
    """All books of all tiers in order, and how many there are; none when there are `most` or more."""
    queries = [query_of(tier) for tier in tiers]
    values = {"first": queries[0], "second": queries[min(1, len(queries) - 1)], "last": queries[-1]}
    rows = db.execute(LIST, {**values, "most": most}).all()
    count: int = rows[0][0]
    if count in (0, most):
        return count, []
    return count, sorted(Match(min(tier, len(tiers)), place, shown) for _, tier, place, shown in rows)


def list_after(db: Connection, tiers: Sequence[Tier], after: Position, limit: int) -> list[Position]:
    """The next books."""
    found: list[Position] = []
    for number, tier in enumerate(tiers[after.tier - 1 :], after.tier):
        start = max(stretch_of(tier).after, after.place if number == after.tier else BEGINNING.place)
        query = query_of(tier)
        if number > 1:
            query = f"({query}) & !({query_of(tiers[number - 2])})"
        look = _look_up if is_rare(tier) else _list_places
        found += [Position(number, place) for place in look(db, query, start, limit - len(found))]
        if len(found) >= limit:
            break
    return found


def tidy(db: Connection) -> bool:
    """Make look-ups fast again after many changes; answers whether there is more to do."""
    db.execute(TIDY)
    db.execute(ANALYZE)
    return False


def _list_places(db: Connection, query: str, after: int, limit: int) -> list[int]:
    """Look among the next books, which is quick when many fit; then among the shelf's; then among all."""
    passed = db.execute(PASS, {"query": query, "after": after, "limit": limit, "walk": WALK})
    found = list(passed.scalars())
    if len(found) == limit:
        return found
    end_of_shelf = last_place(ON_SHELF)
    if after >= end_of_shelf:
        return _look_up(db, query, after, limit)
    found = _look_up(db, f"({query}) & '{facet('v', 'shelf')}'", after, limit)
    return found if len(found) == limit else found + _list_places(db, query, end_of_shelf, limit - len(found))


def _look_up(db: Connection, query: str, after: int, limit: int) -> list[int]:
    return list(db.execute(LOOK_UP, {"query": query, "after": after, "limit": limit}).scalars())


def query_of(tier: Tier) -> str:
    """A tier in the language of this index."""
    return " & ".join(_term(term) for term in tier)


def _term(term: Term) -> str:
    return f"({' | '.join(_token(token) for token in term)})" if len(term) > 1 else _token(term[0])


def _token(token: str) -> str:
    return f"'{token[:-1]}':*" if token.endswith("*") else f"'{token}'"
