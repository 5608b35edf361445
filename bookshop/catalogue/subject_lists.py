"""The tree of Thema's subjects, and the books of each."""

from collections.abc import Mapping

from sqlalchemy import Connection

from bookshop.catalogue.book_list import BookList, Branch, one_section
from bookshop.catalogue.book_store import books_at_ranks
from bookshop.catalogue.list_opening import first_of, make_opening, opening_range
from bookshop.catalogue.list_range import ListRange
from bookshop.catalogue.subject_names import list_feed_headings
from bookshop.search.facet import Facet
from bookshop.search.facet_counts import count_by_value, count_subjects
from bookshop.search.find_books import list_by_facet
from bookshop.trade.categories import CATEGORIES, Category, hue_of
from bookshop.trade.thema import ancestors, breadcrumb, children

# how much longer than its own code the codes of a subject's nameless children may be
MAX_LEVELS_BELOW = 3


def load_subjects(db: Connection) -> tuple[tuple[Branch, ...], list[Category]]:
    """Return the tree of subjects, and the shop's categories that have books."""
    counts = count_by_value(db, Facet.CATEGORY, CATEGORIES)
    return load_subject_tree(db), [CATEGORIES[slug] for slug in counts]


def load_subject_tree(db: Connection) -> tuple[Branch, ...]:
    """Return the sections that have books, with their children."""
    counts = count_subjects(db, "", max_code_chars=2)
    feed_headings = list_feed_headings(db, counts)
    return tuple(
        Branch(heading, counts[heading.code], _branches(heading.code, counts, feed_headings))
        for heading in children("", counts, feed_headings)
        if len(heading.code) == 1
    )


def load_subject_list(db: Connection, code: str, shown: ListRange) -> BookList | None:
    """Return the books of a Thema code and its descendants; None if it has no breadcrumb."""
    counts = count_subjects(db, code, max_code_chars=len(code) + MAX_LEVELS_BELOW)
    feed_headings = list_feed_headings(db, {*counts, *ancestors(code)})
    headings = breadcrumb(code, feed_headings)
    if not headings:
        return None
    found = list_by_facet(db, Facet.SUBJECT, code, opening_range(shown), shown.after, shown.sort)
    results = first_of(found, shown.limit)
    # of more books than have spines, those of the page are enough
    books = books_at_ranks(db, found.ranks if found.count == len(found.ranks) else results.ranks)
    return BookList(
        headings[-1].name,
        one_section(books[: shown.limit]),
        results.count,
        results.next_cursor,
        breadcrumb=headings,
        branches=_branches(code, counts, feed_headings),
        hue=hue_of(code),
        opening=make_opening(db, books, found.count, shown),
    )


def _branches(code: str, counts: Mapping[str, int], feed_headings: Mapping[str, str]) -> tuple[Branch, ...]:
    return tuple(Branch(heading, counts[heading.code]) for heading in children(code, counts, feed_headings))
