"""The shop's subjects, and which of them a Thema code belongs to."""

from dataclasses import dataclass

from bookshop.trade.subject_schemes import BIC, BISAC, THEMA_CATEGORY


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


# https://www.bisg.org/complete-bisac-subject-headings-list: what US publishers say
BY_BISAC = {
    "FIC": "fiction",
    "FIC022": "mystery",
    "FIC030": "mystery",
    "FIC031": "mystery",
    "FIC050": "mystery",
    "FIC062": "mystery",
    "TRU": "mystery",
    "DRA": "fiction",
    "POE": "poetry",
    "BIO": "history",
    "HIS": "history",
    "MAT": "science",
    "MED": "science",
    "NAT": "science",
    "SCI": "science",
    "COM": "technology",
    "TEC": "technology",
    "TRV": "travel",
    "JNF": "children",
    "JUV": "children",
    "YAF": "children",
    "YAN": "children",
}
# Thema grew out of BIC, which has most of its letters
BY_BIC = {**BY_THEMA, "B": "history", "H": "ideas", "HB": "history", "DN": "ideas"}
# by scheme of ONIX code list 27, the one that tells most first
BY_SCHEME = {THEMA_CATEGORY: BY_THEMA, BISAC: BY_BISAC, BIC: BY_BIC}


def shelf_of(codes: tuple[str, ...], scheme: str = THEMA_CATEGORY) -> Shelf:
    """Where a book with these codes of a scheme stands: its first code that we have a shelf for decides."""
    slugs = BY_SCHEME[scheme]
    for code in codes:
        for length in range(len(code), 0, -1):
            if slug := slugs.get(code[:length]):
                return SHELVES[slug]
    return ELSEWHERE
