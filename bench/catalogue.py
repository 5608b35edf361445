"""A catalogue of any size, like a wholesaler's: the same size has the same books."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, TypeAlias

from stdnum import ean

from bench.east_asian import JOINTS, EastAsian
from bench.zipf import Zipf

DatabaseRow: TypeAlias = tuple[Any, ...]

BATCH = 10_000
IN_STOCK = 20_000
TODAY = date(2026, 11, 25)
NO_DAY = date(1970, 1, 1)

COMMON = """
the of and a in to for on with from an at by is my your how life love world book guide history new art
story war american introduction great house man night day time stories little secret handbook modern lost
first girl god women power death heart practical complete music cooking children science home nature king
city black white mind law essential learning america land light water family business social political
economic theory studies international cultural design health education philosophy
"""
STARTS = "b c d f g h j k l m n p r s t v w br cl cr dr fl gr pl pr sh sp st th tr wh"
MIDDLES = "a e i o u ai ea ee ie oa oo ou"
ENDS = "b ck d ff g l ll m n nd ng nt p r rd rn s ss st t th x"
FIRST_NAMES = 2_000
SURNAMES = 40_000
WORDS = 60_000
PUBLISHERS = 4_000
SERIES = 20_000
FORMS = {"BC": 45, "BB": 20, "EA": 12, "ED": 8, "BH": 5, "AJ": 5, "BA": 3, "PC": 2}
LANGUAGES = {"eng": 78, "ger": 5, "fre": 5, "spa": 5, "ita": 3, "dut": 1, "chi": 1, "jpn": 1, "kor": 1}
SUPPLY = {"20": 25, "21": 45, "22": 8, "23": 8, "10": 4, "31": 3, "40": 5, "": 2}
CATEGORIES = {
    "F": "fiction",
    "FF": "mystery",
    "P": "science",
    "T": "technology",
    "J": "ideas",
    "N": "history",
    "DC": "poetry",
    "Y": "children",
    "WT": "travel",
}
BLURB = (
    "What was thought to be known of it turns out to be the smaller half, told here with patience and wit."
)

BOOK = """
isbn title subtitle byline form pages publisher publisher_key imprint published language blurb price_minor
currency category listed_on series series_number series_key work supply
"""
TABLES = {
    "books": BOOK,
    "book_details": "isbn description keywords",
    "contributors": "isbn position role name key",
    "subjects": "isbn position scheme code",
    "stock": "isbn on_hand reserved",
    "stock_movements": "isbn kind cause quantity moved_at",
}
Batch: TypeAlias = dict[str, list[DatabaseRow]]


class Library:
    """The words, names and codes of which all books are made."""

    def __init__(self) -> None:
        chance = random.Random(1)
        self.east_asian = EastAsian()
        made = invent_words(chance, WORDS + SURNAMES + FIRST_NAMES + SERIES)
        self.words = Zipf.of(COMMON.split() + made[:WORDS])
        self.surnames = Zipf.of([word.title() for word in made[WORDS : WORDS + SURNAMES]], 0.7)
        self.first_names = Zipf.of([word.title() for word in made[-FIRST_NAMES - SERIES : -SERIES]], 0.9)
        self.series = Zipf.of([f"The {word.title()} Library" for word in made[-SERIES:]], 0.6)
        houses = ("Press", "Books", "Publishing", "Verlag", "University Press")
        names = [f"{word.title()} {chance.choice(houses)}" for word in made[-PUBLISHERS:]]
        self.publishers = Zipf.of(names, 0.9)
        self.codes = Zipf.of(sorted(thema_codes(chance), key=lambda _: chance.random()), 0.5)

    def make(self, first: int, count: int, all_books: int) -> Batch:
        """Make `count` books, from number `first` of a catalogue of `all_books`."""
        # the books of other languages are the same without these
        chance, eastern = random.Random(first), random.Random(first)
        lengths = chance.choices(range(1, 10), weights=(8, 14, 18, 18, 14, 10, 8, 6, 4), k=count)
        words = iter(self.words.choose(chance, sum(lengths) + 4 * count))
        people = iter(self.surnames.choose(chance, 3 * count))
        names = iter(self.first_names.choose(chance, 3 * count))
        publishers, series = self.publishers.choose(chance, count), self.series.choose(chance, count)
        codes = iter(self.codes.choose(chance, 3 * count))
        forms, languages = weighted(chance, FORMS, count), weighted(chance, LANGUAGES, count)
        supply = weighted(chance, SUPPLY, count)
        every = max(all_books // IN_STOCK, 1)
        batch: Batch = {table: [] for table in TABLES}
        for n in range(count):
            isbn = isbn_of(first + n)
            title = " ".join(next(words) for _ in range(lengths[n])).capitalize()
            subtitle = " ".join(next(words) for _ in range(4)).capitalize() if n % 3 == 0 else ""
            authors = [f"{next(names)} {next(people)}" for _ in range((1, 1, 2, 3)[n % 4])]
            if languages[n] in JOINTS:
                title, subtitle = self.east_asian.title(eastern, languages[n]), ""
                authors = [self.east_asian.name(eastern, languages[n])]
            thema = [next(codes) for _ in range(n % 3 + 1)]
            in_series = series[n] if n % 5 == 0 else ""
            published = TODAY - timedelta(days=int(chance.expovariate(1 / 2500)) - 60)
            batch["books"].append(
                (
                    isbn,
                    title,
                    subtitle,
                    " and ".join(authors),
                    forms[n],
                    chance.randrange(48, 900),
                    publishers[n],
                    key_of(publishers[n]),
                    "",
                    published.isoformat()[: (10, 10, 10, 7, 4)[n % 5]],
                    languages[n],
                    BLURB,
                    chance.choice((799, 999, 1299, 1499, 1890, 2299, 2995, 3500, 4999, 8500)),
                    "SGD",
                    category_of(thema[0]),
                    TODAY - timedelta(days=first % 300),
                    in_series,
                    str(n % 30 + 1) if in_series else "",
                    key_of(in_series),
                    f"w{(first + n) // 2}" if n % 10 < 2 else "",
                    supply[n],
                )
            )
            keywords = f"{title.lower()} {BLURB[:30].lower()}" if n % 4 == 0 else ""
            batch["book_details"].append((isbn, f"<p>{BLURB}</p>" * 6, keywords))
            for position, name in enumerate(authors):
                batch["contributors"].append((isbn, position, "A01", name, key_of(name)))
            for position, code in enumerate(thema):
                batch["subjects"].append((isbn, position, "93", code))
            if (first + n) % every == 0:
                batch["stock"].append((isbn, 1 + n % 5, 0))
                batch["stock_movements"].append((isbn, "received", "bench", 1 + n % 5, NO_DAY))
        return batch


def invent_words(chance: random.Random, count: int) -> list[str]:
    """Invent different words that sound like English."""
    starts, middles, ends = STARTS.split(), MIDDLES.split(), ENDS.split()
    made: dict[str, None] = {}
    while len(made) < count:
        syllables = [
            chance.choice(starts) + chance.choice(middles) for _ in range(chance.choice((1, 2, 2, 3)))
        ]
        made["".join(syllables) + chance.choice(ends)] = None
    return list(made)


def thema_codes(chance: random.Random) -> list[str]:
    """Make Thema codes below the categories, and below some others."""
    letters = "ABCDFGHJKLMNPRSTVWX"
    return [
        top + "".join(chance.choice(letters) for _ in range(length))
        for top in (*CATEGORIES, "A", "K", "V", "X")
        for length in (1, 2, 3)
        for _ in range(60)
    ]


def category_of(code: str) -> str:
    """Return the category of a Thema code."""
    return CATEGORIES.get(code[:2]) or CATEGORIES.get(code[:1]) or "ideas"


def key_of(name: str) -> str:
    """Return a name as it stands in an address."""
    return "-".join(name.lower().split())


def weighted(chance: random.Random, weights: dict[str, int], count: int) -> list[str]:
    """Choose `count` keys by their weights."""
    return chance.choices(list(weights), weights=list(weights.values()), k=count)


def isbn_of(number: int) -> str:
    """Return the ISBN of a book's number; all are different, and neighbours lie far apart."""
    stem = f"978{number * 999_999_937 % 1_000_000_000:09d}"
    return stem + ean.calc_check_digit(stem)


def make_batches(count: int) -> Iterator[Batch]:
    """Make a whole catalogue."""
    library = Library()
    for first in range(0, count, BATCH):
        yield library.make(first, min(BATCH, count - first), count)
