"""Keep only codes that look like those of their list: columns are as wide as these."""

import re

FORM = re.compile("[A-Z]{2}")
ROLE, TWO_DIGITS = re.compile("[A-Z][0-9]{2}"), re.compile("[0-9]{2}")
LANGUAGE = re.compile("[a-z]{3}")
SUBJECT = re.compile("[0-9A-Z-]{1,16}")
ISNI_PATTERN = re.compile("[0-9]{15}[0-9X]")


def code_or_empty(pattern: re.Pattern[str], text: str) -> str:
    """Return the code, or '' if it does not match."""
    return text if pattern.fullmatch(text) else ""
