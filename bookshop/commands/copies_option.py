"""The copies that an option names: ISBN or ISBN:QUANTITY."""

from collections.abc import Iterable

import click

from bookshop.trade.isbn import parse_isbn
from bookshop.trade.typed_text import normalize_code

# more than anyone orders; Python reads no number of thousands of digits
MAX_QUANTITY_DIGITS = 9


def parse_line(text: str) -> tuple[str, int | None]:
    """Read ISBN[:QUANTITY]; raises ValueError."""
    code, colon, quantity = normalize_code(text).replace(" ", "").partition(":")
    isbn = parse_isbn(code) or code.replace("-", "")
    is_number = quantity.isdecimal() and len(quantity) <= MAX_QUANTITY_DIGITS
    if not isbn or (colon and not is_number):
        raise ValueError(f"{text[:40]!r} is not ISBN or ISBN:QUANTITY.")
    return isbn, int(quantity) if colon else None


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
