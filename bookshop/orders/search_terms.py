"""The terms by which staff find an order: its names, its email address, and its books."""

import unicodedata

from idna import IDNAError

from bookshop.orders.email_address import ascii_email
from bookshop.orders.order import Order
from bookshop.trade.text import WORDS, normalize_text

MAX_TERM_CHARS = 100
# an order has no more terms of its name, whatever a shopper types there
MAX_NAME_WORDS = 10
# letters that Unicode does not take apart, as people without them on the keyboard type them
TERM_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def list_terms(order: Order) -> list[str]:
    """Return the terms of an order, sorted."""
    terms = {*name_words(order.name), email_term(order.email), *(line.isbn for line in order.lines)}
    return sorted(filter(None, terms))


def name_words(text: str) -> list[str]:
    """Return the first words of a text without case and accents."""
    plain = unicodedata.normalize("NFC", normalize_text(text)).translate(TERM_LETTERS)
    return [word[:MAX_TERM_CHARS] for word in WORDS.findall(plain)[:MAX_NAME_WORDS]]


def email_term(email: str) -> str:
    """Return an email address without case, its domain in ASCII."""
    try:
        return ascii_email(email).casefold()[:MAX_TERM_CHARS]
    except IDNAError:
        # while it is being typed
        return email.casefold()[:MAX_TERM_CHARS]


def typed_terms(text: str) -> list[str]:
    """Return the terms of a text, each once: words, and email addresses."""
    terms: dict[str, None] = {}
    for part in text.split():
        is_email = "@" in part
        terms.update(dict.fromkeys([email_term(part.strip("<>(),;\"'"))] if is_email else name_words(part)))
    return list(filter(None, terms))[:MAX_NAME_WORDS]
