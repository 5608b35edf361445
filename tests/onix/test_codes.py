"""Unknown codes, by the code lists that come with the schema of ONIX."""

import pytest
from lxml import etree

from bookshop.onix.codes import CODE_PATTERNS, unknown_codes
from tests.onix.messages import (
    SCHEMAS,
    XSD,
    a_message,
    a_rich_product,
    blocks_of,
    descriptive,
    detail,
    price,
    publishing,
    records_of,
    supply,
    values,
)

LISTS = {
    "ProductComposition": "List2",
    "ProductForm": "List150",
    "PublishingStatus": "List64",
    "MarketPublishingStatus": "List68",
    "ProductAvailability": "List65",
    "PriceType": "List58",
}


@pytest.mark.parametrize(("element", "name"), LISTS.items())
def test_every_code_of_a_list_is_known_and_few_others_are(element: str, name: str) -> None:
    schema = etree.parse(SCHEMAS / "xsd3.1" / "ONIX_BookProduct_CodeLists.xsd")
    path = f".//{XSD}simpleType[@name='{name}']//{XSD}enumeration"
    codes = {str(one.get("value")) for one in schema.iterfind(path)}
    assert codes
    tried = {f"{number:02}" for number in range(100)} | codes
    assert {code for code in tried if CODE_PATTERNS[element].fullmatch(code)} == codes


def test_the_codes_of_a_record_that_nobody_knows_are_named_with_their_element() -> None:
    status = values(MarketPublishingStatus="7b")
    blocks = blocks_of(
        descriptive(form="BOOK", composition="55"),
        publishing(values(PublishingStatus="14")),
        supply(detail(price("9.90", kind="88"), price("8.90"), availability="instock2026"), dates=status),
    )
    assert list(unknown_codes(blocks)) == [
        ("ProductComposition", "55"),
        ("ProductForm", "BOOK"),
        ("PublishingStatus", "14"),
        ("MarketPublishingStatus", "7b"),
        ("ProductAvailability", "instock2"),
        ("PriceType", "88"),
    ]


@pytest.mark.parametrize("parts", [(), (descriptive(form=""),), (supply(),)])
def test_a_code_that_is_missing_is_not_unknown(parts: tuple[str, ...]) -> None:
    assert not list(unknown_codes(blocks_of(*parts)))


def test_a_rich_record_has_only_known_codes() -> None:
    (record,) = records_of(a_message(a_rich_product()))
    assert not list(unknown_codes(record.blocks))
