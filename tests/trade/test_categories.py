"""A book stands where its first Thema code that means something here says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.trade.categories import BY_THEMA, ELSEWHERE, SHELVES, shelf_of

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
    assert shelf_of(codes) is SHELVES[slug]


@given(st.lists(unknown), known, st.lists(known | unknown))
def test_codes_that_mean_nothing_here_are_passed_over(before: list[str], code: str, after: list[str]) -> None:
    assert shelf_of((*before, code, *after)) is shelf_of((code,))


@given(st.lists(unknown))
def test_a_book_that_belongs_nowhere_stands_elsewhere(codes: list[str]) -> None:
    assert shelf_of(tuple(codes)) is ELSEWHERE


@given(st.lists(st.text(max_size=10)))
def test_every_book_has_a_shelf(codes: list[str]) -> None:
    assert shelf_of(tuple(codes)) in SHELVES.values()


def test_every_code_leads_to_a_shelf_and_every_shelf_has_a_code() -> None:
    assert set(BY_THEMA.values()) == SHELVES.keys()


def test_shelves_are_known_by_their_slugs() -> None:
    assert all(shelf.slug == slug for slug, shelf in SHELVES.items())
    assert len({shelf.name for shelf in SHELVES.values()}) == len(SHELVES)
