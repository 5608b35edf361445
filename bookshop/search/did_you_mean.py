"""Correct the misspelled words of a query by the words of all books."""

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, select

from bookshop.schema import vocabulary
from bookshop.search.book_tokens import MIN_VOCABULARY_CHARS, STOP_WORDS
from bookshop.search.expression import AnyOf
from bookshop.search.query import Query
from bookshop.search.typos import typos

MAX_CORRECTED_WORDS = 3


def find_corrections(db: Connection, query: Query) -> dict[str, AnyOf]:
    """Return the words that each unknown word may mean; none if one cannot be corrected."""
    known = _list_known(db, query.words)
    unknown = [word for word in query.words if _may_be_typo(word) and word not in known][:MAX_CORRECTED_WORDS]
    candidates = {word: typos(word) for word in unknown}
    known = _list_known(db, [candidate for words in candidates.values() for candidate in words])
    corrections = {word: tuple(filter(known.__contains__, candidates[word])) for word in unknown}
    # the last may be the beginning of a known word
    if any(not corrections[word] for word in unknown if word != query.words[-1]):
        return {}
    return {word: words for word, words in corrections.items() if words}


def _may_be_typo(word: str) -> bool:
    """Return whether the vocabulary would have the word; it has no short ones."""
    return word.isalpha() and len(word) >= MIN_VOCABULARY_CHARS and word not in STOP_WORDS


LIST_KNOWN = select(vocabulary.c.word).where(vocabulary.c.word.in_(bindparam("words", expanding=True)))


def _list_known(db: Connection, words: Sequence[str]) -> set[str]:
    return set(db.execute(LIST_KNOWN, {"words": list(words)}).scalars()) if words else set()
