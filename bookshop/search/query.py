"""A query: the words that a shopper typed, and what to look up for them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bookshop.search.book_tokens import MAX_TITLE_WORDS, STOP_WORDS, split_words, stop_word_pair, whole_title
from bookshop.search.expression import AllOf, AnyOf, anywhere, begins_anywhere, begins_in_title, in_title
from bookshop.search.facet import ALL_BOOKS
from bookshop.search.filters import Filters
from bookshop.trade.isbn import find_isbn
from bookshop.trade.typed_text import normalize_code, normalize_line

MAX_QUERY_WORDS = 8
PART_OF_ISBN = re.compile(r"97[89][\d\s-]*|\d+-[\d\s-]*[xX]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Query:
    """The normalized words; the last may be unfinished."""

    words: tuple[str, ...] = ()
    # the token of a title with exactly these words
    whole_title: str = ""

    @classmethod
    def from_text(cls, text: str) -> "Query":
        """Read the first words of a text; an ISBN or a part of one is one word."""
        if isbn := find_isbn(text):
            text = isbn
        elif PART_OF_ISBN.fullmatch(code := normalize_code(text)):
            text = re.sub(r"\D", "", code)
        typed = split_words(normalize_line(text))[:MAX_TITLE_WORDS]
        if not typed:
            return cls()
        finished = list(dict.fromkeys(typed[:-1]))[: MAX_QUERY_WORDS - 1]
        return cls((*finished, typed[-1]), whole_title(typed))


def tiers_of(query: Query, filters: Filters) -> tuple[AllOf, ...]:
    """Return what to look up, the best matches first.

    The tiers are: exactly this title; all words in titles and names; all words in any field. Each tier also
    matches the books of the tiers before it.
    """
    filtered = tuple((token,) for token in filters.tokens)
    if not query.words:
        return (filtered or ((ALL_BOOKS,),),)
    finished = [(word,) for word in query.words[:-1]]
    return (((query.whole_title,), *filtered), *_tiers_of_words(finished, query.words[-1], (), filtered))


def corrected_tiers_of(query: Query, corrections: Mapping[str, AnyOf], filters: Filters) -> tuple[AllOf, ...]:
    """Return the tiers of a query some of whose words are replaced by any of several others."""
    filtered = tuple((token,) for token in filters.tokens)
    *words, last = query.words
    finished = [corrections.get(word, (word,)) for word in words]
    return _tiers_of_words(finished, last, corrections.get(last, ()), filtered)


def _tiers_of_words(
    finished: Sequence[AnyOf], last: str, last_corrections: AnyOf, filtered: AllOf
) -> tuple[AllOf, ...]:
    """Return the tiers of all words in titles and names, and of all words in any field.

    Nearly every book has stop words in some field: they are looked up in titles and names only, and in pairs,
    since few titles have both. After another word, a stop word is taken as finished.
    """
    is_finished = last in STOP_WORDS and any(words[0] not in STOP_WORDS for words in finished)
    whole = [*finished, (last,)] if is_finished else finished
    others = [words for words in whole if words[0] not in STOP_WORDS]
    stop_words = sorted({words[0] for words in whole if words[0] in STOP_WORDS})
    title_terms = [in_title(*words) for words in others]
    terms = [anywhere(*words) for words in others]
    if not is_finished:
        title_terms.append(begins_in_title(last) + in_title(*last_corrections))
        terms.append(begins_anywhere(last) + anywhere(*last_corrections))
    return (*_in_pairs(stop_words), *title_terms, *filtered), (*terms, *filtered)


def _in_pairs(stop_words: Sequence[str]) -> AllOf:
    if len(stop_words) == 1:
        return (in_title(stop_words[0]),)
    starts = [*range(0, len(stop_words) - 1, 2), len(stop_words) - 2] if stop_words else []
    return tuple((stop_word_pair(*stop_words[start : start + 2]),) for start in dict.fromkeys(starts))
