"""The copies that an option names: ISBN or ISBN:QUANTITY."""

from collections.abc import Iterable

import click

from bookshop.trade.typed_text import normalize_code


def parse_line(text: str) -> tuple[str, int | None]:
    """Read ISBN[:QUANTITY]; raises ValueError."""
    isbn, colon, quantity = text.partition(":")
    if colon and not (quantity.isascii() and quantity.isdecimal()):
        raise ValueError(f"{text!r} is not ISBN or ISBN:QUANTITY.")
    return normalize_code(isbn).replace("-", "").replace(" ", ""), int(quantity) if colon else None


def parse_lines(texts: Iterable[str]) -> dict[str, int | None] | None:
    """Return how many copies of which books are named, all where no number is.

    None if none are named. Raises ClickException.
    """
    try:
        lines = [parse_line(text) for text in texts]
    except ValueError as problem:
        raise click.BadParameter(str(problem), param_hint="--line") from None
    chosen = dict(lines)
    if len(chosen) < len(lines):
        raise click.BadParameter("Name each book once.", param_hint="--line")
    return chosen or None
