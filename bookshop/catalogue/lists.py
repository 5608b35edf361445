"""Lists that one browses: a subject, a person, a series, a publisher, what is new and what is to come."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from bookshop.catalogue.book import Book
from bookshop.catalogue.lists_store import (
    SeriesEntry,
    Work,
    list_credits,
    list_forthcoming,
    list_headings,
    list_newest,
    list_series_entries,
)
from bookshop.catalogue.store import books_at_ranks, list_display
from bookshop.search.facet import Facet
from bookshop.search.facet_counts import count_subjects
from bookshop.search.find_books import list_by_facet
from bookshop.search.results import Results
from bookshop.trade.contributor_roles import AUTHOR, find_role
from bookshop.trade.thema import Heading, ancestors, breadcrumb, children

PAGE = 24
# a series with more books is not read in their order, and comes in the shop's
MOST_NUMBERED = 500
# how much deeper than itself a subject's page looks for branches with names
DEPTH = 3
NUMBER = re.compile(r"\d+(?:\.\d+)?")
DISPLAYS = {"picks": "Staff picks", "loved": "Well loved"}


@dataclass(frozen=True, slots=True)
class Section:
    """Books under a heading, which may be none."""

    books: tuple[Book, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """A subject with its number of books, and those below it."""

    heading: Heading
    books: int
    children: tuple["Branch", ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list; `after` is the address of the next one, `count` is None where nobody counts.

    `text` is clean HTML about whoever or whatever the books belong to; `notes` are a few words on some books.
    """

    title: str
    sections: tuple[Section, ...] = ()
    count: int | None = None
    after: str = ""
    text: str = ""
    breadcrumb: tuple[Heading, ...] = ()
    branches: tuple[Branch, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def books(self) -> tuple[Book, ...]:
        """All of its books."""
        return tuple(book for section in self.sections for book in section.books)


def collect_tree(db: Connection) -> tuple[Branch, ...]:
    """The sections of all subjects and what is right below them, as far as there are books."""
    counts = count_subjects(db, "", max_code_chars=2)
    said = list_headings(db, counts)
    return tuple(
        Branch(heading, counts[heading.code], _branches(heading.code, counts, said))
        for heading in children("", counts, said)
        if len(heading.code) == 1
    )


def collect_subject(db: Connection, code: str, after: str) -> Listing | None:
    """The books of a Thema code and of all below it; None when nobody has a name for it or for any above."""
    counts = count_subjects(db, code, max_code_chars=len(code) + DEPTH)
    said = list_headings(db, {*counts, *ancestors(code)})
    headings = breadcrumb(code, said)
    if not headings:
        return None
    found = list_by_facet(db, Facet.SUBJECT, code, PAGE, after)
    return Listing(
        headings[-1].name,
        _sections(books_at_ranks(db, found.ranks)),
        found.count,
        found.next_cursor,
        breadcrumb=headings,
        branches=_branches(code, counts, said),
    )


def collect_person(db: Connection, key: str, after: str) -> Listing | None:
    """What somebody wrote, drew, edited or translated; None when nobody has heard of them."""
    found = list_by_facet(db, Facet.CONTRIBUTOR, key, PAGE, after)
    books = books_at_ranks(db, found.ranks)
    works = list_credits(db, key, [book.isbn for book in books])
    if not works:
        return None
    roles = _roles(works)
    is_whole = not after and not found.next_cursor
    return Listing(
        works[0].name,
        _by_role(books, roles) if is_whole else _sections(books),
        found.count,
        found.next_cursor,
        next((work.biography for work in works if work.biography), ""),
        notes={}
        if is_whole
        else {isbn: role for isbn, role in roles.items() if role != find_role(AUTHOR).name},
    )


def collect_series(db: Connection, key: str, after: str) -> Listing | None:
    """A series by its numbers; None when there is no such series."""
    found = list_by_facet(db, Facet.SERIES, key, MOST_NUMBERED)
    if found.count > MOST_NUMBERED:
        found = list_by_facet(db, Facet.SERIES, key, PAGE, after)
    elif found.count:
        found = _page_by_number(list_series_entries(db, found.ranks), after)
    books = books_at_ranks(db, found.ranks)
    if not books:
        return None
    notes = {book.isbn: f"Number {book.series_number}" for book in books if book.series_number}
    return Listing(books[0].series, _sections(books), found.count, found.next_cursor, notes=notes)


def collect_publisher(db: Connection, key: str, after: str) -> Listing | None:
    """A publisher's books; None when there is no such publisher."""
    found = list_by_facet(db, Facet.PUBLISHER, key, PAGE, after)
    books = books_at_ranks(db, found.ranks)
    if not books:
        return None
    return Listing(books[0].publisher, _sections(books), found.count, found.next_cursor)


def collect_new(db: Connection, after: str) -> Listing:
    """What became new here last."""
    return _dated("New books", list_newest(db, after, PAGE + 1))


def collect_forthcoming(db: Connection, today: str, after: str) -> Listing:
    """What is published next."""
    return _dated("Forthcoming books", list_forthcoming(db, today, after, PAGE + 1))


def collect_display(db: Connection, name: str) -> Listing:
    """A display that the bookseller put together."""
    picks = list_display(db, name)
    notes = {pick.book.isbn: f"{pick.note} ({pick.by})" for pick in picks if pick.note}
    return Listing(DISPLAYS[name], _sections([pick.book for pick in picks]), len(picks), notes=notes)


def _dated(title: str, books: Sequence[Book]) -> Listing:
    after = books[PAGE - 1].isbn if len(books) > PAGE else ""
    return Listing(title, _sections(books[:PAGE]), after=after)


def _sections(books: Iterable[Book]) -> tuple[Section, ...]:
    return (Section(tuple(books)),)


def _branches(code: str, counts: Mapping[str, int], said: Mapping[str, str]) -> tuple[Branch, ...]:
    return tuple(Branch(heading, counts[heading.code]) for heading in children(code, counts, said))


def _roles(works: Iterable[Work]) -> dict[str, str]:
    """What somebody was for each book, in words: «Author and illustrator»."""
    names: dict[str, list[str]] = {}
    for work in works:
        names.setdefault(work.isbn, []).append(find_role(work.role).name)
    joined = {isbn: " and ".join(dict.fromkeys(roles)) for isbn, roles in names.items()}
    return {isbn: text.capitalize() for isbn, text in joined.items()}


def _by_role(books: Iterable[Book], roles: Mapping[str, str]) -> tuple[Section, ...]:
    groups: dict[str, list[Book]] = {}
    for book in books:
        groups.setdefault(roles.get(book.isbn, ""), []).append(book)
    # a stable sort: authors first, the others as their first books come
    ordered = sorted(groups.items(), key=lambda group: not group[0].startswith(find_role(AUTHOR).name))
    return tuple(Section(tuple(group), name) for name, group in ordered)


def _page_by_number(entries: Sequence[SeriesEntry], after: str) -> Results:
    ordered = sorted(entries, key=_in_series)
    start = next((n + 1 for n, entry in enumerate(ordered) if entry.isbn == after), 0)
    shown = ordered[start : start + PAGE]
    key = shown[-1].isbn if start + PAGE < len(ordered) else ""
    return Results(tuple(entry.rank for entry in shown), len(ordered), next_cursor=key)


def _in_series(entry: SeriesEntry) -> tuple[float, str, str, str]:
    number = NUMBER.search(entry.number)
    return (float(number[0]) if number else float("inf"), entry.number, entry.published, entry.isbn)
