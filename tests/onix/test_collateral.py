import pytest

from tests.onix.messages import (
    RICH,
    blocks_of,
    collateral,
    isbn_of,
    records_of,
    text,
)


def test_block_2_has_every_field_in_its_place() -> None:
    block = records_of(RICH)[0].blocks["2"]
    assert [(one["type"], one.get("is_html")) for one in block["texts"]] == [
        ("02", True),
        ("03", True),
        ("04", True),
    ]
    assert block["texts"][2]["text"].startswith(
        "<ul><li>Low water</li><li>The log of the <em>Constance</em></li>"
    )
    assert block["covers"] == [
        {"link": f"https://example.com/covers/{isbn_of(1)}.jpg", "updated": "2025-06-11"},
        {"link": f"https://example.com/covers/page/{isbn_of(1)}"},
    ]


@pytest.mark.parametrize(
    ("audience", "is_read"),
    [("00", True), ("03", True), ("", True), ("01", False), ("02", False), ("04", False)],
)
def test_texts_for_others_than_readers_are_left_out(audience: str, is_read: bool) -> None:
    block = blocks_of(collateral(text("03", "Psst", audience=audience)))["2"]
    assert ("texts" in block) == is_read
