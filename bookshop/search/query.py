"""A query: the words that a shopper typed, and what to look up for them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from types import MappingProxyType
from typing import NamedTuple

from bookshop.search.book_tokens import STOP_WORDS, stop_word_pair, whole_title
from bookshop.search.expression import AllOf, AnyOf, anywhere, begins_anywhere, begins_in_title, in_title
from bookshop.search.facet import ALL_BOOKS, Facet
from bookshop.search.filters import Filters
from bookshop.search.words import join_words, split_units, split_words
from bookshop.trade.categories import Category
from bookshop.trade.category_words import category_named
from bookshop.trade.isbn import find_isbn
from bookshop.trade.typed_text import normalize_code, normalize_line

MAX_QUERY_WORDS = 8
MAX_PHRASES = 4
PART_OF_ISBN = re.compile(r"97[89][\d\s-]*|\d+-[\d\s-]*[xX]?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Query:
    """The normalized words; the last may be unfinished."""

    words: tuple[str, ...] = ()
    # the token of a title with exactly these words
    whole_title: str = ""
    # the category that is called so
    category: Category | None = None

    @classmethod
    def from_text(cls, text: str) -> "Query":
        """Read the first words of a text; an ISBN or a part of one is one word."""
        if isbn := find_isbn(text):
            text = isbn
        elif PART_OF_ISBN.fullmatch(code := normalize_code(text)):
            text = re.sub(r"\D", "", code)
        line = normalize_line(text)
        typed = split_words(line)
        if not typed:
            return cls()
        words = (*typed[:-1][: MAX_QUERY_WORDS - 1], typed[-1])
        return cls(words, whole_title(split_units(line)), category_named(line))


class Rewrite(NamedTuple):
    """Other words for a query that finds nothing.

    `corrections` are the words that replace a misspelled one; books of `form` come first.
    """

    words: tuple[str, ...]
    corrections: Mapping[str, AnyOf] = MappingProxyType({})
    form: str = ""

    @property
    def did_you_mean(self) -> tuple[str, ...]:
        """Return the phrases that are searched for, or only the corrected words of too many phrases."""
        spellings = [sorted(self.corrections.get(word, (word,))) for word in self.words]
        if prod(map(len, spellings)) <= MAX_PHRASES:
            return tuple(map(join_words, product(*spellings)))
        return tuple(sorted({word for words in self.corrections.values() for word in words}))


def tiers_of(query: Query, filters: Filters) -> tuple[AllOf, ...]:
    """Return what to look up, the best matches first.

    The tiers are: exactly this title; all words in titles and names; all words in any field, or the category
    that is called so. Each tier also matches the books of the tiers before it.
    """
    filtered = tuple((token,) for token in filters.tokens)
    if not query.words:
        return (filtered or ((ALL_BOOKS,),),)
    finished = [(word,) for word in query.words[:-1]]
    in_title_tier, anywhere_tier = _tiers_of_words(finished, query.words[-1], (), ())
    title = (query.whole_title,)
    category = (Facet.CATEGORY.token(query.category.slug),) if query.category else ()
    tiers = (title,), _or(in_title_tier, title), _or(anywhere_tier, title + category)
    return tuple((*tier, *filtered) for tier in tiers)


def _or(expression: AllOf, tokens: AnyOf) -> AllOf:
    """Match the expression or one of these tokens."""
    return tuple((*term, *tokens) for term in expression)


def rewritten_tiers_of(rewrite: Rewrite, filters: Filters) -> tuple[AllOf, ...]:
    """Return what to look up for a rewritten query; titles of its form come first."""
    filtered = tuple((token,) for token in filters.tokens)
    *words, last = rewrite.words
    finished = [rewrite.corrections.get(word, (word,)) for word in words]
    tiers = _tiers_of_words(finished, last, rewrite.corrections.get(last, ()), filtered)
    return ((*tiers[0], (Facet.FORM.token(rewrite.form),)), *tiers) if rewrite.form else tiers


def _tiers_of_words(
    finished: Sequence[AnyOf], last: str, last_corrections: AnyOf, filtered: AllOf
) -> tuple[AllOf, ...]:
    """Return the tiers of all words in titles and names, and of all words in any field.

    Nearly every book has stop words in some field: they are looked up in titles and names only, and in pairs,
    since few titles have both. After another word, a stop word is taken as finished.
    """
    is_finished = last in STOP_WORDS and not all(map(_is_stop_word, finished))
    whole = dict.fromkeys([*finished, (last,)] if is_finished else finished)
    others = [words for words in whole if not _is_stop_word(words)]
    stop_words = sorted(words[0] for words in whole if _is_stop_word(words))
    title_terms = [in_title(*words) for words in others]
    terms = [anywhere(*words) for words in others]
    if not is_finished:
        title_terms.append(begins_in_title(last) + in_title(*last_corrections))
        terms.append(begins_anywhere(last) + anywhere(*last_corrections))
    return (*_in_pairs(stop_words), *title_terms, *filtered), (*terms, *filtered)


def _is_stop_word(words: AnyOf) -> bool:
    return len(words) == 1 and words[0] in STOP_WORDS


def _in_pairs(stop_words: Sequence[str]) -> AllOf:
    if len(stop_words) == 1:
        return (in_title(stop_words[0]),)
    starts = [*range(0, len(stop_words) - 1, 2), len(stop_words) - 2] if stop_words else []
    return tuple((stop_word_pair(*stop_words[start : start + 2]),) for start in dict.fromkeys(starts))
