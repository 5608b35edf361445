from tests.onix.messages import (
    a_date,
    blocks_of,
    detail,
    price,
    supply,
    values,
)


def test_a_price_has_its_dates_and_conditions() -> None:
    more = (
        "<Territory><RegionsIncluded>WORLD</RegionsIncluded></Territory>"
        + a_date("PriceDate", "14", "20260101")
        + a_date("PriceDate", "15", "20260630")
    )
    spread = a_date("PriceDate", "24", "2026010120260630", "06")
    block = blocks_of(supply(detail(price("9.00", more=more), price("8.00", more=spread))))["6"]
    first, second = block["supplies"][0]["suppliers"][0]["prices"]
    assert (
        (first["since"], first["until"]) == (second["since"], second["until"]) == ("2026-01-01", "2026-06-30")
    )


def test_what_has_no_price_says_why() -> None:
    unpriced = f"<Price>{values(UnpricedItemType='02')}</Price>"
    block = blocks_of(supply(detail(unpriced)))["6"]
    assert block["supplies"][0]["suppliers"][0]["prices"] == [{"unpriced": "02"}]
