"""docs/simulator.md lists everything that the simulator has."""

import re
from pathlib import Path

import pytest

from bookshop.simulator.cards import CARDS
from bookshop.simulator.faults import KINDS, read_fault
from bookshop.simulator.operations import OPERATIONS

DOCS = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text()


def test_every_card_is_there() -> None:
    assert set(re.findall("[0-9]{15,16}", DOCS)) == {card.number for card in CARDS}
    assert set(re.findall(r"\| `pm_card_(\w+)` \|", DOCS)) == {card.alias for card in CARDS if card.alias}


def test_every_object_is_there() -> None:
    paths = {re.sub("/<object_id>.*", "", name.split(" ")[1]) for name in OPERATIONS}
    assert set(re.findall("/v1(/[a-z_]+(?:/[a-z_]+)?)`", DOCS)) == paths


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_has_an_example_that_works(kind: str) -> None:
    (example,) = re.findall(rf"`fault -d (kind={kind}[^`]*)`", DOCS)
    params = dict(pair.split("=", 1) for pair in example.split(" -d "))
    assert read_fault(params).kind == kind
