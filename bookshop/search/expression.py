"""What to look up in the index: tokens joined by AND and OR, in no database's language."""

from typing import TypeAlias

from bookshop.search.book_tokens import (
    FIRST_LETTERS_PREFIX,
    MAX_FIRST_LETTERS,
    TITLE_WORD_PREFIX,
    WHOLE_TITLE_PREFIX,
)
from bookshop.search.facet import Facet
from bookshop.search.rank import GROUP_BY_AVAILABILITY, RankRange
from bookshop.search.words import is_unspaced
from bookshop.trade.availability import AvailabilityKind

# one of these tokens; one that ends in * matches all that begin so, one that begins with ! excludes its books
AnyOf: TypeAlias = tuple[str, ...]
# a match for each of these
AllOf: TypeAlias = tuple[AnyOf, ...]

NOT = "!"
ORDER, PREORDER = (
    Facet.AVAILABILITY.token(AvailabilityKind.ORDER),
    Facet.AVAILABILITY.token(AvailabilityKind.PREORDER),
)
RANKS_BY_TOKEN = {
    Facet.AVAILABILITY.token(kind): group.ranks for kind, group in GROUP_BY_AVAILABILITY.items()
}
# what tells the availabilities of one range of ranks from each other
WITHIN_RANKS: dict[str, AllOf] = {ORDER: ((NOT + PREORDER,),), PREORDER: ((PREORDER,),)}


def in_title(*words: str) -> AnyOf:
    """Match any of these words in titles and names."""
    return tuple(TITLE_WORD_PREFIX + word for word in words)


def anywhere(*words: str) -> AnyOf:
    """Match any of these words in any field."""
    return (*words, *in_title(*words))


def begins_in_title(letters: str) -> AnyOf:
    """Match words of titles and names that begin with these letters; characters match exactly."""
    if is_unspaced(letters):
        return in_title(letters)
    return (
        (FIRST_LETTERS_PREFIX + letters,)
        if len(letters) <= MAX_FIRST_LETTERS
        else (f"{TITLE_WORD_PREFIX}{letters}*",)
    )


def begins_anywhere(letters: str) -> AnyOf:
    """Match words that begin so; outside titles and names, few letters match whole words only."""
    if is_unspaced(letters):
        return anywhere(letters)
    if len(letters) <= MAX_FIRST_LETTERS:
        return (FIRST_LETTERS_PREFIX + letters, letters)
    return (f"{letters}*", f"{TITLE_WORD_PREFIX}{letters}*")


def is_one_title(expression: AllOf) -> bool:
    """Return whether only books of one title, which are few, can match."""
    return any(tokens[0].startswith(WHOLE_TITLE_PREFIX) for tokens in expression)


def ranks_of(expression: AllOf) -> RankRange:
    """Return the range of ranks that has all matches: that of the availability, if there is one."""
    for token, *_ in expression:
        if token in RANKS_BY_TOKEN:
            return RANKS_BY_TOKEN[token]
    return RankRange()


def has_all_of_ranks(token: str) -> bool:
    """Return whether all books in a range of ranks have this token, and no others."""
    return token in RANKS_BY_TOKEN and token not in WITHIN_RANKS


def within_ranks(expression: AllOf) -> AllOf:
    """Return what to look up within the ranks: all but the availability, unless it is alone.

    Nearly all books may have one availability, so that looking it up is slow.
    """
    others = tuple(tokens for tokens in expression if tokens[0] not in RANKS_BY_TOKEN)
    availabilities = (token for (token, *_) in expression if token in RANKS_BY_TOKEN)
    narrower = (tokens for token in availabilities for tokens in WITHIN_RANKS.get(token, ()))
    return (*others, *narrower) if others else expression
