"""What all of Stripe's objects share."""

import secrets
import string
from typing import Any, TypeAlias

StripeObject: TypeAlias = dict[str, Any]

API_VERSION = "2026-10-28.endive"
ALPHANUMERICS = string.ascii_letters + string.digits


def new_id(prefix: str, length: int = 24) -> str:
    """Return an id that looks like Stripe's: the prefix and `length` random characters."""
    return prefix + "".join(secrets.choice(ALPHANUMERICS) for _ in range(length))


def new_list(url: str, data: list[StripeObject], *, has_more: bool) -> StripeObject:
    """Return one page of a list."""
    return {"object": "list", "data": data, "has_more": has_more, "url": url}
