"""The blocks that ONIX divides a record into, as they are stored."""

import hashlib
from typing import Any, TypeAlias

import orjson

# ONIX's own numbers of the blocks
DESCRIPTIVE, COLLATERAL, PUBLISHING, RELATED, SUPPLY = "1", "2", "4", "5", "6"

# by number; a block that the sender left out has no key
Blocks: TypeAlias = dict[str, Any]


def merge_blocks(blocks: Blocks, update: Blocks) -> Blocks:
    """Replace the blocks that an update brings, each as a whole, and keep the others."""
    return {**blocks, **update}


def dump_blocks(blocks: Blocks) -> str:
    """Return the blocks as text to store: equal blocks give equal text."""
    return orjson.dumps(blocks, option=orjson.OPT_SORT_KEYS).decode()


def load_blocks(text: str) -> Blocks:
    """Return the blocks that dump_blocks wrote."""
    blocks: Blocks = orjson.loads(text)
    return blocks


def digest(dumped: str) -> str:
    """Return a short hash of dumped blocks."""
    return hashlib.blake2b(dumped.encode(), digest_size=16).hexdigest()
