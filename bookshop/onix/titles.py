"""The title of a product, and the series that it belongs to."""

import re
from collections.abc import Iterable

from bookshop.onix.nodes import Node

# ONIX code list 15
DISTINCTIVE_TITLE, DISTRIBUTOR_TITLE = "01", "10"
# ONIX code list 149
PRODUCT_LEVEL, COLLECTION_LEVEL = "01", "02"
# ONIX code list 197
ORDER_OF_PUBLICATION = "02"
ELISION = re.compile("\\b[A-Za-z]{1,2}['’]$")


def read_title(details: Iterable[Node]) -> tuple[str, str]:
    """Return the product's own title and subtitle.

    A product with only a number has the title of its collection and that number.
    """
    for detail in sorted(details, key=_title_priority):
        elements = detail.get("elements", ())
        own = [element for element in elements if element.get("level", PRODUCT_LEVEL) == PRODUCT_LEVEL]
        for element in own:
            if text := _element_title(element):
                return text, element.get("subtitle", "")
        collection = " ".join(filter(None, map(_element_title, elements)))
        if collection:
            return ", ".join(filter(None, (collection, _find_part(elements)))), ""
    return "", ""


def read_series(collections: Iterable[Node]) -> tuple[str, str]:
    """Return the name of the first collection that has one, and the product's number in it."""
    for collection in collections:
        details = sorted(collection.get("titles", ()), key=_title_priority)
        elements = [element for detail in details for element in detail.get("elements", ())]
        names = [_element_title(element) for element in elements if element.get("level") == COLLECTION_LEVEL]
        if name := next(filter(None, names), ""):
            return name, _find_part(elements) or _sequence_number(collection)
    return "", ""


def join_name(parts: Iterable[str]) -> str:
    """Join the parts of a title or name, without a space after an elision (L’Étranger, d’Arc)."""
    text = ""
    for part in parts:
        text += part if not text or ELISION.search(text) else f" {part}"
    return text


def _title_priority(detail: Node) -> int:
    title_type = detail.get("type", "")
    return 0 if title_type == DISTINCTIVE_TITLE else 2 if title_type == DISTRIBUTOR_TITLE else 1


def _element_title(element: Node) -> str:
    if text := element.get("text"):
        return str(text)
    return join_name(element[part] for part in ("prefix", "rest") if part in element)


def _find_part(elements: Iterable[Node]) -> str:
    return next((element["part"] for element in elements if "part" in element), "")


def _sequence_number(collection: Node) -> str:
    sequences = collection.get("sequences", ())
    ranked = sorted(sequences, key=lambda sequence: sequence.get("type") != ORDER_OF_PUBLICATION)
    return next((sequence["number"] for sequence in ranked if "number" in sequence), "")
