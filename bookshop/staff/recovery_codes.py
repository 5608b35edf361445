"""Recovery codes: each stands in for the authenticator app once."""

import secrets

from bookshop.staff.session import hash_token

CODE_COUNT = 8
CODE_CHARS = 10
# without those that look alike
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def new_codes() -> tuple[str, ...]:
    """Return codes such as `k7wd2-9qmxa`."""
    codes = ("".join(secrets.choice(ALPHABET) for _ in range(CODE_CHARS)) for _ in range(CODE_COUNT))
    return tuple(f"{code[:5]}-{code[5:]}" for code in codes)


def hash_code(staff_id: str, code: str) -> str:
    """Return what is stored of a code, however it was typed."""
    plain = "".join(code.split()).replace("-", "").lower()
    return hash_token(f"{staff_id} {plain}")
