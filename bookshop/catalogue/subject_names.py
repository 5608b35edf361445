"""The names of subjects: Thema's headings, ours and those of feeds."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from bookshop.schema import subject_headings
from bookshop.trade.categories import CATEGORIES
from bookshop.trade.subject_schemes import THEMA_CATEGORY
from bookshop.trade.thema import ancestors, breadcrumb, thema_headings

LIST_HEADINGS = select(subject_headings.c.code, subject_headings.c.heading).where(
    subject_headings.c.scheme == THEMA_CATEGORY,
    subject_headings.c.code.in_(bindparam("codes", expanding=True)),
)


def list_feed_headings(db: Connection, codes: Iterable[str]) -> dict[str, str]:
    """Return the headings that feeds gave to Thema codes for which we have no name."""
    named = thema_headings()
    unnamed = [code for code in codes if code not in named]
    rows = db.execute(LIST_HEADINGS, {"codes": unnamed}) if unnamed else ()
    return {row.code: row.heading for row in rows}


def subject_name(db: Connection, subject: str) -> str:
    """Return the name of a category or a Thema code; a code without any name is its own."""
    if not subject or subject in CATEGORIES:
        return CATEGORIES[subject].name if subject else ""
    headings = breadcrumb(subject, list_feed_headings(db, ancestors(subject)))
    return headings[-1].name if headings else subject
