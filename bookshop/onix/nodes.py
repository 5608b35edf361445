"""Elements of ONIX as plain dicts by our names, each value a line of text, each text HTML or plain."""

import html
import math
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, TypeAlias

from bookshop.onix.tags import Kind, Tags
from bookshop.onix.values import fold, fold_markup, read_spread, read_whole, tidy

# an element with others in it: values, lists of values, elements, by our names
Node: TypeAlias = dict[str, Any]

# the published types of lxml know half of what is used here
Element: TypeAlias = Any

SHORT = 100
LONGEST_VALUE = 20_000
LONGEST_TEXT = 500_000

# text formats that say: this is HTML
CLAIM_MARKUP = ("05", "02")
# what shows that a text is HTML, whatever its sender calls it
MARKUP = re.compile(r"</(?:p|b|i|em|strong|ul|ol|li|div|span|h[1-6]|a)\s*>|<br\s*/?>", re.IGNORECASE)
ANY_MARKUP = re.compile(r"</?[a-z][^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]+\d*);", re.IGNORECASE)
VOID = frozenset({"br", "hr", "img", "col", "wbr"})
VALUE, GROUPS, DATE, VALUES, GROUP, FLAG = (
    Kind.VALUE,
    Kind.GROUPS,
    Kind.DATE,
    Kind.VALUES,
    Kind.GROUP,
    Kind.FLAG,
)


class Unusable(Exception):
    """The record cannot be taken; the message says why."""


def read_node(element: Element, tags: Tags) -> Node:
    """What is in an element, by our names; anything that we have no name for is left out with all in it."""
    node: Node = {}
    for child in element:
        entry = tags.get(child.tag)
        if entry is None:
            continue
        kind, key = entry
        if kind is VALUE:
            text = child.text
            # most values are codes; this is the busiest line of an import
            if not text or not text.isalnum() or not text.isascii() or len(text) > SHORT or len(child):
                text = read_value(child)
            if text and key not in node:
                node[key] = text
        elif kind is GROUPS:
            if key in node:
                node[key].append(read_node(child, tags))
            else:
                node[key] = [read_node(child, tags)]
        elif kind is DATE:
            _add_date(node, child)
        elif kind is VALUES:
            if value := read_value(child):
                node.setdefault(key, []).append(value)
        elif kind is GROUP:
            if key not in node:
                node[key] = read_node(child, tags)
        elif kind is FLAG:
            node[key] = True
        elif key not in node and (long := read_text(child)):
            node[key] = long
    return node


def read_value(element: Element) -> str:
    """The one line of text in an element, markup left out."""
    text = "".join(element.itertext()) if len(element) else element.text
    if not text:
        return ""
    if len(text) > LONGEST_VALUE:
        raise Unusable(f"its {split_tag(element.tag)[1]} has {len(text)} characters")
    return fold(text)


def _add_date(node: Node, element: Element) -> None:
    form = element.get("dateformat") or node.get("format", "")
    first, last = read_spread(read_value(element), form)
    if first and "date" not in node:
        node["date"] = first
        if last != first:
            node["last"] = last


def read_text(element: Element) -> Node:
    """A longer text: as HTML where it is, else with its line breaks; empty for none."""
    has_children = len(element) > 0
    text = _inner(element) if has_children else element.text or ""
    if len(text) > LONGEST_TEXT:
        raise Unusable(f"its {split_tag(element.tag)[1]} has {len(text)} characters")
    if has_children or is_markup(text, element.get("textformat", "")):
        folded = fold_markup(text)
        return {"text": folded, "is_html": True} if folded else {}
    plain = tidy(html.unescape(text))
    return {"text": plain} if plain else {}


def is_markup(text: str, form: str) -> bool:
    """Whether a text is HTML: it plainly is, or its sender says so and there is some in it."""
    if "<" not in text and "&" not in text:
        return False
    pattern = ANY_MARKUP if form in CLAIM_MARKUP else MARKUP
    return pattern.search(text) is not None


def _inner(element: Element) -> str:
    """The XHTML within an element without namespaces and attributes, which differ between dialects."""
    markup = _escaped(element.text)
    for child in element:
        if isinstance(child.tag, str):
            name = split_tag(child.tag)[1]
            inside = _inner(child) if len(child) else _escaped(child.text)
            markup += f"<{name}>{inside}" if name in VOID else f"<{name}>{inside}</{name}>"
        markup += _escaped(child.tail)
    return markup


def _escaped(text: str | None) -> str:
    return html.escape(text, quote=False) if text else ""


# what the blocks ask of a node


def filled(**values: Any) -> Node:
    """A node of those values that say something."""
    return {name: value for name, value in values.items() if value or value == 0}


def sequence_of(node: Node) -> float:
    """Where the sender wants it in a list; what has no number comes last."""
    number = read_whole(node.get("sequence", ""))
    return math.inf if number is None else number


def dates_of(dates: Iterable[Node]) -> list[Node]:
    """The dates that are dates and say what of."""
    return [
        {"role": one["role"], "date": one["date"]} for one in dates if one.get("role") and one.get("date")
    ]


def date_in(node: Node, role: str) -> str:
    """The first date of a node in a role, '' for none."""
    return next((one["date"] for one in dates_of(node.get("dates", ())) if one["role"] == role), "")


@lru_cache(maxsize=1000)
def split_tag(tag: str) -> tuple[str, str]:
    """The namespace and the name of a tag."""
    namespace, _, name = tag.rpartition("}")
    return namespace[1:], name
