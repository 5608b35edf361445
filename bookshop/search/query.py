"""How books are found: what of a book is looked up, what a question means, and the order of what it finds.

A book is a set of tokens, the same on every database. Words of the title and of people have a mark before
them, and their first letters are there with two; other words are themselves; facets begin with a letter and a
mark. No word contains the mark, so nothing that somebody types can look like one of the others.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple, TypeAlias

from bookshop.trade.categories import CATEGORIES
from bookshop.trade.isbn import read_isbn
from bookshop.trade.text import words

# one of these is enough; one that ends in * stands for all that it begins, and one behind ! is unwanted
Term: TypeAlias = tuple[str, ...]
# all of these
Tier: TypeAlias = tuple[Term, ...]

MARK = "_"
NOT = "!"
EVERYTHING = "a_"
EXACT, PAIR = "x_", "y_"
# the facets by which a shopper narrows what was found
SHOWN = frozenset({"s_", "f_", "v_", "l_", "p_"})
# those of which it is written down how many books have them: of a person or a series that is soon counted
COUNTED = SHOWN | {EVERYTHING, "t_", "u_"}

MOST_WORDS = 8
# what a book says of itself is cut, since PostgreSQL bounds the length of a token and of all of them together
LONGEST_WORD = 40
MOST_IN_FRONT, MOST_IN_REST = 100, 300
# so many letters begin too many words to be looked for outside of titles and people
LONGEST_STUB = 4
LITTLE = frozenset(
    """
    a an and at by for from in is of on the to with das der die ein eine im und von
    d de del des du e el en et het l la le les los un une y di een il lo van
    """.split()  # noqa: SIM905 - read as words, not as a table
)

CLASS_BITS, DAY_BITS, NUMBER_BITS = 2, 20, 31
LATEST_DAY = (1 << DAY_BITS) - 1
LAST_PLACE = (1 << CLASS_BITS + DAY_BITS + NUMBER_BITS) - 1
ON_SHELF, TO_BE_HAD, NOT_TO_BE_HAD = range(3)
CLASSES = {"shelf": ON_SHELF, "order": TO_BE_HAD, "preorder": TO_BE_HAD}

KEY = re.compile(r"([1-3])-([0-9a-f]{1,14})", re.ASCII)
NOT_IN_TOKENS = re.compile(r"[^\w-]")
PART_OF_ISBN = re.compile(r"97[89][\d\s‐‑–-]*|\d+[‐‑–-][\d\s‐‑–-]*[xX]?", re.ASCII)
# a slip of the finger is looked for among the letters that the word is written with
ALPHABETS = ("abcdefghijklmnopqrstuvwxyz", "αβγδεζηθικλμνξοπρστυφχψω", "абвгдежзийклмнопрстуфхцчшщъыьэюя")
SHORTEST_SLIP = 4

AVAILABILITIES = {
    "shelf": "On our shelves",
    "order": "To order",
    "preorder": "To pre-order",
    "none": "Not available",
}
# in minor units: ten dollars are 1000 of them, and so are a thousand yen
PRICE_BANDS = {"1": (1, 1000), "2": (1000, 2000), "3": (2000, 3000), "4": (3000, 5000), "5": (5000, None)}


@dataclass(frozen=True, slots=True)
class Filters:
    """What a search is narrowed to; empty where it is not.

    `subject` is the slug of a shelf or a Thema code, which includes all codes that it begins.
    """

    subject: str = ""
    form: str = ""
    availability: str = ""
    language: str = ""
    price: str = ""
    person: str = ""
    series: str = ""
    publisher: str = ""

    @classmethod
    def from_args(cls, args: Mapping[str, str]) -> "Filters":
        """The filters of an address; what is no filter is passed over."""
        return cls(**{field.name: args.get(field.name, "").strip() for field in fields(cls)})

    @property
    def tokens(self) -> tuple[str, ...]:
        """The facets that every book must have."""
        kinds = {"form": "f", "availability": "v", "language": "l", "price": "p"}
        kinds |= {"person": "c", "series": "r", "publisher": "u"}
        kinds["subject"] = "s" if self.subject in CATEGORIES else "t"
        return tuple(facet(kind, value) for name, kind in kinds.items() if (value := getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Query:
    """The words that a shopper typed, of which the last may not be finished."""

    words: tuple[str, ...] = ()
    # the token of the title that is all of this and nothing else
    title: str = ""

    @classmethod
    def from_text(cls, text: str) -> "Query":
        """The words of any text, of which some are enough; a number with hyphens is one word."""
        if isbn := read_isbn(text):
            text = isbn
        elif PART_OF_ISBN.fullmatch(text.strip()):
            text = re.sub(r"\D", "", text)
        typed = fold(text)[:MOST_IN_FRONT]
        if not typed:
            return cls()
        whole = list(dict.fromkeys(typed[:-1]))[: MOST_WORDS - 1]
        return cls((*whole, typed[-1]), exact(typed))


class Position(NamedTuple):
    """Where a page ends: the last book's tier and place."""

    tier: int
    place: int

    def __str__(self) -> str:
        return f"{self.tier}-{self.place:x}"

    @classmethod
    def from_text(cls, text: str) -> "Position":
        """A position out of an address; the beginning when it is none."""
        found = KEY.fullmatch(text)
        return cls(int(found[1]), min(int(found[2], 16), LAST_PLACE)) if found else BEGINNING


