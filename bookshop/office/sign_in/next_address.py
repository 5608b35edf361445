"""Where to go after signing in."""

import re

# a page of the office: what the address bar has shown, never another site
OFFICE_PAGE = re.compile(r"/office(?:[/?][^\\\x00-\x20\x7f]*)?")


def next_address(typed: str) -> str:
    """Return the address if it is one of the office, or the office's first page."""
    return typed if OFFICE_PAGE.fullmatch(typed) else "/office"
