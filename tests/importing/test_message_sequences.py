"""Any sequence of messages and overrides, compared with a simple model of the rules."""

from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from bookshop.catalogue.book_store import find_book
from bookshop.database import Database
from bookshop.importing.overrides import override_book, remove_override
from bookshop.importing.rules.notifications import Outcome
from bookshop.search.find_books import find_typed_isbn
from tests.importing.feeds import ISBN, NOW, OTHER, listed_on
from tests.importing.shop import MARKET, a_header, read_all, run_sql, take
from tests.onix.messages import (
    a_message,
    a_product,
    collateral,
    descriptive,
    text,
)

MESSAGE = st.tuples(
    st.sampled_from(["A", "B"]),
    st.integers(1, 4),
    st.lists(
        st.tuples(
            st.sampled_from(["r1", "r2"]),
            st.sampled_from([ISBN, OTHER]),
            st.sampled_from(["03", "04", "05", "88"]),
            st.sampled_from(["", "Adam Bede", "Romola"]),
            st.sampled_from(["", "One.", "Two."]),
        ),
        min_size=1,
        max_size=3,
    ),
)


OVERRIDE = st.tuples(st.sampled_from([ISBN, OTHER]), st.sampled_from(["", "Ours"]))


class Model:
    """The rules of notifications without anything that makes them fast."""

    def __init__(self) -> None:
        self.records: dict[tuple[str, str], dict[str, Any]] = {}
        self.overrides: dict[str, str] = {}
        self.seen: set[str] = set()

    def apply(self, sender: str, day: int, products: list[tuple[str, str, str, str, str]]) -> None:
        for position, product in enumerate(products):
            reference, isbn, notification, title, description = product
            key, blocks = (sender, reference), blocks_for(title, description)
            known = self.records.get(key)
            if notification == "88" or (known and day < known["day"]):
                continue
            applied = known["applied"] if known and day == known["day"] else []
            # no more of a withdrawal is read
            name = position, notification if notification == "05" else product
            if name in applied:
                continue
            applied = [*(one for one in applied if one[0] < position), name]
            if notification == "05":
                if known:
                    known.update(day=day, is_retired=True, applied=applied)
                continue
            if notification == "04":
                if not known or known["is_retired"]:
                    continue
                blocks = {**known["blocks"], **blocks}
            self.records[key] = {
                "isbn": isbn,
                "day": day,
                "is_retired": False,
                "blocks": blocks,
                "applied": applied,
            }
            self.seen.add(isbn)

    def titles(self) -> dict[str, tuple[str, str] | None]:
        """Return the title and description of each book, None for one that is not listed."""
        found: dict[str, tuple[str, str] | None] = {}
        for isbn in self.seen:
            blocks: dict[str, str] = {}
            for sender in ("A", "B"):
                own = [
                    (record["day"], reference, record["blocks"])
                    for (owner, reference), record in self.records.items()
                    if owner == sender and record["isbn"] == isbn and not record["is_retired"]
                ]
                blocks = {**(max(own, key=lambda one: one[:2])[2] if own else {}), **blocks}
            title = self.overrides.get(isbn) or blocks.get("title", "")
            found[isbn] = (title, blocks.get("description", "")) if blocks.get("title") else None
        return found


def blocks_for(title: str, description: str) -> dict[str, str]:
    """Return the blocks of a product, at least one."""
    given = {"title": title, "description": description}
    return {name: value for name, value in given.items() if value} or {"title": "Untitled"}


def xml_for(sender: str, day: int, products: list[tuple[str, str, str, str, str]]) -> bytes:
    parts = []
    for reference, isbn, notification, title, description in products:
        blocks = blocks_for(title, description)
        xml = [descriptive(title=blocks["title"])] if "title" in blocks else []
        xml += [collateral(text("03", description))] if "description" in blocks else []
        source = {"A": "01", "B": "03"}[sender]
        parts.append(
            a_product(*xml, isbn=isbn, notification=notification, reference=reference, source=source)
        )
    return a_message(*parts, header=a_header(f"2026110{day}", sender))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.one_of(MESSAGE, OVERRIDE), min_size=1, max_size=8))
async def test_any_sequence_of_messages_ends_as_the_model_does(
    database: Database, tmp_path: Path, steps: list[Any]
) -> None:
    await database.write(clear)
    model = Model()
    for step in steps:
        if len(step) == 3:
            model.apply(*step)
            first = await take(database, tmp_path, xml_for(*step))
            again = await database.read(read_all)
            model.apply(*step)
            report = await take(database, tmp_path, xml_for(*step))
            # what was refused or ignored since there was no record may be applied the second time
            if first.counts.keys().isdisjoint({Outcome.REFUSED, Outcome.IGNORED}):
                assert await database.read(read_all) == again
                assert report.counts.keys() <= {Outcome.UNCHANGED, Outcome.STALE}
        # a record that got another number within one batch never made a book of the first
        elif await database.read(listed_on, step[0]):
            isbn, title = step
            if title:
                await database.write(override_book, isbn, "title", title, MARKET, NOW)
                model.overrides[isbn] = title
            else:
                await database.write(remove_override, isbn, "title", MARKET, NOW)
                model.overrides.pop(isbn, None)
    found = {}
    for isbn in model.seen:
        book = await database.read(find_book, isbn)
        found[isbn] = (book.title, book.details.description.strip("</p>")) if book else None
        assert await database.read(find_typed_isbn, isbn) == (isbn if book else None)
    assert found == model.titles()


def clear(db: Connection) -> None:
    for table in ("records", "books", "search", "facet_counts"):
        run_sql(db, f"DELETE FROM {table}")  # noqa: S608 - a name from the line above
    if db.dialect.name == "sqlite":
        run_sql(db, "DELETE FROM search_filter_tokens")
