"""From a Product element, as a node, to its record."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

from bookshop.onix.blocks import (
    COLLATERAL,
    DESCRIPTIVE,
    PUBLISHING,
    RELATED,
    SUPPLY,
    Blocks,
    dump_blocks,
)
from bookshop.onix.codes import unknown_codes
from bookshop.onix.collateral import read_collateral
from bookshop.onix.descriptive import read_descriptive
from bookshop.onix.errors import InvalidRecord
from bookshop.onix.identifiers import find_isbn
from bookshop.onix.nodes import Node
from bookshop.onix.odd_values import list_odd_values
from bookshop.onix.publishing import read_publishing
from bookshop.onix.record import ACTIONS, MAX_NAME_CHARS, Record, RecordAction, source_priority_of
from bookshop.onix.related import read_related
from bookshop.onix.supply import read_supply

BlockReader: TypeAlias = Callable[[Any, Node], Node]
# number of the block, key of its node, reader
BLOCK_READERS: tuple[tuple[str, str, BlockReader], ...] = (
    (DESCRIPTIVE, "descriptive", read_descriptive),
    (COLLATERAL, "collateral", read_collateral),
    (PUBLISHING, "publishing", read_publishing),
    (RELATED, "related", read_related),
    (SUPPLY, "supplies", read_supply),
)


def read_product(node: Node, defaults: Node, position: int, line: int) -> Record:
    """Return the record of a product; `defaults` are of its message. Raises InvalidRecord."""
    reference, notification = node.get("reference", ""), node.get("notification", "")
    if not reference or len(reference) > MAX_NAME_CHARS:
        raise InvalidRecord(f"The RecordReference is {'too long' if reference else 'missing'}.")
    if notification not in ACTIONS:
        problem = f"{notification[:8]} is not supported" if notification else "is missing"
        raise InvalidRecord(f"The NotificationType {problem}.")
    # before the blocks are read, which takes values out of the node
    warnings = [*list_odd_values(node, datetime.now(UTC).year)]
    isbn, blocks = _read_content(node, defaults, ACTIONS[notification])
    if DESCRIPTIVE in blocks and "title" not in blocks[DESCRIPTIVE]:
        warnings.append("The title is missing. Until there is one, the book is not shown.")
    return Record(
        reference,
        notification,
        isbn,
        position,
        line,
        source_priority_of(node.get("source_type", "")),
        dump_blocks(blocks),
        tuple(unknown_codes(blocks)),
        tuple(warnings),
    )


def _read_content(node: Node, defaults: Node, action: RecordAction) -> tuple[str, Blocks]:
    """Return the ISBN and the blocks, which only replacements and updates have."""
    if action not in (RecordAction.REPLACE, RecordAction.UPDATE):
        return "", {}
    isbn = find_isbn(node.get("identifiers", []))
    blocks = _read_blocks(node, defaults)
    if not isbn and action is RecordAction.REPLACE:
        raise InvalidRecord("The record has no ISBN.")
    if not blocks:
        raise InvalidRecord("The record has no block of ONIX 3.")
    return isbn, blocks


def _read_blocks(product: Node, defaults: Node) -> Blocks:
    blocks: Blocks = {}
    for number, key, read in BLOCK_READERS:
        if key in product:
            blocks[number] = read(product[key], defaults)
    return blocks
