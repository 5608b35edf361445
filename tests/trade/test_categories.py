"""The first Thema code of a book that the shop knows decides its category."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.trade.categories import BY_THEMA, CATEGORIES, DEFAULT_CATEGORY, category_of

unknown = st.from_regex(r"[A-Z][A-Z0-9]{0,6}", fullmatch=True).filter(
    lambda code: not any(code.startswith(prefix) for prefix in BY_THEMA)
)
known = st.builds("".join, st.tuples(st.sampled_from(sorted(BY_THEMA)), st.text("ABC123", max_size=4)))


@pytest.mark.parametrize(
    ("codes", "slug"),
    [
        (("FBC",), "fiction"),
        (("FF",), "mystery"),
        (("FFL",), "mystery"),
        (("FL",), "fiction"),
        (("DCF",), "poetry"),
        (("DNB",), "history"),
        (("WTL",), "travel"),
        (("YFB",), "children"),
        (("UMC",), "technology"),
        (("PHQ",), "science"),
        (("QDH",), "ideas"),
        (("1DDU", "NHD"), "history"),
        (("A", "FBC", "P"), "fiction"),
    ],
)
def test_the_longest_prefix_of_the_first_known_code_wins(codes: tuple[str, ...], slug: str) -> None:
    assert category_of(codes) is CATEGORIES[slug]


@given(st.lists(unknown), known, st.lists(known | unknown))
def test_unknown_codes_are_passed_over(before: list[str], code: str, after: list[str]) -> None:
    assert category_of((*before, code, *after)) is category_of((code,))


@given(st.lists(unknown))
def test_a_book_without_a_known_code_is_in_the_default_category(codes: list[str]) -> None:
    assert category_of(tuple(codes)) is DEFAULT_CATEGORY


@given(st.lists(st.text(max_size=10)))
def test_every_book_has_a_category(codes: list[str]) -> None:
    assert category_of(tuple(codes)) in CATEGORIES.values()


def test_every_code_leads_to_a_category_and_every_category_has_a_code() -> None:
    assert set(BY_THEMA.values()) == CATEGORIES.keys()


def test_categories_are_known_by_their_slugs() -> None:
    assert all(category.slug == slug for slug, category in CATEGORIES.items())
    assert len({category.name for category in CATEGORIES.values()}) == len(CATEGORIES)
