"""The books of a person, by what they did for each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select

from bookshop.catalogue.book import Book
from bookshop.catalogue.book_list import BookList, Section, one_section
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.catalogue.list_opening import first_of, make_opening, opening_range
from bookshop.catalogue.list_range import ListRange
from bookshop.schema import contributors
from bookshop.search.facet import Facet
from bookshop.search.find_books import list_by_facet
from bookshop.search.sort import Sort
from bookshop.trade.categories import hue_of
from bookshop.trade.contributor_roles import AUTHOR, find_role

MAX_CONTRIBUTIONS = 200


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a person did for one book."""

    isbn: str
    role: str
    name: str
    biography: str


def load_contributor_list(db: Connection, key: str, shown: ListRange) -> BookList | None:
    """Return the books to which a person contributed; None if the key is unknown."""
    found = list_by_facet(db, Facet.CONTRIBUTOR, key, opening_range(shown), shown.after, shown.sort)
    results = first_of(found, shown.limit)
    read = books_at_ranks(db, found.ranks)
    contributions = list_contributions(db, key, [book.isbn for book in read])
    if not contributions:
        return None
    books = read[: shown.limit]
    roles = _roles_by_isbn(contributions)
    is_whole = shown.sort is Sort.RELEVANCE and not (shown.seen or shown.after or results.next_cursor)
    author = find_role(AUTHOR).name
    return BookList(
        contributions[0].name,
        _sections_by_role(books, roles) if is_whole else one_section(books),
        results.count,
        results.next_cursor,
        next((one.biography for one in contributions if one.biography), ""),
        notes={} if is_whole else {isbn: role for isbn, role in roles.items() if role != author},
        hue=hue_of(books[0].category),
        opening=make_opening(db, read, found.count, shown, with_series=True),
    )


LIST_CONTRIBUTIONS = (
    select(contributors.c.isbn, contributors.c.role, contributors.c.name, contributors.c.biography)
    .where(
        contributors.c.key == bindparam("person_key"),
        contributors.c.isbn.in_(bindparam("isbns", expanding=True)),
    )
    .order_by(contributors.c.isbn, contributors.c.position)
    .limit(MAX_CONTRIBUTIONS)
)


def list_contributions(db: Connection, key: str, isbns: Sequence[str]) -> list[Contribution]:
    """Return what a person did for these books."""
    rows = db.execute(LIST_CONTRIBUTIONS, {"person_key": key, "isbns": list(isbns)})
    return [Contribution(*row) for row in rows]


def _roles_by_isbn(contributions: Iterable[Contribution]) -> dict[str, str]:
    """Return the person's roles for each book as one phrase, such as "Author and illustrator"."""
    names: dict[str, list[str]] = {}
    for contribution in contributions:
        names.setdefault(contribution.isbn, []).append(find_role(contribution.role).name)
    joined = {isbn: " and ".join(dict.fromkeys(roles)) for isbn, roles in names.items()}
    return {isbn: text.capitalize() for isbn, text in joined.items()}


def _sections_by_role(books: Iterable[Book], roles: Mapping[str, str]) -> tuple[Section, ...]:
    groups: dict[str, list[Book]] = {}
    for book in books:
        groups.setdefault(roles.get(book.isbn, ""), []).append(book)
    author = find_role(AUTHOR).name
    # a stable sort: authors first, the other roles in the order of their first books
    ordered = sorted(groups.items(), key=lambda group: not group[0].startswith(author))
    return tuple(Section(tuple(group), name) for name, group in ordered)
