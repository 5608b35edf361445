"""Numbers as senders write them."""

import math

MAX_WHOLE_DIGITS = 9


def parse_whole(text: str) -> int | None:
    """Return a whole number that is not negative, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_WHOLE_DIGITS else None


def parse_decimal(text: str) -> float:
    """Return a number with a decimal point or comma; 0 for anything else."""
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return 0
    return number if math.isfinite(number) else 0
