"""Read a number of an address or a form that the database is asked for."""

# PostgreSQL's integers end here
MAX_INT = 2**31 - 1


def small_int(text: str) -> int:
    """Return a number that the database can hold; raises ValueError."""
    number = int(text)
    if abs(number) > MAX_INT:
        raise ValueError(text)
    return number
