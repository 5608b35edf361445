import pytest

from tests.importing.derived import a_derived_book


@pytest.mark.parametrize(
    ("subjects", "category"),
    [
        ([("93", "FBA"), ("93", "FF")], "fiction"),
        ([("10", "POE005000"), ("93", "TBC")], "technology"),
        ([("10", "FIC022000")], "mystery"),
        ([("10", "FIC014000")], "fiction"),
        ([("10", "JNF000000"), ("12", "FA")], "children"),
        ([("12", "YFB")], "children"),
        ([("12", "HBJD")], "history"),
        ([("93", "WZ"), ("10", "CKB000000")], "food"),
        ([("93", "YFB"), ("98", "5AQ")], "young-adult"),
        ([("93", "FBA"), ("98", "5AQ")], "fiction"),
        ([("94", "1FMS")], ""),
        ([], ""),
    ],
)
def test_the_category_is_chosen_by_the_best_scheme(subjects: list[tuple[str, str]], category: str) -> None:
    entry = a_derived_book(
        {"1": {"subjects": [{"scheme": scheme, "code": code} for scheme, code in subjects]}}
    )
    assert entry.category == category
    assert "12" not in {subject.scheme for subject in entry.subjects}


def test_plain_words_lead_to_a_category_where_no_code_does() -> None:
    words = {"scheme": "24", "heading": "Cookery"}
    for codes, category in (([], "food"), ([{"scheme": "93", "code": "WZ"}], "food")):
        assert a_derived_book({"1": {"subjects": [*codes, words]}}).category == category
    book = a_derived_book({"1": {"subjects": [words, {"scheme": "93", "code": "FBA"}]}})
    assert (book.category, [one.code for one in book.subjects], book.headings) == ("fiction", ["FBA"], ())
