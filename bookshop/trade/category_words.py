"""Categories by the plain words for subjects that lists of books and shoppers use.

A subject is recognised as a whole, or by its last words if these leave no doubt: Italian cookery is cookery,
but fantasy football is neither of the two.
"""

import re
from collections.abc import Iterable

from bookshop.trade.categories import CATEGORIES, ENTRIES, Category
from bookshop.trade.text import words

# without "and", which some write and some leave out
LITTLE_WORDS = frozenset({"and", "und", "et", "e", "y", "en"})
NAMELESS = frozenset({"book", "books", "general"})
NON_FICTION = re.compile(r"\bnon[\s-]+fiction\b", re.IGNORECASE)
BETWEEN_LEVELS = re.compile(r"[/|>;:]|\s[-–—]\s")
BETWEEN_PARTS = re.compile(r"[&,+]|\band\b|\bund\b|\bet\b", re.IGNORECASE)
CHILDREN, YOUNG_ADULT, FICTION = "children", "young-adult", "fiction"
# what begins a subject for young readers, whatever it is
READERS = {
    **dict.fromkeys(["children s", "childrens", "kids", "kid s", "juvenile"], CHILDREN),
    **dict.fromkeys(["young adult", "teen", "ya"], YOUNG_ADULT),
}
KINDS_OF_FICTION = frozenset({"mystery", "fantasy", "romance", "comics"})


def _phrase(text: str) -> str:
    return " ".join(word for word in words(text) if word not in LITTLE_WORDS)


SLUGS: dict[str, str] = {
    _phrase(text): entry["slug"]
    for entry in ENTRIES
    for text in (entry["slug"], entry["name"], *entry["words"])
}
SLUGS_BY_LAST_WORDS: dict[str, str] = {
    _phrase(text): entry["slug"] for entry in ENTRIES for text in entry["last_words"]
}
SLUGS.update(SLUGS_BY_LAST_WORDS)
MAX_LAST_WORDS = max(text.count(" ") + 1 for text in SLUGS_BY_LAST_WORDS)


def category_named(text: str) -> Category | None:
    """Return the category that has this name, or is usually called so."""
    slug = _slug_of_whole(_phrase(text))
    return CATEGORIES[slug] if slug else None


def category_of_words(subjects: Iterable[str]) -> Category | None:
    """Return the category of subjects in plain words, if they leave no doubt.

    Books for young readers stand together, whatever they are about, and so does fiction but for its kinds.
    """
    found = [slug for subject in subjects for slug in _slugs_of(subject)]
    for slug in (CHILDREN, YOUNG_ADULT):
        if slug in found:
            return CATEGORIES[slug]
    if FICTION in found:
        return CATEGORIES[next((slug for slug in found if slug in KINDS_OF_FICTION), FICTION)]
    return CATEGORIES[found[0]] if found else None


def _slugs_of(subject: str) -> Iterable[str]:
    """Yield the slug of each level of a subject such as Fiction / Mystery & Detective / General."""
    for level in BETWEEN_LEVELS.split(NON_FICTION.sub("nonfiction", subject)):
        if slug := _slug_of_level(level):
            yield slug


def _slug_of_level(text: str) -> str | None:
    phrase = _phrase(text)
    if slug := _slug_of_whole(phrase) or _slug_of_readers(phrase):
        return slug
    parts = {slug for part in BETWEEN_PARTS.split(text) if (slug := _slug_of_end(_phrase(part)))}
    return parts.pop() if len(parts) == 1 else None


def _slug_of_whole(phrase: str) -> str | None:
    if slug := SLUGS.get(phrase):
        return slug
    return SLUGS.get(" ".join(word for word in phrase.split() if word not in NAMELESS))


def _slug_of_readers(phrase: str) -> str | None:
    for beginning, slug in READERS.items():
        rest = phrase.removeprefix(f"{beginning} ")
        if rest != phrase and (_slug_of_end(rest) or rest.endswith(("books", "stories", "nonfiction"))):
            return slug
    return None


def _slug_of_end(phrase: str) -> str | None:
    if slug := _slug_of_whole(phrase):
        return slug
    parts = phrase.split()
    # a history of science is about science, too
    if "of" in parts:
        return None
    ends = (" ".join(parts[-count:]) for count in range(MAX_LAST_WORDS, 0, -1))
    return next((SLUGS_BY_LAST_WORDS[end] for end in ends if end in SLUGS_BY_LAST_WORDS), None)
