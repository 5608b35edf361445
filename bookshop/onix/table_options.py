"""What a bookseller states about a table that its file does not."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableOptions:
    """The `encoding` of a table, '' to detect it, and the heading of the column for some fields."""

    encoding: str = ""
    columns: tuple[tuple[str, str], ...] = ()


NO_OPTIONS = TableOptions()
