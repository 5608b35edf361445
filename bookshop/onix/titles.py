"""The title of a product, and the series that it belongs to."""

import re
from collections.abc import Iterable

from bookshop.onix.nodes import Node, sequence_of

# ONIX code list 15
DISTINCTIVE_TITLE, DISTRIBUTOR_TITLE = "01", "10"
# ONIX code list 149: the product, and the levels of the collection around it
PRODUCT_LEVEL, COLLECTION_LEVEL = "01", "02"
TITLE_LEVELS = frozenset({PRODUCT_LEVEL, COLLECTION_LEVEL, "03", "06"})
# ONIX code list 197
ORDER_OF_PUBLICATION = "02"
ELISION = re.compile("\\b[A-Za-z]{1,2}['’]$")


def read_title(details: Iterable[Node]) -> tuple[str, str]:
    """Return the product's title and subtitle.

    A title is made of all its levels, with their numbers and years, so that two volumes differ.
    """
    for detail in sorted(details, key=_title_priority):
        elements = _sorted_elements(detail)
        if title := _join_elements(elements):
            own = (one["subtitle"] for one in elements if "subtitle" in one and _level(one) == PRODUCT_LEVEL)
            return title, next(own, "")
    return "", ""


def read_series(collections: Iterable[Node], details: Iterable[Node]) -> tuple[str, str]:
    """Return the name of the first collection that has one, and the product's number in it.

    The title of a collection may also be a part of the product's own title.
    """
    for collection in (*collections, {"titles": details}):
        titles = sorted(collection.get("titles", ()), key=_title_priority)
        elements = [element for detail in titles for element in detail.get("elements", ())]
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


def _sorted_elements(detail: Node) -> list[Node]:
    """Return the parts of a title in the sender's order, those that are only a number last."""
    elements = [element for element in detail.get("elements", ()) if _level(element) in TITLE_LEVELS]
    return sorted(elements, key=lambda element: (not _element_title(element), sequence_of(element)))


def _level(element: Node) -> str:
    return str(element.get("level", PRODUCT_LEVEL))


def _join_elements(elements: Iterable[Node]) -> str:
    """Return a title such as "Lantern Tales, 12: The Lost Boat"; '' if no element has a text."""
    title = ""
    for element in elements:
        numbers = [element[key] for key in ("part", "year") if key in element]
        if title and _level(element) == PRODUCT_LEVEL:
            # the number of this product comes after the name of its collection
            title, numbers = add_numbers(title, numbers), []
        title = add_numbers(_add_text(title, _element_title(element)), numbers)
    return title


def _add_text(title: str, text: str) -> str:
    if not title or _has_words(text, title):
        return text
    return f"{title}: {text}" if text and not _has_words(title, text) else title


def _has_words(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None


def add_numbers(title: str, numbers: Iterable[str]) -> str:
    """Return a title such as "Lantern Tales, 12"; what the title ends with is not added to it."""
    for number in numbers:
        if title and not re.search(rf"(?<!\w){re.escape(number)}\W*$", title, re.IGNORECASE):
            title = f"{title}, {number}"
    return title


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
