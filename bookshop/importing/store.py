"""The statements of importing: what senders said, and the books that were derived from it.

Each takes many at once, so that a batch costs a fixed number of statements.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter, itemgetter
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    Connection,
    Executable,
    Table,
    and_,
    bindparam,
    func,
    not_,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from bookshop.database.insert_rows import insert_rows
from bookshop.importing.rules.derive import DerivedBook
from bookshop.importing.rules.notifications import StoredRecord
from bookshop.schema import (
    book_details,
    books,
    contributors,
    counters,
    overrides,
    records,
    related,
    subject_headings,
    subjects,
)

Row: TypeAlias = dict[str, Any]

ENTRY = {field.name for field in fields(DerivedBook)}
BOOK_FIELDS = tuple(column.name for column in books.c if column.name in ENTRY)
DETAIL_FIELDS = tuple(column.name for column in book_details.c if column.name in ENTRY)
CONTRIBUTOR_FIELDS = ("role", "name", "key", "biography", "isni")
ENTRY_FIELDS = (*BOOK_FIELDS, *DETAIL_FIELDS)
values_of = attrgetter(*ENTRY_FIELDS)
book_values, detail_values = itemgetter(*BOOK_FIELDS), itemgetter(*DETAIL_FIELDS)

ISBNS: BindParameter[Any] = bindparam("isbns", expanding=True)
BOOK: BindParameter[Any] = bindparam("book")
SENDER: BindParameter[Any] = bindparam("by")
REFERENCE: BindParameter[Any] = bindparam("record")
REFERENCES: BindParameter[Any] = bindparam("references", expanding=True)
# of imports and overrides only one writes at a time: each derives books from all that is said of them
LOCK = select(func.pg_advisory_xact_lock(0x626F6F6B))

SAYING = (
    records.c.sender,
    records.c.reference,
    records.c.isbn,
    records.c.sent_at,
    records.c.digest,
    records.c.rank,
    records.c.is_retired,
)
said_by = attrgetter(*(column.name for column in SAYING))
RECORD_FIELDS = (*(column.name for column in SAYING), "blocks")
LIST_KNOWN = (
    select(*SAYING, books.c.isbn.label("book"), books.c.changes_on)
    .outerjoin_from(records, books, books.c.isbn == records.c.isbn)
    .where(records.c.sender == SENDER, records.c.reference.in_(REFERENCES))
)
LIST_TEXTS = select(records.c.reference, records.c.blocks).where(
    records.c.sender == SENDER, records.c.reference.in_(REFERENCES)
)
LIST_SAYINGS = select(*SAYING, records.c.blocks).where(records.c.isbn.in_(ISBNS))
LIST_OTHER_SAYINGS = LIST_SAYINGS.where(
    not_(and_(records.c.sender == SENDER, records.c.reference.in_(REFERENCES)))
)
LIST_SAID_OF = select(records.c.isbn).where(records.c.isbn.in_(ISBNS)).distinct()
THIS_RECORD = and_(records.c.sender == SENDER, records.c.reference == REFERENCE)
CHANGE_RECORD = (
    records.update()
    .where(THIS_RECORD)
    .values({column.name: bindparam(f"new_{column.name}") for column in records.c if not column.primary_key})
)
MARK_RECORD = (
    records.update()
    .where(THIS_RECORD)
    .values(sent_at=bindparam("new_sent_at"), is_retired=bindparam("new_is_retired"))
)

LIST_BOOKS = select(*(books.c[name] for name in BOOK_FIELDS)).where(books.c.isbn.in_(ISBNS))
LIST_DETAILS = select(*(book_details.c[name] for name in DETAIL_FIELDS)).where(book_details.c.isbn.in_(ISBNS))
LIST_CONTRIBUTORS = (
    select(contributors.c.isbn, *(contributors.c[name] for name in CONTRIBUTOR_FIELDS))
    .where(contributors.c.isbn.in_(ISBNS))
    .order_by(contributors.c.isbn, contributors.c.position)
)
LIST_SUBJECTS = (
    select(subjects.c.isbn, subjects.c.scheme, subjects.c.code)
    .where(subjects.c.isbn.in_(ISBNS))
    .order_by(subjects.c.isbn, subjects.c.position)
)
LIST_RELATED = select(related.c.isbn, related.c.code, related.c.other).where(related.c.isbn.in_(ISBNS))
LIST_OVERRIDES = select(overrides.c.isbn, overrides.c.field, overrides.c.value).where(
    overrides.c.isbn.in_(ISBNS)
)

CHANGE_BOOK = (
    books.update()
    .where(books.c.isbn == BOOK)
    .values({name: bindparam(name) for name in BOOK_FIELDS if name != "isbn"})
)
HIDE_BOOKS = books.update().where(books.c.isbn.in_(ISBNS)).values(is_listed=False, may_sell=False)
SETTLE_BOOKS = books.update().where(books.c.isbn.in_(ISBNS)).values(changes_on=None)
CHANGE_DETAILS = (
    book_details.update()
    .where(book_details.c.isbn == BOOK)
    .values({name: bindparam(name) for name in DETAIL_FIELDS if name != "isbn"})
)
LIST_THERE = select(books.c.isbn).where(books.c.isbn.in_(ISBNS))
FIND_PROGRESS = select(counters.c.value).where(counters.c.name == bindparam("mark"))
ADD_PROGRESS = counters.insert()
SET_PROGRESS = (
    counters.update().where(counters.c.name == bindparam("mark")).values(value=bindparam("new_value"))
)
ADD_OVERRIDE = overrides.insert()
DELETE_OVERRIDE = overrides.delete().where(overrides.c.isbn == BOOK, overrides.c.field == bindparam("name"))
# the parts of a book that are rows of their own
PARTS: tuple[tuple[Table, str, tuple[str, ...]], ...] = (
    (contributors, "contributors", ("position", *CONTRIBUTOR_FIELDS)),
    (subjects, "subjects", ("position", "scheme", "code")),
    (related, "related", ("code", "other")),
)
DROP_PARTS = {name: table.delete().where(table.c.isbn.in_(ISBNS)) for table, name, _ in PARTS}
ALL_FIELDS = (*BOOK_FIELDS, *DETAIL_FIELDS[1:], *DROP_PARTS)
# whose heading comes first stays
NEW_HEADINGS = {
    "sqlite": sqlite.insert(subject_headings).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(subject_headings).on_conflict_do_nothing(),
}


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """What is known of a record, without its blocks; whether its book exists, and when that changes."""

    saying: StoredRecord
    has_book: bool
    changes_on: date | None


def lock_catalogue(db: Connection) -> None:
    """Let no other import or override in before this transaction is over; SQLite lets nobody in anyway."""
    if db.dialect.name == "postgresql":
        db.execute(LOCK)


def list_known_records(db: Connection, sender: str, references: Collection[str]) -> dict[str, KnownRecord]:
    """What a sender said before, by reference."""
    rows = db.execute(LIST_KNOWN, {"by": sender, "references": list(references)})
    return {
        row.reference: KnownRecord(StoredRecord(*row[: len(SAYING)]), row.book is not None, row.changes_on)
        for row in rows
    }


def list_blocks(db: Connection, sender: str, references: Collection[str]) -> dict[str, str]:
    """The blocks of a sender's records as they are stored, by reference."""
    if not references:
        return {}
    rows = db.execute(LIST_TEXTS, {"by": sender, "references": list(references)})
    return {row.reference: row.blocks for row in rows}


