"""A book is found by the names of its category and its subjects."""

from bookshop.catalogue.book import Subject
from bookshop.database import Database
from bookshop.search.subject_names import subject_names
from tests.builders import a_book, store_book
from tests.search.find_titles import find_titles


def test_names_are_those_of_the_category_and_of_all_codes_but_sections() -> None:
    assert subject_names("poetry", ["DCF", "FV"]) == (
        "Poetry & drama",
        "Poetry",
        "Poetry by individual poets",
        "Historical fiction",
    )
    assert subject_names("", ["X"]) == ()


async def test_a_book_is_found_by_its_subjects_after_those_with_the_words_in_their_titles(
    database: Database,
) -> None:
    for title, category, code in (
        ("Ariel", "poetry", "DCF"),
        ("Poetry: an introduction", "ideas", "DSC"),
        ("Wolf Hall", "fiction", "FV"),
        ("Plenty", "ideas", "WB"),
    ):
        await database.write(
            store_book, a_book(title, category=category, subjects=(Subject(code),), contributors=())
        )
    for typed, titles in (
        ("poetry", ["Poetry: an introduction", "Ariel"]),
        ("historical fiction", ["Wolf Hall"]),
        ("cookery", ["Plenty"]),
        ("cookery book", ["Plenty"]),
    ):
        assert await find_titles(database, typed) == titles, typed
