"""How many copies of which books a form names, each in a field of its own."""

from collections.abc import Mapping

FIELD = "copies-{}"
MAX_DIGITS = 4
MAX_SUM_DIGITS = 12


def read_copies(form: Mapping[str, str], isbns: Mapping[str, int]) -> dict[str, int]:
    """Return the copies by ISBN of the books of which a form names any."""
    typed = {isbn: form.get(FIELD.format(isbn), "") for isbn in isbns}
    return {
        isbn: quantity
        for isbn, text in typed.items()
        if text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS and (quantity := int(text))
    }


def read_confirmed_sum(form: Mapping[str, str]) -> int | None:
    """Return the sum in minor units that the button stated."""
    text = form.get("confirm", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MAX_SUM_DIGITS else None
