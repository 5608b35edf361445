"""The tokens of facets."""

from bookshop.search.facet import Facet, counted_tokens, subject_tokens


def test_a_thema_code_is_under_all_its_ancestors() -> None:
    assert subject_tokens("FBA") == ("t_f", "t_fb", "t_fba")


def test_a_facet_is_one_token_whatever_its_value() -> None:
    assert Facet.CONTRIBUTOR.token('Zoë" OR *-x y') == "c_zoëor-xy"


def test_a_token_tells_its_facet_and_its_value() -> None:
    for facet in Facet:
        for value in (*facet.values, "x"):
            token = facet.token(value)
            assert facet.value_of(token) == value
            assert [other for other in Facet if other.owns(token)] == [facet]


def test_a_range_has_all_tokens_that_begin_so_and_no_others() -> None:
    first, end = Facet.SUBJECT.token_range("FB", "FC")
    inside = [Facet.SUBJECT.token(code) for code in ("FB", "FBA", "FC", "FCZ-S")]
    outside = [Facet.SUBJECT.token(code) for code in ("F", "FAZ", "FD", "1DDU")]
    assert all(first <= token < end for token in inside)
    assert not any(first <= token < end for token in outside)


def test_words_and_the_facets_of_a_few_books_are_not_counted() -> None:
    tokens = ("_sea", "sea", "a_", "s_fiction", "t_fb", "c_ann-lee", "r_sea", "u_press", "x_a1", "y_a-of")
    assert list(counted_tokens(tokens)) == ["a_", "s_fiction", "t_fb", "u_press"]
