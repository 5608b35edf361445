"""Facets are counted by value, and subjects with their ancestors."""

from bookshop.catalogue.book import Subject
from bookshop.database import Database
from bookshop.search.facet import Facet
from bookshop.search.facet_counts import count_by_value, count_filter_tokens, count_subjects
from tests.builders import a_book, store_book


async def test_facets_are_counted(database: Database) -> None:
    for n in range(5):
        await database.write(
            store_book,
            a_book(
                f"Volume {n}", subjects=(Subject("FBA"), Subject("1DDU", "94"), Subject("HIS037000", "10"))
            ),
        )
    counts = await database.read(count_by_value, Facet.SUBJECT, ["F", "FB", "X"])
    assert counts == {"F": 5, "FB": 5}
    assert (await database.read(count_filter_tokens))[Facet.CATEGORY.token("fiction")] == 5
    assert await database.read(count_subjects, "", 2) == {"F": 5, "FB": 5}
    assert await database.read(count_subjects, "FB", 4) == {"FB": 5, "FBA": 5}
    assert await database.read(count_subjects, "1", 2) == {"1": 5, "1D": 5}
