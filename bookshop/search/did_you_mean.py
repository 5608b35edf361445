"""Rewrite a query that finds nothing: typos, joined and split words, format words."""

from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from itertools import chain

from sqlalchemy import Connection, bindparam, select

from bookshop.schema import vocabulary
from bookshop.search.book_tokens import MIN_VOCABULARY_CHARS, STOP_WORDS
from bookshop.search.compounds import join_initials, join_known, list_joined, list_parts, split_compounds
from bookshop.search.expression import AnyOf
from bookshop.search.format_words import without_format_words
from bookshop.search.other_spellings import without_article
from bookshop.search.query import Rewrite
from bookshop.search.typos import typos
from bookshop.search.wrong_characters import without_one_character

MAX_CORRECTED_WORDS = 3


def list_rewrites(db: Connection, words: Sequence[str]) -> Iterator[Rewrite]:
    """Return what these words may mean, the likeliest first, last without format words."""
    yield from _rewrite(db, words)
    if title := without_format_words(words):
        yield Rewrite(title.words, form=title.form)
        for rewrite in _rewrite(db, title.words):
            yield rewrite._replace(form=title.form)


def _rewrite(db: Connection, words: Sequence[str]) -> Iterator[Rewrite]:
    with_initials = join_initials(words)
    known = _list_known(db, {*words, *with_initials, *list_joined(with_initials)})
    unknown = [word for word in words if _would_be_known(word) and word not in known][:MAX_CORRECTED_WORDS]
    candidates = {word: typos(word) for word in unknown}
    parts = chain.from_iterable(map(list_parts, unknown or words))
    known |= _list_known(db, {*chain.from_iterable(candidates.values()), *parts})
    if corrections := _correct(words, candidates, known):
        yield Rewrite(tuple(words), corrections)
    joined = join_known(with_initials, known)
    if joined != tuple(words):
        yield Rewrite(joined)
    yield from map(Rewrite, split_compounds(joined, unknown, known))
    yield from map(Rewrite, without_one_character(words))
    if (bare := tuple(map(without_article, words))) != tuple(words):
        yield Rewrite(bare)
    if not unknown and len(words) > 1:
        yield from _correct_known(db, words)


def _correct_known(db: Connection, words: Sequence[str]) -> Iterator[Rewrite]:
    """Take one word at a time for a typo: in a large catalogue most typos are words of a book."""
    longest = sorted((word for word in words if len(word) > MIN_VOCABULARY_CHARS), key=len, reverse=True)
    for word in longest[:MAX_CORRECTED_WORDS]:
        if others := _list_known(db, typos(word)):
            yield Rewrite(tuple(words), {word: tuple(sorted(others))})


def _would_be_known(word: str) -> bool:
    """Return whether the vocabulary has such words."""
    return len(word) >= MIN_VOCABULARY_CHARS and word[0].isalpha() and word not in STOP_WORDS


def _correct(
    words: Sequence[str], candidates: Mapping[str, Sequence[str]], known: Container[str]
) -> dict[str, AnyOf]:
    """Return the words that each unknown word may mean; none if one cannot be corrected."""
    corrections = {word: tuple(filter(known.__contains__, typos)) for word, typos in candidates.items()}
    # the last may be the beginning of a known word
    if any(not corrections[word] for word in corrections if word.isalpha() and word != words[-1]):
        return {}
    return {word: words for word, words in corrections.items() if words}


LIST_KNOWN = select(vocabulary.c.word).where(vocabulary.c.word.in_(bindparam("words", expanding=True)))


def _list_known(db: Connection, words: Collection[str]) -> set[str]:
    return set(db.execute(LIST_KNOWN, {"words": list(words)}).scalars()) if words else set()
