"""Elements of ONIX as plain dicts, with each value as one line of text."""

import math
from typing import Any, TypeAlias

from bookshop.onix.dates import parse_date_range
from bookshop.onix.errors import InvalidRecord
from bookshop.onix.lxml_elements import Element, split_tag
from bookshop.onix.markup import inner_html, read_text
from bookshop.onix.numbers import parse_whole
from bookshop.onix.tags import ElementKind, Tags
from bookshop.onix.text import normalize, strip_tags

# a composite: its values, lists of values and other composites by the keys of elements.py
Node: TypeAlias = dict[str, Any]

# longer values take the slower path of read_node
SHORT_VALUE_CHARS = 100
MAX_VALUE_CHARS = 20_000

# names of the module are found faster than members of an enum
VALUE, REPEATED_VALUE = ElementKind.VALUE, ElementKind.REPEATED_VALUE
COMPOSITE, REPEATED_COMPOSITE = ElementKind.COMPOSITE, ElementKind.REPEATED_COMPOSITE
DATE, FLAG = ElementKind.DATE, ElementKind.FLAG


def read_node(element: Element, tags: Tags) -> Node:
    """Read a composite; elements that are not in `tags` are left out with everything in them."""
    node: Node = {}
    for child in element:
        entry = tags.get(child.tag)
        if entry is None:
            continue
        kind, key = entry
        if kind is VALUE:
            text = child.text
            # most values are codes, which need no normalizing; this is the busiest line of an import
            if (
                not text
                or not text.isalnum()
                or not text.isascii()
                or len(text) > SHORT_VALUE_CHARS
                or len(child)
            ):
                text = read_value(child)
            if text and key not in node:
                node[key] = text
        elif kind is REPEATED_COMPOSITE:
            if key in node:
                node[key].append(read_node(child, tags))
            else:
                node[key] = [read_node(child, tags)]
        elif kind is DATE:
            _add_date(node, child)
        elif kind is REPEATED_VALUE:
            if value := read_value(child):
                node.setdefault(key, []).append(value)
        elif kind is COMPOSITE:
            if key not in node:
                node[key] = read_node(child, tags)
        elif kind is FLAG:
            node[key] = True
        elif key not in node and (long := read_text(child)):
            node[key] = long
    return node


def read_value(element: Element) -> str:
    """Return the text in an element on one line, without markup.

    Raises InvalidRecord if it is too long.
    """
    text = strip_tags(inner_html(element)) if len(element) else element.text
    if not text:
        return ""
    if len(text) > MAX_VALUE_CHARS:
        raise InvalidRecord(f"The {split_tag(element.tag)[1]} has {len(text)} characters, which is too many.")
    return normalize(text)


def _add_date(node: Node, element: Element) -> None:
    date_format = element.get("dateformat") or node.get("format", "")
    text = read_value(element)
    first, last = parse_date_range(text, date_format)
    if first and "date" not in node:
        node["date"] = first
        if last and last != first:
            node["last"] = last
    if text and not (first and last):
        node["unread"] = text


def without_empty(**values: Any) -> Node:
    """Return a node of the values that are not empty; 0 is not."""
    return {name: value for name, value in values.items() if value or value == 0}


def sequence_of(node: Node) -> float:
    """Return the number by which a sender sorts a list; what has none comes last."""
    number = parse_whole(node.get("sequence", ""))
    return math.inf if number is None else number
