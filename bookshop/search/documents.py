"""Make the documents of the search index from the catalogue's rows."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, select

from bookshop.database import AnyRow
from bookshop.schema import (
    AVAILABLE_COPIES,
    COPIES_SOLD,
    book_details,
    books,
    contributors,
    sales,
    stock,
    subject_headings,
    subjects,
)
from bookshop.search.book_tokens import tokens_of
from bookshop.search.facet import Facet, filter_tokens, subject_tokens
from bookshop.search.price_band import price_band_of
from bookshop.search.rank import rank_of
from bookshop.search.search_index import Document
from bookshop.search.sort_keys import sort_keys_of
from bookshop.search.subject_names import subject_names
from bookshop.trade.availability import AvailabilityKind, Supply, find_availability
from bookshop.trade.product_forms import find_form
from bookshop.trade.subject_schemes import THEMA_SCHEMES

READ_BOOKS = (
    select(
        books.c.isbn,
        books.c.rank,
        books.c.is_listed,
        books.c.title,
        books.c.subtitle,
        books.c.series,
        books.c.series_number,
        books.c.publisher,
        books.c.imprint,
        book_details.c.keywords,
        books.c.category,
        books.c.form,
        books.c.language,
        books.c.price_minor,
        books.c.series_key,
        books.c.publisher_key,
        books.c.published,
        books.c.supply,
        books.c.on_sale,
        books.c.preorders_from,
        books.c.may_sell,
        AVAILABLE_COPIES.label("available_copies"),
        COPIES_SOLD.label("copies_sold"),
    )
    .outerjoin_from(books, stock, stock.c.isbn == books.c.isbn)
    .outerjoin(sales, sales.c.isbn == books.c.isbn)
    .outerjoin(book_details, book_details.c.isbn == books.c.isbn)
    .where(books.c.isbn.in_(bindparam("isbns", expanding=True)))
    .order_by(books.c.isbn)
    .with_for_update(of=books, key_share=True)
)


def read_documents(db: Connection, isbns: Sequence[str]) -> list[tuple[str, int | None, Document | None]]:
    """Lock these books and return their ISBNs, stored ranks and documents.

    A book that is not listed has no document.
    """
    now = datetime.now(UTC)
    contributors_of, subjects_of = _group(db, READ_CONTRIBUTORS, isbns), _group(db, READ_SUBJECTS, isbns)
    return [
        (book.isbn, book.rank, _document(book, contributors_of[book.isbn], subjects_of[book.isbn], now))
        for book in db.execute(READ_BOOKS, {"isbns": list(isbns)}).all()
    ]


def _document(
    book: AnyRow, people: Sequence[AnyRow], book_subjects: Sequence[AnyRow], now: datetime
) -> Document | None:
    if not book.is_listed:
        return None
    supply = Supply(book.supply, "", None, book.on_sale, book.preorders_from, book.may_sell)
    has_price = bool(book.price_minor)
    availability = find_availability(book.available_copies, supply, now, has_price=has_price).kind
    facets = _facets(book, availability, people, book_subjects)
    title_fields = (book.subtitle, *(person.name for person in people))
    thema_codes = [subject.code for subject in book_subjects if subject.scheme in THEMA_SCHEMES]
    other_fields = (
        *(book.series, book.series_number, book.publisher, book.imprint),
        *subject_names(book.category, thema_codes),
        *(book.isbn, book.isbn[3:12], book.keywords or ""),
        *(subject.heading for subject in book_subjects if subject.heading),
    )
    tokens = tokens_of(book.title, title_fields, other_fields, facets)
    rank = rank_of(book.isbn, availability, book.published)
    keys = sort_keys_of(book.title, book.language, book.published, book.price_minor, book.copies_sold, facets)
    return Document(rank, tokens, filter_tokens(facets), keys, _names(book, people))


def _names(book: AnyRow, people: Sequence[AnyRow]) -> dict[str, str]:
    names = {Facet.CONTRIBUTOR.token(person.key): person.name for person in people if person.key}
    return {**names, Facet.SERIES.token(book.series_key): book.series} if book.series_key else names


def _facets(
    book: AnyRow, availability: AvailabilityKind, people: Sequence[AnyRow], book_subjects: Sequence[AnyRow]
) -> set[str]:
    tokens = {
        Facet.FORM.token(find_form(book.form).group),
        Facet.AVAILABILITY.token(availability),
    }
    optional = (
        (Facet.CATEGORY, book.category),
        (Facet.LANGUAGE, book.language),
        (Facet.PRICE, price_band_of(book.price_minor)),
        (Facet.SERIES, book.series_key),
        (Facet.PUBLISHER, book.publisher_key),
        *((Facet.CONTRIBUTOR, person.key) for person in people),
    )
    tokens.update(facet.token(value) for facet, value in optional if value)
    for subject in book_subjects:
        if subject.scheme in THEMA_SCHEMES:
            tokens.update(subject_tokens(subject.code))
    return tokens


READ_CONTRIBUTORS = select(contributors.c.isbn, contributors.c.name, contributors.c.key).where(
    contributors.c.isbn.in_(bindparam("isbns", expanding=True))
)
READ_SUBJECTS = (
    select(subjects.c.isbn, subjects.c.scheme, subjects.c.code, subject_headings.c.heading)
    .outerjoin(
        subject_headings,
        and_(subject_headings.c.scheme == subjects.c.scheme, subject_headings.c.code == subjects.c.code),
    )
    .where(subjects.c.isbn.in_(bindparam("isbns", expanding=True)))
)


def _group(db: Connection, statement: Select[Any], isbns: Sequence[str]) -> Mapping[str, list[AnyRow]]:
    rows_by_isbn: defaultdict[str, list[AnyRow]] = defaultdict(list)
    for row in db.execute(statement, {"isbns": list(isbns)}).all():
        rows_by_isbn[row[0]].append(row)
    return rows_by_isbn
