"""Numbers as senders write them."""

import math
import re

MAX_WHOLE_DIGITS = 9
AMOUNT = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")


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


def is_amount(text: str) -> bool:
    """Return whether a text is an amount of money: a number with a decimal point or none."""
    return AMOUNT.fullmatch(text) is not None
