"""Block 2 of a record: what is said and shown of the product."""

from collections.abc import Iterable

from bookshop.onix.nodes import Node, date_in, filled, sequence_of
from bookshop.onix.values import read_whole

# ONIX code list 154: anybody, and readers
FOR_READERS = {"00", "03"}
TEXT_TYPES = frozenset({"02", "03", "04", "06", "10", "12"})
FRONT_COVER, IMAGE = "01", "03"
DOWNLOADABLE = "02"
PIXEL_HEIGHT, UPDATED = "02", "17"
LONGEST_LINK = 2000


def read_collateral(node: Node, defaults: Node) -> Node:
    """As record.Collateral has it."""
    return filled(texts=_texts(node.get("texts", ())), covers=_covers(node.get("resources", ())))


def _texts(texts: Iterable[Node]) -> list[Node]:
    found = []
    for text in sorted(texts, key=sequence_of):
        if text.get("type") in TEXT_TYPES and text.get("text") and _is_for_readers(text):
            source = ", ".join(filter(None, (text.get("author"), text.get("source"))))
            found.append(filled(type=text["type"], source=source, **text["text"]))
    return found


def _is_for_readers(node: Node) -> bool:
    audience = node.get("audience")
    return not audience or not FOR_READERS.isdisjoint(audience)


def _covers(resources: Iterable[Node]) -> list[Node]:
    found = []
    for resource in resources:
        if resource.get("type") == FRONT_COVER and resource.get("mode", IMAGE) == IMAGE:
            versions = resource.get("versions", ()) if _is_for_readers(resource) else ()
            found += [version for version in versions if _is_link(version.get("link", ""))]
    found.sort(key=lambda version: (version.get("form") != DOWNLOADABLE, -_pixels(version)))
    return [filled(link=version["link"], updated=date_in(version, UPDATED)) for version in found]


def _is_link(text: str) -> bool:
    return text.lower().startswith(("https://", "http://")) and len(text) <= LONGEST_LINK and " " not in text


def _pixels(version: Node) -> int:
    for feature in version.get("features", ()):
        if feature.get("type") == PIXEL_HEIGHT:
            return read_whole(feature.get("value", "")) or 0
    return 0
