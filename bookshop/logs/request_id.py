"""The id of the request in progress, which its log lines and its error page show."""

import random
from contextvars import ContextVar

# digits are the easiest to read out on the phone
ID_DIGITS = 10
request_id: ContextVar[str] = ContextVar("request_id", default="")


def new_request_id() -> str:
    """Return an id such as "48210-93755"; none that a proxy or a client sends is used."""
    digits = f"{random.randrange(10**ID_DIGITS):0{ID_DIGITS}}"
    return f"{digits[:5]}-{digits[5:]}"
