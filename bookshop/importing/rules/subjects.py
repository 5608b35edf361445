"""What a book is about: its subject codes, and the category that follows from its subjects."""

from collections.abc import Sequence

from bookshop.catalogue.book import Subject
from bookshop.importing.rules.codes import SUBJECT
from bookshop.importing.rules.derived_book import SubjectHeading
from bookshop.onix.subjects import SubjectCode
from bookshop.trade.categories import SLUGS_BY_SCHEME, Category, category_of
from bookshop.trade.category_words import CHILDREN, YOUNG_ADULT, category_of_words
from bookshop.trade.subject_schemes import BIC, OWN_SCHEMES

# Thema's interest ages from 13 to 17
TEENAGE_CODES = ("5AP", "5AQ", "5AR", "5AS", "5AT")


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
    return code["scheme"] != BIC and SUBJECT.fullmatch(code.get("code", "")) is not None


def choose_category(subjects: Sequence[SubjectCode]) -> str:
    """Return the slug of the category, by the best scheme that leads to one; "" if none does."""
    category = _category_of_codes(subjects) or category_of_words(
        one["heading"] for one in subjects if one["scheme"] in OWN_SCHEMES
    )
    if category is None:
        return ""
    is_teenage = any(one.get("code", "").startswith(TEENAGE_CODES) for one in subjects)
    return YOUNG_ADULT if category.slug == CHILDREN and is_teenage else category.slug


def _category_of_codes(subjects: Sequence[SubjectCode]) -> Category | None:
    for scheme in SLUGS_BY_SCHEME:
        codes = tuple(one["code"] for one in subjects if one["scheme"] == scheme)
        if category := category_of(codes, scheme):
            return category
    return None
