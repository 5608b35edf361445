"""Words beside a title that are about the product: its format, or that it is a book."""

from collections.abc import Sequence
from typing import NamedTuple

# the group of product forms that a word names; "" of words that name none
FORM_BY_WORD = {
    **dict.fromkeys(("hardback", "hardcover", "hardbound", "hb", "hbk", "gebunden", "relie"), "hardback"),
    **dict.fromkeys(("paperback", "softcover", "softback", "pb", "pbk", "taschenbuch", "poche"), "paperback"),
    **dict.fromkeys(("boardbook", "boardbooks"), "board"),
    **dict.fromkeys(("audiobook", "audio", "audible", "cd", "mp3", "horbuch", "audiolibro"), "audio"),
    **dict.fromkeys(("ebook", "ebooks", "kindle", "epub", "kobo", "pdf"), "digital"),
    **dict.fromkeys(
        (
            *("book", "books", "novel", "novels", "edition", "editions", "copy", "author", "isbn"),
            *("buch", "bucher", "livre", "livres", "libro", "libros"),
        ),
        "",
    ),
}


class TitleAndForm(NamedTuple):
    """A query without the words about the product, and the form that they name."""

    words: tuple[str, ...]
    form: str


def without_format_words(words: Sequence[str]) -> TitleAndForm | None:
    """Return the other words of a query and the form; None unless there are both."""
    others: list[str] = []
    form = ""
    for word in words:
        # e-book, hard back
        joined = f"{others[-1]}{word}" if others else ""
        if FORM_BY_WORD.get(joined):
            others.pop()
            form = form or FORM_BY_WORD[joined]
        elif word in FORM_BY_WORD:
            form = form or FORM_BY_WORD[word]
        else:
            others.append(word)
    return TitleAndForm(tuple(others), form) if others and len(others) < len(words) else None
