"""The products and works that a book is related to."""

from bookshop.importing.rules.codes import TWO_DIGITS
from bookshop.importing.rules.derived_book import RelatedIsbn
from bookshop.onix.related import RelatedBlock
from bookshop.trade.text import slug_of

# ONIX code list 164: the product is a manifestation of the work
MANIFESTATION = "01"
# ONIX code list 16, the best identifier first: ISTC, DOI, ISBN-13, proprietary
PROPRIETARY = "01"
WORK_ID_TYPES = ("11", "06", "15", PROPRIETARY)
# as wide as the column
MAX_WORK_CHARS = 128


def work_key(related: RelatedBlock, publisher: str) -> str:
    """Return a key that all editions of a work share, or ''.

    A proprietary id is unique only together with its publisher.
    """
    ids = {one["type"]: one["id"] for one in related.get("works", []) if one["code"] == MANIFESTATION}
    for kind in WORK_ID_TYPES:
        if kind in ids:
            owner = f"{slug_of(publisher)}:" if kind == PROPRIETARY else ""
            return f"{kind}:{owner}{ids[kind]}"[:MAX_WORK_CHARS]
    return ""


def related_isbns(related: RelatedBlock, isbn: str) -> tuple[RelatedIsbn, ...]:
    """Return the related products once for each relation, sorted, without the book itself."""
    found = {
        RelatedIsbn(code, product["isbn"])
        for product in related.get("products", [])
        for code in product["codes"]
        if product["isbn"] != isbn and TWO_DIGITS.fullmatch(code)
    }
    return tuple(sorted(found))