def list_records(db: Connection, isbns: Collection[str]) -> list[StoredRecord]:
    """All that is said of these ISBNs."""
    return [StoredRecord(*row) for row in db.execute(LIST_SAYINGS, {"isbns": list(isbns)})]


def list_other_records(
    db: Connection, isbns: Collection[str], sender: str, references: Collection[str]
) -> list[StoredRecord]:
    """All that is said of these ISBNs elsewhere than in these records of a sender."""
    values = {"isbns": list(isbns), "by": sender, "references": list(references)}
    return [StoredRecord(*row) for row in db.execute(LIST_OTHER_SAYINGS, values)]


def add_records(db: Connection, sayings: Sequence[StoredRecord]) -> None:
    """Keep what was never said before."""
    insert_rows(db, records, RECORD_FIELDS, [(*said_by(one), one.text) for one in sayings])


def change_records(db: Connection, sayings: Sequence[StoredRecord]) -> None:
    """Keep what is said now instead of what was said before."""
    _run(db, CHANGE_RECORD, [_keyed(one, _record(one)) for one in sayings])


def mark_records(db: Connection, sayings: Sequence[StoredRecord]) -> None:
    """Keep when something was said last, and whether it was withdrawn."""
    marks = [(one, {"sent_at": one.sent_at, "is_retired": one.is_retired}) for one in sayings]
    _run(db, MARK_RECORD, [_keyed(one, values) for one, values in marks])


def list_entries(db: Connection, isbns: Collection[str]) -> dict[str, Row]:
    """The rows of the books that exist among these, as `entry_row` makes them of an entry."""
    values = {"isbns": list(isbns)}
    found: dict[str, Row] = {row.isbn: dict(row._mapping) for row in db.execute(LIST_BOOKS, values)}
    if not found:
        return found
    values = {"isbns": list(found)}
    for row in db.execute(LIST_DETAILS, values):
        found[row.isbn] |= row._mapping
    for name, statement in (
        ("contributors", LIST_CONTRIBUTORS),
        ("subjects", LIST_SUBJECTS),
        ("related", LIST_RELATED),
    ):
        parts: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
        for row in db.execute(statement, values):
            parts[row[0]].append(tuple(row[1:]))
        for isbn, entry in found.items():
            # a book's relations have no order of their own
            entry[name] = tuple(sorted(parts[isbn]) if name == "related" else parts[isbn])
    return found


