from typing import Any

import pytest

from bookshop.importing.rules.market import choose_supplies, sort_suppliers
from bookshop.onix.publishing import Territory
from bookshop.onix.supply import Supplier


def test_the_market_that_names_the_country_is_ours() -> None:
    world, ours, other, open_ = (
        {"markets": [WORLD], "status": "a"},
        {"markets": [{"countries": "SG MY"}], "status": "b"},
        {"markets": [{"countries": "US"}], "status": "c"},
        {"status": "d"},
    )
    supply: Any = {"supplies": [world, ours, other, open_]}
    assert choose_supplies(supply, "SG") == [ours]
    assert choose_supplies(supply, "GB") == [world, open_]
    assert choose_supplies({"supplies": [other]}, "SG") == []  # type: ignore[list-item]  # as above
    assert choose_supplies({}, "SG") == []


WORLD: Territory = {"regions": "WORLD"}


@pytest.mark.parametrize(
    ("codes", "first"),
    [
        (("22", "21"), "21"),
        (("51", "22"), "22"),
        (("31", "10"), "10"),
        (("40", "99"), "99"),
        (("xx", "40"), "xx"),
        (("21", "46"), "46"),
        (("21", "49"), "49"),
        (("01", "21"), "21"),
    ],
)
def test_the_best_supplier_counts_unless_one_recalls_the_book(codes: tuple[str, ...], first: str) -> None:
    suppliers: list[Supplier] = [{"availability": code} for code in codes]
    assert sort_suppliers([{"suppliers": suppliers}])[0]["availability"] == first
