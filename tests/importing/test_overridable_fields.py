from bookshop.importing.rules.derived_book import (
    DETAIL_FIELDS,
    ROW_FIELDS,
)
from bookshop.importing.rules.overridable_fields import OVERRIDABLE_FIELDS, apply_overrides
from bookshop.onix.blocks import Blocks
from tests.importing.derived import a_derived_book


def test_overrides_replace_derived_values() -> None:
    blocks: Blocks = {"2": {"texts": [{"type": "03", "text": "Theirs."}]}, "4": {"publisher": "Murray"}}
    entry = a_derived_book(
        blocks,
        title=" Ours ",
        description="<p>Ours<script>x</script></p>",
        price_minor="1234",
        publisher="Zoë & Sons",
        is_listed="0",
        category="poetry",
    )
    assert (entry.title, entry.details.description, entry.blurb) == ("Ours", "<p>Ours</p>", "Ours")
    assert (entry.price_minor, entry.publisher_key, entry.is_listed, entry.category) == (
        1234,
        "zoe-sons",
        False,
        "poetry",
    )


def test_invalid_overrides_are_ignored() -> None:
    entry = a_derived_book({})
    assert (
        apply_overrides(
            entry,
            {"isbn": "x", "price_minor": "much", "category": "nowhere", "is_listed": "?", "rating": "5"},
        )
        == entry
    )


def test_every_overridable_field_is_a_field() -> None:
    assert set(OVERRIDABLE_FIELDS) <= {*ROW_FIELDS, *DETAIL_FIELDS}
