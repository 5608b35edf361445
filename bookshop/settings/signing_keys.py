"""Read `SECRET_KEY`: the key that signs cookies, and the one before it while it is replaced."""

import re

MIN_SECRET_CHARS = 16
# of 16 random hexadecimal digits, ten are different on average; fewer than six in one key of 20,000
MIN_DIFFERENT_CHARS = 6
PLACEHOLDERS = re.compile(
    r"change.?me|your[-_ ]|secret.?key|password|0123456789|1234567890|abcdefgh|qwerty|token_urlsafe|…", re.I
)
HINT = "make one with: python -c 'import secrets; print(secrets.token_urlsafe(32))'"


def parse_signing_keys(text: str) -> tuple[str, ...]:
    """Return the keys, separated by commas; the error never repeats a key."""
    keys = tuple(part.strip() for part in text.split(",") if part.strip())
    if not keys or any(len(key) < MIN_SECRET_CHARS for key in keys):
        raise ValueError(f"each key must have at least {MIN_SECRET_CHARS} random characters; {HINT}")
    if any(map(is_guessable, keys)):
        raise ValueError(f"a key that can be guessed lets anyone forge cookies; {HINT}")
    return keys


def is_guessable(key: str) -> bool:
    """Return whether a key has few different characters, repeats a pattern, or is a placeholder."""
    is_repeated = key in (key + key)[1:-1]
    return len(set(key)) < MIN_DIFFERENT_CHARS or is_repeated or bool(PLACEHOLDERS.search(key))
