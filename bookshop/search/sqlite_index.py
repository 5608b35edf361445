"""The search index on SQLite: FTS5, whose row number is the place of a book, so that its order is ours."""

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain

from sqlalchemy import Connection, text

from bookshop.search.query import (
    MARK,
    NOT,
    Document,
    Match,
    Position,
    Term,
    Tier,
    stretch_of,
    within_stretch,
)

LIST_PLACES = text(
    "SELECT rowid FROM search WHERE search MATCH :query AND rowid > :after AND rowid <= :until"
    " ORDER BY rowid LIMIT :limit"
)
LIST_SHOWN = text(
    "SELECT place, shown FROM search_shown WHERE place IN (SELECT value FROM json_each(:places))"
)
LIST_BEGUN = text(
    "SELECT word FROM vocabulary WHERE word >= :start AND word < :start || char(0x10ffff) LIMIT :limit"
)
READ = text("SELECT rowid, tokens FROM search WHERE rowid IN (SELECT value FROM json_each(:places))")
# towards one piece; a part of a second, for which other writers wait
MERGE = text("INSERT INTO search (search, rank) VALUES ('merge', -300)")
COUNT_CHANGES = text("SELECT total_changes()")
# of a beginning FTS5 finds all books before it gives the first; of words it does not
MOST_BEGUN = 50
# given to the driver as they are, which is the half of the work of many rows
ADD = "INSERT INTO search (rowid, tokens) VALUES (?, ?)"
ADD_SHOWN = "INSERT INTO search_shown (place, shown) VALUES (?, ?)"
REMOVE = "DELETE FROM search WHERE rowid = ?"
REMOVE_SHOWN = "DELETE FROM search_shown WHERE place = ?"
MOVE = "UPDATE books SET place = ? WHERE isbn = ?"
COUNT = (
    "INSERT INTO facet_counts (token, books) VALUES (?, ?)"
    " ON CONFLICT (token) DO UPDATE SET books = books + excluded.books"
)
ADD_WORD = "INSERT OR IGNORE INTO vocabulary (word) VALUES (?)"


def read(db: Connection, places: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """The tokens of the books at these places."""
    rows = db.execute(READ, {"places": json.dumps(list(places))})
    return {place: tuple(tokens.split(" ")) for place, tokens in rows}


def remove(db: Connection, places: Sequence[int]) -> None:
    """Forget the books at these places."""
    for statement in (REMOVE, REMOVE_SHOWN):
        db.exec_driver_sql(statement, [(place,) for place in places])


def add(db: Connection, documents: Sequence[Document]) -> None:
    """Take in books whose places are free."""
    # in their order, which is that of the table's pages
    rows = sorted(documents, key=lambda document: document.place)
    db.exec_driver_sql(ADD, [(document.place, " ".join(document.tokens)) for document in rows])
    db.exec_driver_sql(ADD_SHOWN, [(document.place, document.shown) for document in rows])


def move(db: Connection, places: Mapping[str, int | None]) -> None:
    """Write down where books stand, by their ISBN."""
    db.exec_driver_sql(MOVE, [(place, isbn) for isbn, place in places.items()])


def count(db: Connection, differences: Sequence[tuple[str, int]]) -> None:
    """Add to how many books have each facet."""
    db.exec_driver_sql(COUNT, list(differences))


def add_words(db: Connection, words: Iterable[str]) -> None:
    """Learn words."""
    db.exec_driver_sql(ADD_WORD, [(word,) for word in words])


def list_matches(db: Connection, tiers: Sequence[Tier], most: int) -> tuple[int, list[Match]]:
    """The best books of all tiers, and how many, up to `most`; with their facets if there are fewer."""
    found: dict[int, int] = {}
    for number, tier in enumerate(_spell_out(db, tiers), 1):
        # each tier has the books of those before it, so that this many are enough
        values = {"query": expression_of(tier), **stretch_of(tier)._asdict(), "limit": most}
        for place in db.execute(LIST_PLACES, values).scalars().all():
            found.setdefault(place, number)
        if len(found) >= most:
            return most, [Match(number, place, "") for place, number in found.items()]
    rows = db.execute(LIST_SHOWN, {"places": json.dumps(list(found))})
    shown = {row.place: row.shown for row in rows}
    return len(found), [Match(number, place, shown[place]) for place, number in found.items()]


def list_after(db: Connection, tiers: Sequence[Tier], after: Position, limit: int) -> list[Position]:
    """The next books."""
    found: list[Position] = []
    tiers = _spell_out(db, tiers)
    for number, tier in enumerate(tiers[after.tier - 1 :], after.tier):
        first, until = stretch_of(tier)
        start = max(first, after.place) if number == after.tier else first
        query = expression_of(tier)
        if number > 1:
            query = f"({query}) NOT ({expression_of(tiers[number - 2])})"
        values = {"query": query, "after": start, "until": until, "limit": limit - len(found)}
        found += [Position(number, place) for place in db.execute(LIST_PLACES, values).scalars()]
        if len(found) >= limit:
            break
    return found


def tidy(db: Connection) -> bool:
    """Do some of what makes look-ups fast again after many changes; answers whether there is more to do."""
    before: int = db.execute(COUNT_CHANGES).scalar_one()
    db.execute(MERGE)
    after: int = db.execute(COUNT_CHANGES).scalar_one()
    # one is that of the statement itself
    return after - before > 1


def _spell_out(db: Connection, tiers: Sequence[Tier]) -> list[Tier]:
    """The tiers with the words themselves for a beginning that few words have."""
    begun: dict[str, Term] = {}

    def spell(token: str) -> Term:
        start = token.strip(f"{MARK}*")
        if not token.endswith("*") or not start[0].isalpha():
            return (token,)
        if start not in begun:
            rows = db.execute(LIST_BEGUN, {"start": start, "limit": MOST_BEGUN})
            begun[start] = tuple(rows.scalars())
        mark = MARK if token.startswith(MARK) else ""
        words = begun[start]
        return tuple(mark + word for word in words or (start,)) if len(words) < MOST_BEGUN else (token,)

    return [tuple(tuple(chain.from_iterable(map(spell, term))) for term in tier) for tier in tiers]


def expression_of(tier: Tier) -> str:
    """A tier, as far as its stretch does not say it, in the language of this index."""
    terms = within_stretch(tier)
    wanted = " AND ".join(_term(term) for term in terms if not term[0].startswith(NOT))
    unwanted = [term[0].removeprefix(NOT) for term in terms if term[0].startswith(NOT)]
    return " NOT ".join([f"({wanted})", *map(_token, unwanted)])


def _term(term: Term) -> str:
    return f"({' OR '.join(_token(token) for token in term)})" if len(term) > 1 else _token(term[0])


def _token(token: str) -> str:
    return f'"{token[:-1]}" *' if token.endswith("*") else f'"{token}"'
