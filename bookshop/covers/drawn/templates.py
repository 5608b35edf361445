"""The eight ways in which a cover is drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count, cycle, islice

from bookshop.covers.drawn.choices import Choices
from bookshop.covers.drawn.palette import Palette
from bookshop.covers.drawn.shapes import (
    AUTHOR_LEADING,
    HEIGHT,
    MARGIN,
    MEASURE,
    WIDTH,
    bars,
    centred,
    circle,
    fit_author,
    fit_title,
    foot_author,
    ground,
    head,
    left,
    line,
    mark,
    number,
    path,
    rect,
)
from bookshop.covers.drawn.text import CAP_HEIGHT, SANS, SERIF, fit, is_weak, pieces, width

TILE = 120
STACK_LARGEST, STACK_ROOM, STACK_FOOT = 190, 570, 620
SHELF = 656
INITIAL = 660


@dataclass(frozen=True, slots=True)
class Cover:
    """What a template draws from."""

    title: str
    author: str
    colours: Palette
    choices: Choices


def template_of(number: int, title: str) -> Callable[[Cover], str]:
    """The template of this number, or its stand-in where the title does not suit it."""
    template = TEMPLATES[number % len(TEMPLATES)]
    if template is stack and not _stacks(_joined(title)):
        return tiles
    if template is initial and not _initial_of(title):
        return arcs
    return template


def tiles(cover: Cover) -> str:
    """Rows of geometric tiles under the title."""
    c = cover.colours
    back = cover.choices.pick((c.deep, c.deep, c.pale))
    ink = c.ink_on(back)
    top = head(cover.title, cover.author, SANS, ink, height=206)
    rows = next((n for n in (4, 3, 2) if HEIGHT - n * TILE > top.bottom + 30), 1)
    pairs = [(a, b) for a in (c.bright, c.pop, ink) for b in (c.bright, c.pop, ink) if a != b]
    fields, figures = [rect(0, HEIGHT - rows * TILE, WIDTH, rows * TILE, c.bright)], []
    for n in range(rows * 4):
        x, y = n % 4 * TILE, HEIGHT - (rows - n // 4) * TILE
        figure = cover.choices.pick(FIGURES)
        front, field = cover.choices.pick(pairs)
        # half a unit over the edge, or hair lines show between neighbours
        fields.append(bars([(x - 0.5, y - 0.5, TILE + 1, TILE + 1)], field))
        figures.append(path(f"M{x} {y}{figure}", front))
        if figure is RING:
            figures.append(circle(x + 60, y + 60, 22, field))
    return ground(back) + top.svg + "".join(fields) + "".join(figures)


RING = "m0 60a60 60 0 0 1 120 0a60 60 0 0 1-120 0z"
FIGURES = (
    "h120a120 120 0 0 1-120 120z",
    "m0 120a120 120 0 0 1 120-120v120z",
    "m0 120a120 120 0 0 1 120-120a120 120 0 0 1-120 120z",
    "a120 120 0 0 1 120 120a120 120 0 0 1-120-120z",
    "m0 60a60 60 0 0 1 120 0zm0 60a60 60 0 0 1 120 0z",
    "l120 120h-120z",
    RING,
)


def sun(cover: Cover) -> str:
    """A sun going down in stripes."""
    c = cover.colours
    x, stripes = cover.choices.pick((150, 240, 330)), cover.choices.pick((3, 4, 5))
    title = fit_title(cover.title, SERIF, 252)
    bands = [(0, 616 - 38 * (stripes - n), WIDTH, 8 + 16 * n / (stripes - 1)) for n in range(stripes)]
    return (
        ground(c.bright)
        + circle(x, 536, 200, c.pop)
        + bars(bands, c.bright)
        + rect(0, 616, WIDTH, 104, c.deep)
        + left(title, SERIF, 40 + CAP_HEIGHT * title.size, title.size * SERIF.leading, c.deep)
        + foot_author(cover.author, 682, c.pale)
        + mark(408, 659, c.pop)
    )


def stack(cover: Cover) -> str:
    """The title as large as the cover is wide, again and again if it is short."""
    c = cover.colours
    back = cover.choices.pick((c.deep, c.bright))
    ink, other = c.ink_on(back), c.bright if back == c.deep else c.pale
    lines = _joined(cover.title)
    sizes = _stack_sizes(lines)
    depth = _stack_depth(lines, sizes)
    rounds = int((STACK_FOOT - 40) // depth)
    drawn, y = [], 40.0
    for n in range(max(rounds, 1)):
        for k, (text, size) in enumerate(zip(lines, sizes, strict=True)):
            y += CAP_HEIGHT * size
            second = rounds < 2 and back == c.deep and k % 2 == 1
            colour = c.pop if second else (ink, c.pop, other)[n % 3]
            length = min(MEASURE + size * 0.03, width(text, SANS) * size)
            drawn.append(line(text, SANS, size, MARGIN - size * 0.03, y, colour, length))
            y += _stack_gap(text, size)
    room = () if rounds > 1 else range(int(y + 22), 590, 38)
    stripes = [
        rect(MARGIN, top, MEASURE, 20, f) for top, f in zip(room, cycle((c.pop, other, ink)), strict=False)
    ]
    foot = foot_author(cover.author, 680, ink) + mark(408, 660, c.pop if back == c.deep else c.pale)
    return ground(back) + "".join(drawn) + "".join(stripes) + foot


def _joined(title: str) -> list[str]:
    """The strong words of a title, each with the weak ones that lead to it."""
    lines, waiting = [], ""
    for word in pieces(title):
        waiting += word
        if not is_weak(word):
            lines.append(waiting.strip())
            waiting = ""
    return [*lines, waiting.strip()] if waiting else lines


def _stacks(lines: Sequence[str]) -> bool:
    return 0 < len(lines) <= 4 and all(0 < width(text, SANS) <= 7 for text in lines)


def _stack_sizes(lines: Sequence[str]) -> list[int]:
    """Each line as wide as the measure, unless it would be too tall or push the others off the cover."""
    for largest in count(STACK_LARGEST, -6):
        sizes = [min(int((MEASURE + 3) / width(text, SANS)), largest) for text in lines]
        if _stack_depth(lines, sizes) <= STACK_ROOM:
            break
    return sizes


def _stack_depth(lines: Sequence[str], sizes: Sequence[int]) -> float:
    return sum(CAP_HEIGHT * size + _stack_gap(text, size) for text, size in zip(lines, sizes, strict=True))


def _stack_gap(text: str, size: int) -> float:
    return 12 + size * (0.17 if set(text) & set("gjpqyçQ,;") else 0)


def initial(cover: Cover) -> str:
    """The first letter of the first strong word, larger than the cover."""
    c = cover.colours
    pairs = ((c.deep, c.bright), (c.pale, c.bright), (c.bright, c.pale))
    back, front = cover.choices.pick(pairs)
    letter = _initial_of(cover.title)
    wide = width(letter, SERIF) * INITIAL
    top = head(cover.title, cover.author, SANS, c.ink_on(back), 80)
    return (
        ground(back)
        + line(letter, SERIF, INITIAL, WIDTH + 30 - wide, 736, front)
        + rect(0, 0, WIDTH, top.bottom + 24, back)
        + rect(MARGIN, 40, 72, 14, c.pop)
        + top.svg
    )


def _initial_of(title: str) -> str:
    # some small letters become two large ones
    strong = next((word for word in pieces(title) if not is_weak(word)), title)[:1].upper()[:1]
    # letters of unknown width would land anywhere
    return strong if strong.isalpha() and ord(strong) < 0x180 else ""


def label(cover: Cover) -> str:
    """A pale plate on stripes, like an exercise book."""
    c = cover.colours
    stripes = cover.choices.pick((6, 8, 10))
    step = WIDTH / stripes
    title = fit(cover.title, SERIF, 332, 216, 88)
    names = fit_author(cover.author, 332, 30)
    height = (CAP_HEIGHT + (len(title.lines) - 1) * SERIF.leading) * title.size
    rows = len(names.lines)
    middle = 246 - 14 * max(rows - 1, 0)
    rule = 396 - 34 * max(rows - 1, 0) if rows else 420
    return (
        ground(c.deep)
        + bars([(n * step, 0, step, HEIGHT) for n in range(0, stripes, 2)], c.bright)
        + f'<rect x="40" y="96" width="400" height="400" rx="18" fill="{c.pale}"/>'
        + '<rect x="52" y="108" width="376" height="376" rx="9" fill="none" '
        + f'stroke="{c.deep}" stroke-width="3"/>'
        + centred(
            title, SERIF, middle - height / 2 + CAP_HEIGHT * title.size, title.size * SERIF.leading, c.deep
        )
        + rect(200, rule, 80, 6, c.pop)
        + centred(names, SANS, rule + 58, names.size * AUTHOR_LEADING, c.deep)
        + rect(0, 604, WIDTH, 116, c.deep)
        + rect(0, 604, WIDTH, 12, c.pop)
        + mark(222, 658, c.pale)
    )


def arcs(cover: Cover) -> str:
    """A rainbow from a corner."""
    c = cover.colours
    back, x = cover.choices.pick((c.pale, c.deep)), cover.choices.pick((0, WIDTH))
    one, two = cover.choices.pick(((c.bright, c.pop), (c.pop, c.bright)))
    top = head(cover.title, cover.author, SANS, c.ink_on(back))
    radius = min(430, HEIGHT - top.bottom - 12)
    rings = (one, back, two, back, one, two)
    drawn = (circle(x, HEIGHT, radius * (1 - 0.1675 * n), ring) for n, ring in enumerate(rings))
    return ground(back) + "".join(drawn) + top.svg


def stems(cover: Cover) -> str:
    """Plants in a row."""
    c = cover.colours
    back = cover.choices.pick((c.deep, c.bright, c.pale))
    ink = c.ink_on(back)
    greens = (c.pop, c.pale) if back == c.bright else (c.bright, c.pop)
    main, odd = cover.choices.pick((greens, greens[::-1]))
    xs, leaf, highest = cover.choices.pick(PLANTS)
    top = head(cover.title, cover.author, SERIF, ink)
    different = cover.choices.pick(range(len(xs)))
    drawn = []
    for n, x in enumerate(xs):
        colours = (odd, main) if n == different and len(xs) > 2 else (main, ink)
        y = max(top.bottom + 46, highest) + leaf * 0.36 + cover.choices.pick((0, 26, 52, 78))
        drawn.append(_stem(x, y, leaf, *colours))
    return ground(back) + "".join(drawn) + top.svg


PLANTS = (
    ((100, 240, 380), 62, 250),
    ((150, 330), 84, 250),
    ((64, 152, 240, 328, 416), 38, 350),
)


def _stem(x: int, y: float, leaf: int, colour: str, bud: str) -> str:
    # curves instead of arcs: fewer characters, and there are dozens of leaves
    curve = f"q{-leaf} 0{-leaf}{-leaf} {leaf} 0 {leaf} {leaf} 0{-leaf} {leaf}{-leaf} 0 {leaf}{-leaf} {leaf}"
    step = round(leaf * 1.16)
    first = y + leaf * 1.7
    pairs = int((HEIGHT + leaf - first) // step) + 1
    leaves = f"M{x} {number(first)}{curve}" + f"m0 {step}{curve}" * (pairs - 1)
    return (
        bars([(x - leaf / 16, y, leaf / 8, HEIGHT - y)], colour)
        + path(leaves, colour)
        + circle(x, y, leaf * 0.36, bud)
    )


def spines(cover: Cover) -> str:
    """Books on a board."""
    c = cover.colours
    back = cover.choices.pick((c.pale, c.bright))
    other = c.pale if back == c.bright else c.bright
    top = head(cover.title, cover.author, SERIF, c.deep)
    room = SHELF - top.bottom - 24
    drawn, x, last = [], MARGIN, ""
    for wide in _book_widths(cover.choices):
        colour = cover.choices.pick([f for f in (c.deep, other, c.pop, other, c.deep) if f != last])
        tall = room * cover.choices.pick((0.5, 0.57, 0.64, 0.71, 0.78, 0.85, 0.92, 0.99))
        drawn.append(_spine(x, wide, tall, colour, back if colour != c.deep else c.pop, cover.choices))
        x, last = x + wide, colour
    board = rect(0, SHELF, WIDTH, HEIGHT - SHELF, c.deep) + mark(408, 679, c.pop)
    return ground(back) + top.svg + "".join(drawn) + board


def _book_widths(choices: Choices) -> list[int]:
    widths = list(islice(iter(lambda: choices.pick((40, 54, 68, 84)), 0), 5))
    while sum(widths) < MEASURE - 84:
        widths.append(choices.pick((40, 54, 68)))
    while sum(widths) > MEASURE - 38:
        widths.pop()
    return [*widths, MEASURE - sum(widths)]


def _spine(x: int, wide: int, tall: float, colour: str, trim: str, choices: Choices) -> str:
    y = SHELF - tall
    book = rect(x, y, wide, tall, colour)
    if choices.pick((True, False)):
        return book + circle(x + wide / 2, y + 44, min(14, wide * 0.24), trim)
    return book + bars([(x, y + 26, wide, 8), (x, SHELF - 34, wide, 8)], trim)


TEMPLATES = (tiles, sun, stack, initial, label, arcs, stems, spines)