BEGINNING = Position(1, -1)


class Stretch(NamedTuple):
    """Where books stand: behind one place, and up to another."""

    after: int = BEGINNING.place
    until: int = LAST_PLACE


class Match(NamedTuple):
    """A book that was found: where it stands in the answer, and the facets by which it is narrowed to."""

    tier: int
    place: int
    shown: str


@dataclass(frozen=True, slots=True)
class Document:
    """A book as the index keeps it."""

    place: int
    tokens: tuple[str, ...]
    # the facets by which it is narrowed to, in one text
    shown: str


def fold(text: str) -> list[str]:
    """The words of a text as the index has them."""
    return [word if len(word) <= LONGEST_WORD else word[:LONGEST_WORD] for word in words(text)]


@lru_cache(maxsize=10_000)
def facet(kind: str, value: str) -> str:
    """The token of a facet; what cannot stand in a token is left out."""
    return f"{kind}{MARK}{NOT_IN_TOKENS.sub('', value.lower())[: 2 * LONGEST_WORD]}"


def exact(title: Sequence[str]) -> str:
    """The token of a whole title."""
    return EXACT + hashlib.blake2b(" ".join(title).encode(), digest_size=6).hexdigest()


def tokens_of(
    title: str, named: Iterable[str], rest: Iterable[str], facets: Iterable[str]
) -> tuple[str, ...]:
    """The tokens of a book: its title, its subtitle and people, what else it is found by, its facets."""
    front = fold(title)[:MOST_IN_FRONT]
    tokens = {EVERYTHING, *facets}
    if front:
        tokens.add(exact(front))
    front += fold(" ".join(named))[:MOST_IN_FRONT]
    tokens.update(*map(marked, front))
    little = sorted(LITTLE.intersection(front))[:MOST_WORDS]
    tokens.update(pair(*two) for two in combinations(little, 2))
    tokens.update(fold(" ".join(rest))[:MOST_IN_REST])
    return tuple(sorted(tokens))


def pair(first: str, second: str) -> str:
    """The token of two little words in one title, given in the order of the alphabet."""
    return f"{PAIR}{first}-{second}"


# the words that most titles have; all words of a catalogue would take 20 MB
@lru_cache(maxsize=5000)
def marked(word: str) -> tuple[str, ...]:
    """The tokens of a word in front: itself with a mark, and its beginnings with two."""
    lengths = range(1, min(len(word), LONGEST_STUB) + 1)
    return (MARK + word, *(MARK + MARK + word[:length] for length in lengths))


def facets_of(tokens: Iterable[str]) -> Iterator[str]:
    """Those of a book's tokens that are counted."""
    return (token for token in tokens if token[:2] in COUNTED)


def shown_of(facets: Iterable[str]) -> str:
    """Those of a book's facets by which a shopper narrows, in one text."""
    return " ".join(sorted(facet for facet in facets if facet[:2] in SHOWN))


def vocabulary_of(tokens: Iterable[str]) -> Iterator[str]:
    """Those of a book's words that begin with a letter: somebody may mistype them, or begin to type them."""
    words_of = (token.removeprefix(MARK) for token in tokens)
    return (
        word for word in words_of if len(word) >= SHORTEST_SLIP - 1 and word[0].isalpha() and MARK not in word
    )


@lru_cache(maxsize=10_000)
def thema_facets(code: str) -> tuple[str, ...]:
    """The facets of a Thema code and of every code above it."""
    return tuple(facet("t", code[:length]) for length in range(1, len(code) + 1))


@lru_cache(maxsize=10_000)
def band_of(minor: int) -> str:
    """The band of a price in minor units; none when there is no price."""
    for slug, (lowest, limit) in PRICE_BANDS.items():
        if minor >= lowest and (limit is None or minor < limit):
            return slug
    return ""


def place_of(isbn: str, availability: str, published: str) -> int:
    """Where a book stands: what we have, what can be had, then the rest; the newest first, then by ISBN."""
    number = (isbn[2] == "9") * 10**9 + int(isbn[3:12])
    day = LATEST_DAY - day_of(published)
    return (CLASSES.get(availability, NOT_TO_BE_HAD) << DAY_BITS | day) << NUMBER_BITS | number


@lru_cache(maxsize=10_000)
def day_of(published: str) -> int:
    """The number of a day, which is the first one when only a month or a year is known; 0 when nothing is."""
    try:
        year, month, day = (*map(int, published.split("-")), 1, 1)[:3]
        return min(date(year, month, day).toordinal(), LATEST_DAY)
    except ValueError:
        return 0


