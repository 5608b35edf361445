"""Cut the shop's display face from Fraunces (SIL OFL 1.1), and print the metrics of its fallbacks.

    npm install @fontsource-variable/fraunces@5.3.0 @fontsource/gelasio @fontsource/noto-serif
    python -m pip install fonttools==4.68.0 brotli==1.2.1
    python bin/cut_display_face.py node_modules bookshop/static/fonts

A new cut needs a new name: browsers keep a file for as long as its name stays.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem
from fontTools.varLib import instancer

VERSION = "5.3.0"
SOURCE = "@fontsource-variable/fraunces/files/fraunces-{}-full-normal.woff2"
AXES = {"opsz": 60, "wght": 660, "SOFT": 100, "WONK": 0}
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 !#$%&'()*+,-./:;=?@\"\u00a0·–—‘’“”…"
BASIC = {*map(ord, LETTERS)}
LATIN1 = {*range(0xA1, 0x100), *map(ord, "Œœ‚„‹›€")} - BASIC - {0xAD}
EXTENDED = {*range(0x100, 0x180), *range(0x218, 0x21C), 0x1E9E} - LATIN1
SUBSETS = {"basic": ("latin", BASIC), "latin1": ("latin", LATIN1), "extended": ("latin-ext", EXTENDED)}
# common words of titles and headings, whose mean width the fallbacks are fitted to
SAMPLE = """The Art of Doing Science and Engineering Pride and Prejudice The Hound of the Baskervilles
A Vindication of the Rights of Woman Around the World in Eighty Days Good books, well chosen. Thank you.
Your basket is empty. The shelves are not. Mystery & crime Wuthering Heights"""
# Gelasio has the widths of Georgia, and Liberation Serif those of Times New Roman
FALLBACKS = {
    "Shop Georgia": "@fontsource/gelasio/files/gelasio-latin-700-normal.woff2",
    "Shop Noto": "@fontsource/noto-serif/files/noto-serif-latin-700-normal.woff2",
    "Shop Times": "/usr/share/fonts/truetype/liberation/LiberationSerif-Bold.ttf",
}


def cut(source: Path, characters: set[int]) -> TTFont:
    """Return one static face with these characters, without the features that a heading does not use."""
    font = instancer.instantiateVariableFont(TTFont(source, recalcTimestamp=False), AXES)
    substitutes = list_substitutes(font)
    for table in font["cmap"].tables:
        table.cmap = {code: substitutes.get(name, name) for code, name in table.cmap.items()}
    options = subset.Options(hinting=False, layout_features=["kern", "ccmp", "mark"], glyph_names=False)
    options.drop_tables += ["STAT", "MVAR", "HVAR", "avar", "meta", "gasp"]
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=characters)
    subsetter.subset(font)
    font.flavor = None
    scale_upem(font, 1000)
    font.flavor = "woff2"
    return font


def list_substitutes(font: TTFont) -> dict[str, str]:
    """Return the glyphs that the pinned axes always put in place of others."""
    table, found = font["GSUB"].table, {}
    for record in table.FeatureList.FeatureRecord:
        if record.FeatureTag in ("rvrn", "rclt"):
            for index in record.Feature.LookupListIndex:
                for lookup in table.LookupList.Lookup[index].SubTable:
                    found.update(getattr(getattr(lookup, "ExtSubTable", lookup), "mapping", {}))
    return found


def mean_width(font: TTFont) -> float:
    """Return the mean width of a character of the sample, in em."""
    widths, names = font["hmtx"], font.getBestCmap()
    text = " ".join(SAMPLE.split())
    return sum(widths[names[ord(c)]][0] for c in text) / len(text) / font["head"].unitsPerEm


def print_fallbacks(face: TTFont, modules: Path) -> None:
    """Print the descriptors by which a fallback takes the room of the face."""
    em = face["head"].unitsPerEm
    for name, path in FALLBACKS.items():
        size = mean_width(face) / mean_width(TTFont(modules / path))
        up, down = (abs(value) / em / size for value in (face["hhea"].ascent, face["hhea"].descent))
        print(f"{name}: size-adjust {size:.2%}; ascent-override {up:.2%}; descent-override {down:.2%}")


if __name__ == "__main__":
    modules, out = map(Path, sys.argv[1:])
    for name, (script, characters) in SUBSETS.items():
        face = cut(modules / SOURCE.format(script), characters)
        path = out / f"fraunces-{name}-{VERSION}.woff2"
        face.save(path)
        print(f"{path.name}: {path.stat().st_size} bytes, {len(face.getGlyphOrder()) - 1} glyphs")
        if name == "basic":
            print_fallbacks(face, modules)
