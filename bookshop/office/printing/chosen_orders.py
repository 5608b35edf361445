"""Which orders are printed, as in "?orders=1042.7&orders=1043"."""

from collections.abc import Iterable

# PostgreSQL's integers end soon after
MAX_DIGITS = 9


def read_numbers(chosen: Iterable[str]) -> list[int]:
    """Return the numbers of the chosen orders, each once.

    A list of orders sends their versions with them, after a dot; paper shows the order as it is now.
    """
    numbers = (value.partition(".")[0] for value in chosen)
    return list({int(n): None for n in numbers if n.isascii() and n.isdecimal() and len(n) <= MAX_DIGITS})
