"""The filters of an address."""

from bookshop.search.filters import Filters, valid_filters


def test_a_subject_is_a_category_or_a_thema_code() -> None:
    assert Filters(subject="fiction", language="eng").tokens == ("l_eng", "s_fiction")
    assert Filters(subject="FBA").tokens == ("t_fba",)


def test_only_what_is_a_filter_is_kept() -> None:
    filters = Filters("fbc", "paperback", "none", "ENG", "3", "a", "b", "c")
    assert valid_filters(filters) == Filters("FBC", "paperback", "none", "eng", "3")
    for odd in ("'", "<b>", "a" * 17, "*", "Ⅷ", "f b", "-", "F\n"):
        assert valid_filters(Filters(odd, odd, odd, odd, odd)) == Filters()
