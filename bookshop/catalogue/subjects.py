"""The shop's subjects, and which of them a Thema code belongs to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shelf:
    """A subject a shopper can browse; `hue` names the tint of its band."""

    slug: str
    name: str
    hue: str


SHELVES = {
    shelf.slug: shelf
    for shelf in (
        Shelf("fiction", "Fiction", "blush"),
        Shelf("mystery", "Mystery & crime", "mint"),
        Shelf("science", "Science", "sky"),
        Shelf("technology", "Technology", "mint"),
        Shelf("ideas", "Ideas", "mint"),
        Shelf("history", "History", "butter"),
        Shelf("poetry", "Poetry", "rose"),
        Shelf("children", "Children’s", "sky"),
        Shelf("travel", "Travel", "butter"),
    )
}
ELSEWHERE = SHELVES["ideas"]

# the longest prefix wins; https://ns.editeur.org/thema/en has the whole scheme
BY_THEMA = {
    "F": "fiction",
    "FF": "mystery",
    "DC": "poetry",
    "DD": "fiction",
    "DN": "history",
    "N": "history",
    "P": "science",
    "M": "science",
    "R": "science",
    "T": "technology",
    "U": "technology",
    "K": "ideas",
    "Q": "ideas",
    "J": "ideas",
    "WT": "travel",
    "WZ": "travel",
    "Y": "children",
}


def shelf_of(codes: tuple[str, ...]) -> Shelf:
    """Where a book with these Thema codes stands: its first code that we have a shelf for decides."""
    for code in codes:
        for length in range(len(code), 0, -1):
            if slug := BY_THEMA.get(code[:length]):
                return SHELVES[slug]
    return ELSEWHERE