def list_overrides(db: Connection, isbns: Collection[str]) -> dict[str, dict[str, str]]:
    """The bookseller's own words of these books."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in db.execute(LIST_OVERRIDES, {"isbns": list(isbns)}):
        found[row.isbn][row.field] = row.value
    return found


def entry_row(entry: DerivedBook) -> Row:
    """An entry in the form of its rows, its parts as tuples."""
    row = dict(zip(ENTRY_FIELDS, values_of(entry), strict=True))
    row["keywords"] = "; ".join(entry.keywords)
    row["contributors"] = tuple(
        (one.role, one.name, one.key, one.biography, one.isni) for one in entry.contributors
    )
    row["subjects"] = entry.subjects
    row["related"] = tuple(sorted(entry.related))
    return row


def add_entries(db: Connection, rows: Sequence[Row], listed: Mapping[str, date]) -> None:
    """Take new books into the catalogue."""
    new_books = [(*book_values(row), listed[row["isbn"]]) for row in rows]
    insert_rows(db, books, (*BOOK_FIELDS, "listed"), new_books)
    insert_rows(db, book_details, DETAIL_FIELDS, [detail_values(row) for row in rows])
    for table, name, columns in PARTS:
        insert_rows(db, table, ("isbn", *columns), list(_parts(rows, name, columns)))


def change_entries(db: Connection, rows: Sequence[Row], before: Mapping[str, Row]) -> None:
    """Write what is different of books that are there already."""
    for statement, names in ((CHANGE_BOOK, BOOK_FIELDS), (CHANGE_DETAILS, DETAIL_FIELDS)):
        differing = [row for row in rows if differing_fields(row, before[row["isbn"]], names)]
        values = [{name: row[name] for name in names if name != "isbn"} for row in differing]
        _run(
            db, statement, [{"book": row["isbn"], **new} for row, new in zip(differing, values, strict=True)]
        )
    for table, name, columns in PARTS:
        if differing := [row for row in rows if row[name] != before[row["isbn"]][name]]:
            db.execute(DROP_PARTS[name], {"isbns": [row["isbn"] for row in differing]})
            insert_rows(db, table, ("isbn", *columns), list(_parts(differing, name, columns)))


def differing_fields(row: Row, before: Row, names: Iterable[str] = ALL_FIELDS) -> list[str]:
    """The fields in which a book is not what it was."""
    return [name for name in names if row[name] != before[name]]


def clear_change_dates(db: Connection, isbns: Collection[str]) -> None:
    """Expect nothing of the coming days for these books."""
    db.execute(SETTLE_BOOKS, {"isbns": list(isbns)})


def hide_books(db: Connection, isbns: Collection[str]) -> None:
    """Show and sell these books no more."""
    db.execute(HIDE_BOOKS, {"isbns": list(isbns)})


def add_headings(db: Connection, headings: Iterable[tuple[str, str, str]]) -> None:
    """Learn what subject codes are called."""
    rows = [{"scheme": scheme, "code": code, "heading": text} for scheme, code, text in sorted(headings)]
    _run(db, NEW_HEADINGS[db.dialect.name], rows)


def set_overrides(db: Connection, words: Mapping[str, Mapping[str, str]], now: datetime) -> None:
    """Keep what the bookseller says of fields of books."""
    said = [(isbn, field, value) for isbn, values in words.items() for field, value in values.items()]
    _run(db, DELETE_OVERRIDE, [{"book": isbn, "name": field} for isbn, field, _ in said])
    rows = [{"isbn": isbn, "field": field, "value": value, "set_at": now} for isbn, field, value in said]
    _run(db, ADD_OVERRIDE, rows)


def delete_override(db: Connection, isbn: str, field: str) -> bool:
    """Forget what the bookseller said of a book's field; answers whether there was anything."""
    return db.execute(DELETE_OVERRIDE, {"book": isbn, "name": field}).rowcount > 0


def list_existing_isbns(db: Connection, isbns: Collection[str]) -> set[str]:
    """Those of these books that exist, shown or not."""
    return set(db.execute(LIST_THERE, {"isbns": list(isbns)}).scalars())


def find_progress(db: Connection, mark: str) -> int:
    """How far a file with this mark was taken before."""
    return db.execute(FIND_PROGRESS, {"mark": mark}).scalar() or 0


def set_progress(db: Connection, mark: str, value: int) -> None:
    """Remember how far a file with this mark is taken."""
    if not db.execute(SET_PROGRESS, {"mark": mark, "new_value": value}).rowcount:
        db.execute(ADD_PROGRESS, {"name": mark, "value": value})


def _record(said: StoredRecord) -> Row:
    return dict(zip(RECORD_FIELDS, (*said_by(said), said.text), strict=True))


def _keyed(said: StoredRecord, values: Row) -> Row:
    new = {f"new_{name}": value for name, value in values.items() if name not in ("sender", "reference")}
    return {"by": said.sender, "record": said.reference, **new}


def _parts(rows: Iterable[Row], name: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """The rows of one kind of part; those with a position are counted."""
    is_counted = columns[0] == "position"
    for row in rows:
        for position, part in enumerate(row[name]):
            yield (row["isbn"], position, *part) if is_counted else (row["isbn"], *part)


def _run(db: Connection, statement: Executable, rows: Sequence[Row]) -> None:
    if rows:
        db.execute(statement, rows)
