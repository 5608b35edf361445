"""docs/simulator.md lists everything that the simulator has."""

import re
from pathlib import Path

import pytest

from bookshop.simulator.cards import BY_NUMBER, CARDS, Behaviour
from bookshop.simulator.faults import KINDS, read_fault
from bookshop.simulator.operations import OPERATIONS

DOCS = (Path(__file__).parents[2] / "docs" / "simulator.md").read_text()


def test_every_card_is_there() -> None:
    """Other cards of a country only pay; the page explains their aliases in general."""
    listed = set(re.findall("[0-9]{14,19}", DOCS))
    assert listed <= BY_NUMBER.keys()
    unlisted = [card for card in CARDS if card.number not in listed]
    assert {card.behaviour for card in unlisted} == {Behaviour.SUCCEED}
    assert not any(card.checks or card.after_payment.value for card in unlisted)
    assert {card.brand for card in unlisted} <= {"visa", "mastercard"}


def test_every_alias_is_that_of_its_card() -> None:
    rows = re.findall(r"^\| ([0-9]{14,19}) \| (.*?) \|", DOCS, re.MULTILINE)
    for number, aliases in rows:
        assert re.findall(r"`pm_card_(\w+)`", aliases) == list(BY_NUMBER[number].aliases)
    assert len(rows) > 40


def test_every_object_is_there() -> None:
    paths = {re.sub("/<object_id>.*", "", name.split(" ")[1]) for name in OPERATIONS}
    assert set(re.findall("/v1(/[a-z_]+(?:/[a-z_]+)?)`", DOCS)) == paths


@pytest.mark.parametrize("kind", KINDS)
def test_every_fault_has_an_example_that_works(kind: str) -> None:
    (example,) = re.findall(rf"`fault -d (kind={kind}[^`]*)`", DOCS)
    params = dict(pair.split("=", 1) for pair in example.split(" -d "))
    assert read_fault(params).kind == kind
