"""What is typed, pasted or scanned into the field "Find an order"."""

import re
from dataclasses import dataclass

from bookshop.trade.scanned_code import read_scan
from bookshop.trade.typed_text import normalize_line

MAX_QUERY_CHARS = 500
# of a receipt, or of an order's page in the office
IN_ADDRESS = re.compile(r"/orders/([\w-]{16,64})", re.ASCII)
ORDER_ID = re.compile(r"[0-9a-f]{32}")
# https://docs.stripe.com/api: intents, charges, payments by other methods, Checkout sessions and refunds
STRIPE_ID = re.compile(r"(?:pi|ch|py|cs|re|pyr)_\w{2,120}", re.ASCII)
# as people write a number that they read out
NUMBER_WORDS = re.compile(r"\A(?:(?:order|no\.?|nr\.?|number|#)\s*)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FindQuery:
    """The text, and what it names where that is certain: at most one of the others is not empty.

    `key` is the token of a receipt or an order's id.
    """

    text: str
    number: int | None = None
    isbn: str = ""
    key: str = ""
    stripe_id: str = ""

    @property
    def names_one(self) -> bool:
        """Whether it names one order, rather than words or a book."""
        return bool(self.number or self.key or self.stripe_id)


def read_query(typed: str) -> FindQuery:
    """Return what a text asks for."""
    text = normalize_line(typed)[:MAX_QUERY_CHARS]
    if in_address := IN_ADDRESS.search(text):
        return FindQuery(text, key=in_address[1])
    if ORDER_ID.fullmatch(text):
        return FindQuery(text, key=text)
    if stripe_id := STRIPE_ID.search(text):
        return FindQuery(text, stripe_id=stripe_id[0].partition("_secret_")[0])
    scan = read_scan(NUMBER_WORDS.sub("", text, count=1))
    return FindQuery(text, number=scan.order_number, isbn=scan.isbn)
