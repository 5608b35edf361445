"""The colours of drawn covers, by which categories differ."""

from dataclasses import dataclass

from bookshop.trade.categories import CATEGORIES


@dataclass(frozen=True, slots=True)
class Palette:
    """Four colours: deep text is readable on bright and pale, pale text on deep."""

    deep: str
    bright: str
    pop: str
    pale: str

    def text_colour_on(self, background: str) -> str:
        """Return the colour of text on this background."""
        return self.pale if background == self.deep else self.deep


PALETTES = {
    "fiction": Palette("#3b0f1e", "#ff6b4a", "#ffc53a", "#ffebd9"),
    "mystery": Palette("#0f2b22", "#45b98d", "#f4dd4d", "#e3f2e1"),
    "science": Palette("#0c2244", "#5bb0ee", "#ff7a59", "#e4f0fa"),
    "technology": Palette("#082c36", "#35c3bd", "#ff6f7f", "#dff4f0"),
    "ideas": Palette("#26301a", "#b3c94a", "#f26b3a", "#f4f4da"),
    "history": Palette("#35190b", "#eba83f", "#2e8c8c", "#fbebd0"),
    "poetry": Palette("#3a0f3f", "#f792b6", "#ffd25e", "#fce6ee"),
    "children": Palette("#14254f", "#ffc93c", "#f0503c", "#dcf0fb"),
    "travel": Palette("#0d2f3f", "#fba444", "#3aa6d0", "#fdf0dc"),
}


def palette_of(category: str) -> Palette:
    """Return the palette of a category, by its slug; a book may have none."""
    return PALETTES[CATEGORIES[category].palette if category in CATEGORIES else "fiction"]
