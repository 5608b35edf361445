"""The first code of a book that the shop knows decides its category."""

from string import ascii_uppercase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.covers.drawn.palette import PALETTES
from bookshop.trade.categories import CATEGORIES, HUE_OF_COVERS, SLUGS_BY_SCHEME, Category, category_of
from bookshop.trade.subject_schemes import BIC, BISAC, THEMA_CATEGORY
from bookshop.trade.thema import thema_headings

BY_THEMA = SLUGS_BY_SCHEME[THEMA_CATEGORY]
# sections with several categories, and what is on its own: ancient texts, essays, anthologies, gifts
WITHOUT_CATEGORY = {"D", "DB", "DBS", "DBSG", "DN", "DNL", "DNT", "W", "WZ"}
UNKNOWN_SECTIONS = sorted(set(ascii_uppercase) - {prefix[0] for prefix in BY_THEMA})
unknown = st.one_of(
    st.sampled_from(sorted(WITHOUT_CATEGORY)),
    st.builds("".join, st.tuples(st.sampled_from(UNKNOWN_SECTIONS), st.text("ABC123", max_size=6))),
)
known = st.builds("".join, st.tuples(st.sampled_from(sorted(BY_THEMA)), st.text("ABC123", max_size=4)))


@pytest.mark.parametrize(
    ("codes", "slug"),
    [
        (("FBC",), "fiction"),
        (("FF",), "mystery"),
        (("FFL",), "mystery"),
        (("FHD",), "mystery"),
        (("FLC",), "fantasy"),
        (("FMB",), "fantasy"),
        (("FRD",), "romance"),
        (("DCF",), "poetry"),
        (("DDA",), "poetry"),
        (("DNBH",), "biography"),
        (("DNXC",), "mystery"),
        (("WTL",), "travel"),
        (("YFB",), "children"),
        (("XAM",), "comics"),
        (("UMC",), "technology"),
        (("PHQ",), "science"),
        (("QDH",), "ideas"),
        (("JPA",), "politics"),
        (("JMH",), "health"),
        (("KCZ",), "business"),
        (("WBA",), "food"),
        (("WMB",), "home"),
        (("WNC",), "science"),
        (("WNGD",), "home"),
        (("AGA",), "art"),
        (("AVL",), "music"),
        (("CJA",), "languages"),
        (("SFB",), "sport"),
        (("WHJ",), "humour"),
        (("1DDU", "NHD"), "history"),
        (("WZ", "FBC", "P"), "fiction"),
    ],
)
def test_the_longest_prefix_of_the_first_known_code_wins(codes: tuple[str, ...], slug: str) -> None:
    assert category_of(codes) is CATEGORIES[slug]


@pytest.mark.parametrize(
    ("code", "scheme", "slug"),
    [
        ("FIC027000", BISAC, "romance"),
        ("CGN004000", BISAC, "comics"),
        ("YAF001000", BISAC, "young-adult"),
        ("FOR001000", BISAC, "languages"),
        ("FX", BIC, "comics"),
        ("WSJ", BIC, "sport"),
        ("HPC", BIC, "ideas"),
        ("ANB", BIC, "music"),
    ],
)
def test_other_schemes_lead_to_categories(code: str, scheme: str, slug: str) -> None:
    assert category_of((code,), scheme) is CATEGORIES[slug]


@given(st.lists(unknown), known, st.lists(known | unknown))
def test_unknown_codes_are_passed_over(before: list[str], code: str, after: list[str]) -> None:
    assert category_of((*before, code, *after)) is category_of((code,))


@given(st.lists(unknown))
def test_a_book_without_a_known_code_has_no_category(codes: list[str]) -> None:
    assert category_of(tuple(codes)) is None


def test_every_subject_of_a_bookshop_has_a_category() -> None:
    assert {code for code in thema_headings() if category_of((code,)) is None} == WITHOUT_CATEGORY


def test_categories_differ_and_have_one_of_the_nine_palettes() -> None:
    assert len({category.name for category in CATEGORIES.values()}) == len(CATEGORIES)
    assert all(category.slug == slug for slug, category in CATEGORIES.items())
    assert {category.palette for category in CATEGORIES.values()} == PALETTES.keys()


@pytest.mark.parametrize("category", CATEGORIES.values(), ids=CATEGORIES)
def test_other_hues_are_neither_that_of_the_page_nor_that_of_the_covers(category: Category) -> None:
    assert len(category.other_hues) >= 2
    assert {category.hue, HUE_OF_COVERS.get(category.palette)}.isdisjoint(category.other_hues)
