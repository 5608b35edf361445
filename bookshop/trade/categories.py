"""The shop's categories, and the subject codes that lead to each."""

from dataclasses import dataclass
from typing import Any

from bookshop.trade.code_lists import read_code_list
from bookshop.trade.subject_schemes import BIC, BISAC, THEMA_CATEGORY


@dataclass(frozen=True, slots=True)
class Category:
    """A part of the catalogue that shoppers browse.

    `hue` names the tint of its band on a page, `palette` the colours of its drawn covers.
    """

    slug: str
    name: str
    hue: str
    palette: str

    @property
    def other_hues(self) -> tuple[str, ...]:
        """Return the hues beside its own on which its drawn covers stand out."""
        return tuple(hue for hue in HUES if hue not in (self.hue, HUE_OF_COVERS.get(self.palette)))


HUES = ("butter", "rose", "sky", "mint")
# by palette
HUE_OF_COVERS = {
    "mystery": "mint",
    "science": "sky",
    "technology": "mint",
    "history": "butter",
    "poetry": "rose",
    "children": "butter",
    "travel": "butter",
}
DEFAULT_HUE = "butter"
# in the order of the shop
ENTRIES: list[dict[str, Any]] = read_code_list("categories")
CATEGORIES = {
    entry["slug"]: Category(entry["slug"], entry["name"], entry["hue"], entry["palette"]) for entry in ENTRIES
}


def _slugs_by(field: str) -> dict[str, str]:
    return {code: entry["slug"] for entry in ENTRIES for code in entry[field]}


# slugs by the beginning of a code, for schemes of ONIX code list 27, the most telling one first:
# https://ns.editeur.org/thema/en, https://www.bisg.org/complete-bisac-subject-headings-list
SLUGS_BY_SCHEME: dict[str, dict[str, str]] = {
    THEMA_CATEGORY: _slugs_by("thema"),
    BISAC: _slugs_by("bisac"),
    BIC: _slugs_by("bic"),
}


def hue_of(subject: str) -> str:
    """Return the hue of a category's slug or a Thema code, never that of its drawn covers."""
    category = CATEGORIES.get(subject) or category_of((subject,))
    return category.hue if category else DEFAULT_HUE


def category_of(codes: tuple[str, ...], scheme: str = THEMA_CATEGORY) -> Category | None:
    """Return the category of the first code with a known prefix; the longest prefix counts."""
    slugs = SLUGS_BY_SCHEME[scheme]
    for code in codes:
        for length in range(len(code), 0, -1):
            if slug := slugs.get(code[:length]):
                return CATEGORIES[slug]
    return None
