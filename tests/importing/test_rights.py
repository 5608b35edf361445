from typing import Any

import pytest

from bookshop.importing.rules.rights import may_sell_in
from bookshop.onix.publishing import SalesRight, Territory


def a_right(kind: str, **territory: Any) -> SalesRight:
    """A right in a territory."""
    return {"type": kind, "territory": Territory(**territory)}  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("rights", "rest", "may"),
    [
        ([], "", True),
        ([], "01", True),
        ([], "03", False),
        ([a_right("01", countries="SG")], "", True),
        ([a_right("02", regions="WORLD")], "", True),
        ([a_right("07", countries="SG"), a_right("08", countries="MY")], "", True),
        ([a_right("03", countries="SG")], "", False),
        ([a_right("04", countries="SG")], "", False),
        ([a_right("05", countries="SG")], "", False),
        ([a_right("06", countries="SG")], "", False),
        ([a_right("01", countries="GB")], "", False),
        ([a_right("01", countries="GB")], "00", False),
        ([a_right("01", countries="GB")], "02", True),
        ([a_right("01", countries="GB")], "03", False),
        ([a_right("01", regions="WORLD"), a_right("03", countries="SG")], "", False),
        ([a_right("03", regions="WORLD"), a_right("01", countries="SG")], "", True),
        ([a_right("01", regions="WORLD", not_countries="SG")], "", False),
        ([a_right("01", countries="GB"), a_right("02", regions="ROW")], "", True),
        ([a_right("01", countries="SG"), a_right("03", countries="SG")], "", False),
        ([a_right("00", countries="SG")], "", True),
        # a part of the country decides nothing
        ([a_right("01", regions="SG-01")], "", False),
        ([a_right("03", regions="SG-01")], "01", True),
        ([a_right("03", regions="SG-01"), a_right("01", countries="SG")], "", True),
    ],
)
def test_the_closest_right_decides(rights: list[SalesRight], rest: str, may: bool) -> None:
    assert may_sell_in("SG", {"rights": rights, "row_rights": rest}) is may