def last_place(standing: int) -> int:
    """The last place at which a book can be that is on our shelf, to be had, or not."""
    return (standing + 1 << (DAY_BITS + NUMBER_BITS)) - 1


def is_rare(tier: Tier) -> bool:
    """Whether few books can be in a tier: those of one title."""
    return any(term[0].startswith(EXACT) for term in tier)


STANDING = {
    facet("v", availability): CLASSES.get(availability, NOT_TO_BE_HAD) for availability in AVAILABILITIES
}
ORDER, PREORDER = facet("v", "order"), facet("v", "preorder")


def stretch_of(tier: Tier) -> Stretch:
    """Where the books of a tier stand: those of one availability stand together."""
    for token, *_ in tier:
        if token in STANDING:
            return Stretch(last_place(STANDING[token] - 1), last_place(STANDING[token]))
    return Stretch()


def within_stretch(tier: Tier) -> Tier:
    """What is left to look for within its stretch: not the availability, which nearly all books may have."""
    terms = {ORDER: ((NOT + PREORDER,),), PREORDER: ((PREORDER,),)}
    others = tuple(term for term in tier if term[0] not in STANDING)
    said = (term for (token, *_) in tier if token in STANDING for term in terms.get(token, ()))
    return (*others, *said) if others else tier


def tiers_of(query: Query, filters: Filters) -> tuple[Tier, ...]:
    """What to look for, best first: the whole title; all words in title and people; all words anywhere.

    Each tier has all that those before it have.
    """
    narrowed = tuple((token,) for token in filters.tokens)
    if not query.words:
        return (narrowed or ((EVERYTHING,),),)
    choices = [(word,) for word in query.words[:-1]]
    return (((query.title,), *narrowed), *_by_words(choices, query.words[-1], (), narrowed))


def corrected(query: Query, slips: Mapping[str, Term], filters: Filters) -> tuple[Tier, ...]:
    """What to look for when some words were meant to be one of others."""
    narrowed = tuple((token,) for token in filters.tokens)
    *whole, last = query.words
    choices = [slips.get(word, (word,)) for word in whole]
    return _by_words(choices, last, slips.get(last, ()), narrowed)


def _by_words(choices: Sequence[Term], last: str, ends: Term, narrowed: Tier) -> tuple[Tier, ...]:
    """The tiers of words: `choices` for each whole one; `last` may be a beginning, or mean one of `ends`.

    Nearly every book has little words somewhere: they are asked for in titles and people only, and in pairs,
    since two that are common each are seldom so together. Behind another word a little one is whole.
    """
    is_whole = last in LITTLE and any(choice[0] not in LITTLE for choice in choices)
    whole = [*choices, (last,)] if is_whole else choices
    others = [choice for choice in whole if choice[0] not in LITTLE]
    little = sorted({choice[0] for choice in whole if choice[0] in LITTLE})
    front = [tuple(MARK + word for word in choice) for choice in others]
    everywhere = [anywhere(*choice) for choice in others]
    if not is_whole:
        front.append(title_start(last) + tuple(MARK + word for word in ends))
        everywhere.append(start(last) + anywhere(*ends))
    return (*_in_pairs(little), *front, *narrowed), (*everywhere, *narrowed)


def _in_pairs(little: Sequence[str]) -> Tier:
    if len(little) == 1:
        return ((MARK + little[0],),)
    starts = [*range(0, len(little) - 1, 2), len(little) - 2] if little else []
    return tuple((pair(little[start], little[start + 1]),) for start in dict.fromkeys(starts))


def anywhere(*choices: str) -> Term:
    """These words, in titles and people or not."""
    return (*choices, *(MARK + word for word in choices))


def title_start(word: str) -> Term:
    """Words of titles and people that begin like this."""
    return (MARK + MARK + word,) if len(word) <= LONGEST_STUB else (f"{MARK}{word}*",)


def start(word: str) -> Term:
    """Words that begin like this; few letters are no beginning outside of titles and people."""
    return (MARK + MARK + word, word) if len(word) <= LONGEST_STUB else (f"{word}*", f"{MARK}{word}*")


def slips_of(word: str) -> list[str]:
    """Every word that one slip of the finger makes this: a letter more, fewer or another, or two swapped."""
    if len(word) < SHORTEST_SLIP or not word.isalpha():
        return []
    letters = next((letters for letters in ALPHABETS if any(c in letters for c in word)), "")
    halves = [(word[:n], word[n:]) for n in range(len(word) + 1)]
    found = {left + right[1:] for left, right in halves if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in halves if right for letter in letters}
    found |= {left + letter + right for left, right in halves for letter in letters}
    return sorted(found - {word})


def count_shown(shown: Iterable[str]) -> dict[str, int]:
    """How many of some books have each facet, from their texts of facets."""
    counts: Counter[str] = Counter()
    for text, books in Counter(shown).items():
        for token in text.split():
            counts[token] += books
    return dict(counts)
