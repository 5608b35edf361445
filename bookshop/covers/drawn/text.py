"""Words on a cover: how wide they are, where they break, how large they may be."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from math import inf


@dataclass(frozen=True, slots=True, eq=False)
class Font:
    """A face: its CSS class and families, and the room it takes as parts of its size."""

    css: str
    families: str
    cjk_families: str
    generic: str
    largest: int
    leading: float
    widths: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size."""

    lines: tuple[str, ...]
    size: int


Split = tuple[float, tuple[int, ...]]  # the widest line, and where the lines end

CAP_HEIGHT = 0.74
LONGEST = 120
WORTH_A_LINE = 1.1
EMPTY = Block((), 40)

# thousandths of the size for the characters from space to tilde, by Adobe's metrics of the two faces
SANS = Font(
    "s",
    "'Helvetica Neue',Helvetica,'Arial Nova',Arial,'Liberation Sans'",
    "'PingFang SC','Hiragino Sans','Microsoft YaHei','Noto Sans CJK SC'",
    "sans-serif",
    92,
    1.02,
    (
        *(278, 333, 474, 556, 556, 889, 722, 278, 333, 333, 389, 584, 278, 333, 278, 278),
        *(556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611),
        *(975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833, 722, 778),
        *(667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556),
        *(333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611),
        *(611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584),
    ),
)
SERIF = Font(
    "r",
    "'Iowan Old Style','Palatino Linotype',Palatino,Georgia,'Times New Roman','Liberation Serif'",
    "'Songti SC','Hiragino Mincho ProN',SimSun,'Noto Serif CJK SC'",
    "serif",
    104,
    0.98,
    (
        *(250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278),
        *(500, 500, 500, 500, 500, 500, 500, 500, 500, 500, 333, 333, 570, 570, 570, 500),
        *(930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944, 722, 778),
        *(611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500),
        *(333, 500, 556, 444, 556, 444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500),
        *(556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394, 220, 394, 520),
    ),
)
PLAIN = str.maketrans("’‘“”–ßæÆœŒøØłŁđð", "''\"\"nBmMmMoOlLdd")
UNKNOWN_WIDTH = 640

CJK = re.compile(
    r"[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff\uff00-\uff60\U00020000-\U0003ffff]"
    r"[\u3001\u3002\u300b\u300d\u300f\u3011\u30fb\u30fc\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f]*"
)
SUBTITLE = re.compile(r"(?<=\S)(?:; or,|[:;] |：| \().*", re.DOTALL)
WEAK = (
    " a an and as at by for from in into of on or the to with & der die das und von de del du des la le les "
    "et ou un une el los las y e il i o "
)
WIDE_WORD, WIDEST_WORD = 6.5, 9.0


def clean(text: str) -> str:
    """The text on one line, without what XML cannot carry."""
    kept = (" " if c.isspace() else c for c in unicodedata.normalize("NFC", text))
    printable = (c for c in kept if unicodedata.category(c) not in ("Cc", "Cs") and c not in "\ufffe\uffff")
    return " ".join("".join(printable).split())


def main_title(title: str) -> str:
    """The title without a subtitle that someone wrote into it."""
    return SUBTITLE.sub("", title) or title


def shorten(text: str, ems: float) -> str:
    """As many words as a cover can carry at a size one can read."""
    end = min(len(text), LONGEST)
    while width(text[:end], SANS) > ems:
        end -= 1
    if end == len(text):
        return text
    return text[:end].rpartition(" ")[0].rstrip(" ,;:–-") + "…" if " " in text[:end] else text[:end] + "…"


def width(text: str, font: Font) -> float:
    """How many times its size a text is wide."""
    return sum(_advance(c, font) for c in text) / 1000


@lru_cache(maxsize=4096)
def _advance(character: str, font: Font) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(character) in "WF" or character in "—…":
        return 1000
    base = ord(unicodedata.normalize("NFKD", character).translate(PLAIN)[0]) - ord(" ")
    return font.widths[base] if 0 <= base < len(font.widths) else UNKNOWN_WIDTH


def pieces(text: str) -> list[str]:
    """What a line may be made of: words with the space after them, single CJK characters, bits of giants."""
    parts: list[str] = []
    for word in re.findall(r"\S+ ?", text):
        for part in re.split(f"({CJK.pattern})", word):
            parts += _bits(part)
    return parts


def _bits(word: str) -> list[str]:
    """A wide word in the bits that its hyphens make, and a giant in such as fit on a line."""
    if width(word, SANS) <= WIDE_WORD:
        return [word] if word else []
    return [cut for bit in re.findall(r"[^-]+-*|-+", word) for cut in _cuts(bit)]


def _cuts(word: str) -> list[str]:
    cuts = []
    while width(word, SANS) > WIDEST_WORD + 1:
        end = next(n for n in range(1, len(word)) if width(word[: n + 1], SANS) > WIDEST_WORD)
        cuts.append(word[:end] + "-")
        word = word[end:]
    return [*cuts, word]


def is_weak(word: str) -> bool:
    """Whether a word only leads to the next one."""
    return f" {word.strip().casefold()} " in WEAK


def fit(
    text: str, font: Font, measure: float, height: float, largest: int | None = None, lines: int = 6
) -> Block:
    """The split into lines that allows the largest size; one line more must be worth it."""
    best = EMPTY
    for split in _splits(pieces(text), font, lines):
        widest = max(width(line, font) for line in split) or 1
        room = height / (CAP_HEIGHT + (len(split) - 1) * font.leading)
        block = Block(split, max(1, int(min(measure / widest, room, largest or font.largest))))
        if not best.lines or block.size > best.size * WORTH_A_LINE:
            best = block
    return best


def _splits(parts: Sequence[str], font: Font, most: int) -> Iterator[tuple[str, ...]]:
    """For one line and more the split whose widest line is narrowest, built on those with a line less."""
    costs = _costs(parts, font)
    best: list[Split] = [(0.0, (0,)), *((inf, (0,)) for _ in parts)]
    for _ in range(min(most, len(parts))):
        best = [min((_extend(best[n], end, costs) for n in range(end)), default=(inf, (0,))) for end in costs]
        yield tuple("".join(parts[a:b]).strip() for a, b in pairwise(best[-1][1]))


def _extend(split: Split, end: int, costs: Mapping[int, Sequence[float]]) -> Split:
    cost, breaks = split
    return max(cost, costs[end][breaks[-1]]), (*breaks, end)


def _costs(parts: Sequence[str], font: Font) -> dict[int, list[float]]:
    """By its end and its beginning, how wide a line is; more so if it ends in a word that leads on."""
    total = [0.0, *accumulate(width(part, font) for part in parts)]
    costs: dict[int, list[float]] = {0: []}
    for end, part in enumerate(parts, 1):
        stop = total[end] - (width(" ", font) if part.endswith(" ") else 0)
        factor = 1.09 if end < len(parts) and is_weak(part) else 1
        costs[end] = [(stop - total[start]) * factor for start in range(end)]
    return costs


def font_style(drawing: str) -> str:
    """The style sheet for the faces that a drawing uses."""
    rules = "".join(
        f".{font.css}{{font-family:{_families(font, drawing)}}}"
        for font in (SANS, SERIF)
        if f'class="{font.css}"' in drawing
    )
    return f"<style>text{{font-weight:700}}{rules}</style>"


def _families(font: Font, drawing: str) -> str:
    own = f"{font.families},{font.cjk_families}" if CJK.search(drawing) else font.families
    return f"{own},{font.generic}"
