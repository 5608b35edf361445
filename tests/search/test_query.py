"""What a question means, and what of a book answers it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.search.query import (
    AVAILABILITIES,
    BEGINNING,
    LAST_PLACE,
    LONGEST_WORD,
    Filters,
    Position,
    Query,
    band_of,
    exact,
    facet,
    facets_of,
    fold,
    place_of,
    slips_of,
    stretch_of,
    thema_facets,
    tiers_of,
    tokens_of,
    vocabulary_of,
    within_stretch,
)

junk = st.text(max_size=80)
isbns = st.integers(0, 10**9 - 1).flatmap(lambda n: st.sampled_from([f"978{n:09d}0", f"979{n:09d}0"]))
kinds = st.sampled_from(["shelf", "order", "preorder", "none"])
days = st.dates().map(str)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        ("  — !", ()),
        ("Émile", ("emile",)),
        ("the sea, the sea", ("the", "sea", "sea")),
        ("wool_en", ("wool", "en")),
        ("a b c d e f g h i", ("a", "b", "c", "d", "e", "f", "g", "i")),
        ("978-0-578-67586-2", ("9780578675862",)),
        ("0-8044-2957-X", ("9780804429573",)),
        ("978-0-578", ("9780578",)),
        ("0-578-67", ("057867",)),
        ("1984", ("1984",)),
        ("catch-22", ("catch", "22")),
    ],
)
def test_a_question_is_its_words(text: str, words: tuple[str, ...]) -> None:
    assert Query.from_text(text).words == words


@given(junk, st.dictionaries(st.sampled_from(["subject", "form", "person", "x"]), junk))
def test_whatever_somebody_types_is_a_few_tokens_that_mean_nothing_to_a_database(
    text: str, args: dict[str, str]
) -> None:
    for tier in tiers_of(Query.from_text(text), Filters.from_args(args)):
        for token in (token for term in tier for token in term):
            bare = token.removesuffix("*")
            assert bare
            assert all(c.isalnum() or c in "_-" for c in bare)
            assert len(bare) <= 2 * LONGEST_WORD + 2


@given(junk)
def test_any_text_is_a_position(text: str) -> None:
    assert Position.from_text(text) == BEGINNING


@given(st.integers(1, 3), st.integers(0, LAST_PLACE))
def test_a_position_is_read_as_it_was_written(tier: int, place: int) -> None:
    assert Position.from_text(str(Position(tier, place))) == Position(tier, place)


@given(st.tuples(kinds, days, isbns), st.tuples(kinds, days, isbns))
def test_places_are_in_the_order_of_importance(
    one: tuple[str, str, str], other: tuple[str, str, str]
) -> None:
    def rank(kind: str, day: str, isbn: str) -> tuple[int, list[int], str]:
        # days are counted up to the year 2870
        newest = [-int(part) for part in min(day, "2871-01-01").split("-")]
        return ["shelf", "order", "none"].index(kind.removeprefix("pre")), newest, isbn[:12]

    places = [place_of(isbn, kind, day) for kind, day, isbn in (one, other)]
    assert (places[0] < places[1]) == (rank(*one) < rank(*other))
    assert (places[0] == places[1]) == (rank(*one) == rank(*other))
    assert 0 <= min(places) <= max(places) <= LAST_PLACE


@pytest.mark.parametrize(
    ("exact_date", "vague"),
    [("2021-03-01", "2021-03"), ("2021-01-01", "2021"), ("", "2021-13"), ("", "spring"), ("", "0000")],
)
def test_a_vague_date_is_its_first_day(exact_date: str, vague: str) -> None:
    isbn = "9780578675862"
    assert place_of(isbn, "shelf", exact_date) == place_of(isbn, "shelf", vague)


@given(st.sampled_from(sorted(AVAILABILITIES)), kinds, days, isbns)
def test_books_of_one_availability_stand_together(wanted: str, kind: str, day: str, isbn: str) -> None:
    standing = {"shelf": 0, "order": 1, "preorder": 1, "none": 2}
    after, until = stretch_of((("_sea", "sea"), (facet("v", wanted),)))
    is_between = after < place_of(isbn, kind, day) <= until
    assert is_between == (standing[kind] == standing[wanted])


def test_an_availability_is_asked_for_only_where_places_do_not_tell_it() -> None:
    sea = ("_sea", "sea")
    assert within_stretch((sea, ("v_shelf",))) == (sea,)
    assert within_stretch((sea, ("v_order",), ("l_eng",))) == (sea, ("l_eng",), ("!v_preorder",))
    assert within_stretch((sea, ("v_preorder",))) == (sea, ("v_preorder",))
    assert within_stretch((("v_none",),)) == (("v_none",),)
    assert within_stretch((sea,)) == (sea,)
    assert stretch_of((sea,)) == (BEGINNING.place, LAST_PLACE)


def test_a_book_has_its_words_the_beginnings_of_those_in_front_and_its_facets() -> None:
    tokens = tokens_of("Émile’s sea", ["Ann Lee"], ["Penguin sea"], ["s_fiction", "c_ann-lee"])
    assert set(tokens) == {
        *("a_", "s_fiction", "c_ann-lee", exact(["emile", "s", "sea"])),
        *("_emile", "_s", "_sea", "_ann", "_lee"),
        *("__e", "__em", "__emi", "__emil", "__s", "__se", "__sea"),
        *("__a", "__an", "__ann", "__l", "__le", "__lee"),
        *("penguin", "sea"),
    }
    assert set(vocabulary_of(tokens)) == {"emile", "sea", "ann", "lee", "penguin"}
    assert set(vocabulary_of(["_covid19", "1984", "_l2", "x_a1", "__sea"])) == {"covid19"}
    assert set(facets_of(tokens)) == {"a_", "s_fiction"}


@given(junk, junk, junk)
def test_every_token_can_be_kept(title: str, people: str, rest: str) -> None:
    for token in tokens_of(title, [people], [rest], []):
        assert token
        assert all(c.isalnum() or c in "_-" for c in token)
        assert len(token) <= LONGEST_WORD + 2


def test_a_thema_code_is_under_all_above_it() -> None:
    assert thema_facets("FBA") == ("t_f", "t_fb", "t_fba")


def test_a_subject_is_a_shelf_or_a_thema_code() -> None:
    assert Filters(subject="fiction", language="eng").tokens == ("l_eng", "s_fiction")
    assert Filters(subject="FBA").tokens == ("t_fba",)


def test_a_facet_is_one_token_whatever_its_value() -> None:
    assert facet("c", 'Zoë" OR *-x y') == "c_zoëor-xy"


@pytest.mark.parametrize(
    ("minor", "band"), [(0, ""), (1, "1"), (999, "1"), (1000, "2"), (4999, "4"), (5000, "5"), (10**6, "5")]
)
def test_prices_are_banded(minor: int, band: str) -> None:
    assert band_of(minor) == band


@pytest.mark.parametrize(
    "typed", ["middlemrch", "midddlemarch", "niddlemarch", "mdidlemarch", "middlemarchs"]
)
def test_one_slip_is_understood(typed: str) -> None:
    assert "middlemarch" in slips_of(typed)


@pytest.mark.parametrize("typed", ["mddlemrch", "middlemarch", "sea", "1984", "ab1d"])
def test_two_slips_short_words_and_numbers_are_not(typed: str) -> None:
    assert not {"middlemarch", "seas", "1985", "abcd"} & set(slips_of(typed))


@given(st.text("abcxyzж", min_size=4, max_size=12))
def test_a_slip_of_the_same_word_undoes_itself(word: str) -> None:
    assert fold(word) == [word]
    assert word not in slips_of(word)
