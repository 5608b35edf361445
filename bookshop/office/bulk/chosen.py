"""The orders that a member of staff has chosen, each with the version that was seen."""

import re
from collections.abc import Iterable
from typing import NamedTuple

MAX_ORDERS = 200
WRITTEN = re.compile(r"(\d{1,9})\.(\d{1,6})", re.ASCII)


class Chosen(NamedTuple):
    """An order's number and version."""

    number: int
    version: int

    def __str__(self) -> str:
        return f"{self.number}.{self.version}"


def parse_chosen(values: Iterable[str]) -> list[Chosen]:
    """Return the orders that a form names, each once, and as many as are done at once."""
    found: dict[int, Chosen] = {}
    for value in values:
        if written := WRITTEN.fullmatch(value):
            number, version = map(int, written.groups())
            found.setdefault(number, Chosen(number, version))
    return list(found.values())[:MAX_ORDERS]
