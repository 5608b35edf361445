"""What a book is about: its subject codes, and the shop's category that follows from them."""

from collections.abc import Sequence

from bookshop.catalogue.book import Subject
from bookshop.importing.rules.codes import SUBJECT
from bookshop.importing.rules.derived_book import SubjectHeading
from bookshop.onix.subjects import SubjectCode
from bookshop.trade.categories import BY_SCHEME, DEFAULT_CATEGORY, category_of
from bookshop.trade.subject_schemes import BIC


def visible_subjects(codes: Sequence[SubjectCode]) -> tuple[Subject, ...]:
    """Return the valid codes once each, without those of BIC, which Thema has replaced."""
    shown = (Subject(one["code"], one["scheme"]) for one in codes if _is_visible(one))
    return tuple(dict.fromkeys(shown))


def subject_headings(codes: Sequence[SubjectCode]) -> tuple[SubjectHeading, ...]:
    """Return the sender's texts for its codes."""
    return tuple(
        SubjectHeading(one["scheme"], one["code"], one["heading"])
        for one in codes
        if "heading" in one and _is_visible(one)
    )


def _is_visible(code: SubjectCode) -> bool:
    return code["scheme"] != BIC and SUBJECT.fullmatch(code["code"]) is not None


def choose_category(codes: Sequence[SubjectCode]) -> str:
    """Return the slug of the category, by the best scheme that the sender uses."""
    for scheme in BY_SCHEME:
        if found := tuple(one["code"] for one in codes if one["scheme"] == scheme):
            return category_of(found, scheme).slug
    return DEFAULT_CATEGORY.slug
