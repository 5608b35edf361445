"""Misspelled words are corrected."""

from sqlalchemy import Connection

from bookshop.database import Database
from bookshop.search.did_you_mean import list_rewrites
from bookshop.search.expression import AnyOf
from bookshop.search.filters import Filters
from bookshop.search.find_books import find_books
from bookshop.search.query import Query, Rewrite
from tests.builders import a_book, store_book
from tests.search.find_titles import find_titles


async def test_a_typo_is_corrected_only_where_nothing_else_matches(database: Database) -> None:
    for title in ("Middlemarch", "Form and void", "From here"):
        await database.write(store_book, a_book(title, contributors=()))
    found = await database.read(find_books, Query.from_text("midlemarch"), Filters(), 24)
    assert (found.count, found.did_you_mean) == (1, ("middlemarch",))
    assert await find_titles(database, "middelmarch") == ["Middlemarch"]
    assert await find_titles(database, "from") == ["From here"]
    assert await find_titles(database, "middlemarch viod") == []
    assert await find_titles(database, "viod form") == ["Form and void"]
    assert await find_titles(database, "midlemarch xyzzyx") == []
    assert await find_titles(database, "midlemarch", language="fre") == []


def test_a_rewrite_tells_all_words_that_are_searched_for() -> None:
    words = ("sherlok", "holmes")
    assert Rewrite(words, {"sherlok": ("sherlock",)}).did_you_mean == ("sherlock holmes",)
    two = Rewrite(words, {"sherlok": ("sherlook", "sherlock")})
    assert two.did_you_mean == ("sherlock holmes", "sherlook holmes")
    many = Rewrite(words, {"sherlok": ("c", "b", "a"), "holmes": ("d", "e")})
    assert many.did_you_mean == ("a", "b", "c", "d", "e")
    assert Rewrite(("wonder", "land")).did_you_mean == ("wonder land",)


def find_corrections(db: Connection, typed: str) -> dict[str, AnyOf]:
    """Return the corrections of the first rewrite that has any."""
    rewrites = list_rewrites(db, Query.from_text(typed).words)
    return next((dict(rewrite.corrections) for rewrite in rewrites if rewrite.corrections), {})


async def test_known_words_are_corrected_only_if_all_are_known(database: Database) -> None:
    for title in ("Middlemarch", "Form and void", "From here"):
        await database.write(store_book, a_book(title, contributors=()))
    for typed, corrections in (
        ("from form", {"from": ("form",)}),
        ("fron form", {"fron": ("from",)}),
        ("viod midlemarch", {"midlemarch": ("middlemarch",), "viod": ("void",)}),
        ("xyzzyx midlemarch", {}),
        ("midlemarch xyzzyx", {"midlemarch": ("middlemarch",)}),
        ("1985 midlemarch", {"midlemarch": ("middlemarch",)}),
        (
            "herre voidd midlemarch formm",
            {"herre": ("here",), "midlemarch": ("middlemarch",), "voidd": ("void",)},
        ),
        ("", {}),
    ):
        assert await database.read(find_corrections, typed) == corrections, typed


async def test_short_words_do_not_keep_others_from_being_corrected(database: Database) -> None:
    for title in ("The Woman in White", "Go Set a Watchman", "Emma", "C. S. Lewis: a life"):
        await database.write(store_book, a_book(title, contributors=()))
    for typed, title in (
        ("woman in whte", "The Woman in White"),
        ("womn in white", "The Woman in White"),
        ("go set a wtchman", "Go Set a Watchman"),
        ("c s lewsi", "C. S. Lewis: a life"),
    ):
        assert await find_titles(database, typed) == [title], typed


async def test_a_typo_that_is_a_word_of_another_book_is_corrected(database: Database) -> None:
    for title in ("The Woman in White", "Whine and dine", "Poter", "Harry Potter"):
        await database.write(store_book, a_book(title, contributors=()))
    assert await find_titles(database, "harry poter") == ["Harry Potter"]
    assert await find_titles(database, "woman in whine") == ["The Woman in White"]
    assert await find_titles(database, "poter") == ["Poter"]
