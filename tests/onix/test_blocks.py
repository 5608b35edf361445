import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bookshop.onix.blocks import COLLATERAL, DESCRIPTIVE, digest, dump_blocks, load_blocks, merge_blocks


def test_an_update_replaces_whole_blocks_and_no_others() -> None:
    before = {DESCRIPTIVE: {"title": "Emma", "form": "BC"}, COLLATERAL: {"covers": []}}
    after = merge_blocks(before, {DESCRIPTIVE: {"title": "Emma"}})
    assert after == {DESCRIPTIVE: {"title": "Emma"}, COLLATERAL: {"covers": []}}
    assert before[DESCRIPTIVE] == {"title": "Emma", "form": "BC"}


def test_the_digest_tells_what_changed_and_not_how_it_is_ordered() -> None:
    one = dump_blocks({"1": {"title": "Emma", "form": "BC"}, "2": {}})
    same = dump_blocks({"2": {}, "1": {"form": "BC", "title": "Emma"}})
    other = dump_blocks({"1": {"title": "Emma", "form": "BB"}, "2": {}})
    assert digest(one) == digest(same) != digest(other)
    assert len(digest(one)) == 32


def test_dumped_blocks_come_back() -> None:
    blocks = {"1": {"title": "Zoë’s “Ångström”", "height_mm": 198}}
    assert load_blocks(dump_blocks(blocks)) == blocks


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
PLAIN = st.recursive(
    TEXT | st.integers(-(2**63), 2**63 - 1) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
)


@given(st.dictionaries(TEXT, PLAIN, max_size=6))
def test_blocks_are_dumped_as_the_plainest_json(blocks: dict[str, Any]) -> None:
    # what shops have stored: another spelling would make every record look changed
    assert dump_blocks(blocks) == json.dumps(
        blocks, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
