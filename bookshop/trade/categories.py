"""The shop's categories, and the subject codes that lead to each."""

from dataclasses import dataclass

from bookshop.trade.subject_schemes import BIC, BISAC, THEMA_CATEGORY


@dataclass(frozen=True, slots=True)
class Category:
    """A part of the catalogue that shoppers browse; `hue` names the tint of its band on a page."""

    slug: str
    name: str
    hue: str


CATEGORIES = {
    category.slug: category
    for category in (
        Category("fiction", "Fiction", "blush"),
        Category("mystery", "Mystery & crime", "mint"),
        Category("science", "Science", "sky"),
        Category("technology", "Technology", "mint"),
        Category("ideas", "Ideas", "mint"),
        Category("history", "History", "butter"),
        Category("poetry", "Poetry", "rose"),
        Category("children", "Children’s", "sky"),
        Category("travel", "Travel", "butter"),
    )
}
DEFAULT_CATEGORY = CATEGORIES["ideas"]

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
# https://www.bisg.org/complete-bisac-subject-headings-list: the scheme of US publishers
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
# by scheme of ONIX code list 27, the most telling one first
BY_SCHEME = {THEMA_CATEGORY: BY_THEMA, BISAC: BY_BISAC, BIC: BY_BIC}


def category_of(codes: tuple[str, ...], scheme: str = THEMA_CATEGORY) -> Category:
    """Return the category of the first code with a known prefix; the longest prefix counts."""
    slugs = BY_SCHEME[scheme]
    for code in codes:
        for length in range(len(code), 0, -1):
            if slug := slugs.get(code[:length]):
                return CATEGORIES[slug]
    return DEFAULT_CATEGORY
