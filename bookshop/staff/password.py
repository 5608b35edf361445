"""Passwords: which ones are refused, by the rules of NIST SP 800-63B-4."""

import unicodedata
from collections.abc import Collection

MIN_PASSWORD_CHARS = 12
# more is refused before it is hashed
MAX_PASSWORD_BYTES = 1024
# zxcvbn looks at no more, and estimates how many guesses a password takes: 10**8 and more have this score
MAX_ESTIMATED_CHARS = 72
MIN_SCORE = 3


def normalize_password(password: str) -> str:
    """Return the same text for the same keys, whatever keyboard sent them."""
    return unicodedata.normalize("NFC", password)


def is_too_long(password: str) -> bool:
    return len(password.encode(errors="replace")) > MAX_PASSWORD_BYTES


def find_password_error(password: str, known_words: Collection[str]) -> str:
    """Return why a password is refused; empty if it is not.

    `known_words` are those that a stranger would try first, such as the name and the shop's.
    """
    if len(normalize_password(password)) < MIN_PASSWORD_CHARS:
        return "short"
    if is_too_long(password):
        return "long"
    # imported when a password is set: its lists take 5 MB
    from zxcvbn import zxcvbn  # type: ignore[import-untyped]

    estimate = zxcvbn(normalize_password(password)[:MAX_ESTIMATED_CHARS], [*known_words, "bookshop"])
    return "guessable" if estimate["score"] < MIN_SCORE else ""
