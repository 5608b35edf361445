"""Block 1 of a record: what the product is."""

import math
import re
from collections.abc import Iterable

from bookshop.onix.nodes import Node, filled, sequence_of
from bookshop.onix.values import read_whole
from bookshop.trade.subject_schemes import SUBJECT_SCHEMES

# ONIX code list 48 to what we call it
MEASURES = {"01": "height_mm", "02": "width_mm", "03": "thickness_mm", "08": "weight_g"}
# ONIX code list 50 to millimetres or grams
UNITS = {
    "mm": 1.0,
    "cm": 10.0,
    "in": 25.4,
    "gr": 1.0,
    "kg": 1000.0,
    "lb": 453.59237,
    "oz": 28.349523125,
}
LARGEST_MEASURE = 100_000

DISTINCTIVE_TITLE, DISTRIBUTORS_TITLE = "01", "10"
PRODUCT_LEVEL, COLLECTION_LEVEL = "01", "02"
ELIDED = re.compile("\\b[A-Za-z]{1,2}['’]$")
PUBLISHED_SEQUENCE = "02"
TEXT_LANGUAGE = "01"
ISNI = "16"
# ONIX code list 19, as far as a page can show it
UNNAMED = {"02": "Anonymous", "04": "Various"}
KEYWORDS = "20"
KEYWORD_BREAK = re.compile(r"[;,]")
# ONIX code list 30: interest age, reading age, interest age in months
AGES = (("17", 1), ("18", 1), ("16", 12))
EXACT, FROM, TO = "01", "03", "04"
OLDEST = 120


def read_descriptive(node: Node, defaults: Node) -> Node:
    """As record.Descriptive has it."""
    title, subtitle = _title(node.get("titles", ()))
    series, series_number = _series(node.get("collections", ()))
    age_from, age_to = _ages(node.get("ranges", ()))
    return filled(
        composition=node.get("composition"),
        form=node.get("form"),
        form_details=node.get("form_details"),
        title=title,
        subtitle=subtitle,
        series=series,
        series_number=series_number,
        contributors=_people(node.get("contributors", ())),
        statement=node.get("statement"),
        edition=node.get("edition"),
        edition_number=node.get("edition_number"),
        languages=_languages(node.get("languages", []), defaults.get("language", "")),
        extents=node.get("extents"),
        subjects=_subjects(node.get("subjects", ())),
        keywords=_keywords(node.get("subjects", ())),
        audiences=node.get("audiences"),
        age_from=age_from,
        age_to=age_to,
        **_measures(node.get("measures", ())),
    )


def _title(details: Iterable[Node]) -> tuple[str, str]:
    """The title and subtitle of the book itself, or where that is only a number, of its collection."""
    for detail in sorted(details, key=_title_order):
        elements = detail.get("elements", ())
        own = [element for element in elements if element.get("level", PRODUCT_LEVEL) == PRODUCT_LEVEL]
        for element in own:
            if text := _element_title(element):
                return text, element.get("subtitle", "")
        collection = " ".join(filter(None, map(_element_title, elements)))
        if collection:
            part = next((element["part"] for element in elements if "part" in element), "")
            return ", ".join(filter(None, (collection, part))), ""
    return "", ""


def _title_order(detail: Node) -> int:
    kind = detail.get("type", "")
    return 0 if kind == DISTINCTIVE_TITLE else 2 if kind == DISTRIBUTORS_TITLE else 1


def _element_title(element: Node) -> str:
    if text := element.get("text"):
        return str(text)
    return _joined(element[part] for part in ("prefix", "rest") if part in element)


def _joined(parts: Iterable[str]) -> str:
    """The parts with spaces between, but none in L’Étranger or d’Arc."""
    text = ""
    for part in parts:
        text += part if not text or ELIDED.search(text) else f" {part}"
    return text


def _series(collections: Iterable[Node]) -> tuple[str, str]:
    """The name of the first collection that has one, and the book's number in it."""
    for collection in collections:
        details = sorted(collection.get("titles", ()), key=_title_order)
        elements = [element for detail in details for element in detail.get("elements", ())]
        names = [_element_title(element) for element in elements if element.get("level") == COLLECTION_LEVEL]
        if name := next(filter(None, names), ""):
            part = next((element["part"] for element in elements if "part" in element), "")
            return name, part or _sequence_number(collection)
    return "", ""


def _sequence_number(collection: Node) -> str:
    sequences = collection.get("sequences", ())
    ranked = sorted(sequences, key=lambda sequence: sequence.get("type") != PUBLISHED_SEQUENCE)
    return next((sequence["number"] for sequence in ranked if "number" in sequence), "")


def _people(contributors: Iterable[Node]) -> list[Node]:
    people = []
    for contributor in sorted(contributors, key=sequence_of):
        if (name := _name(contributor)) and "roles" in contributor:
            person = {"roles": contributor["roles"], "name": name}
            if isni := _isni(contributor.get("identifiers", ())):
                person["isni"] = isni
            if "biography" in contributor:
                person["biography"] = contributor["biography"]
            people.append(person)
    return people


def _name(person: Node) -> str:
    """The name in the order in which it is said."""
    if name := person.get("name"):
        return str(name)
    if "key_names" in person:
        parts = ("titles_before", "before_key", "prefix_to_key", "key_names", "after_key", "suffix_to_key")
        name = _joined(person[part] for part in parts if part in person)
        later = [person[part] for part in ("letters_after", "titles_after") if part in person]
        return ", ".join((name, *later))
    for inverted in ("inverted", "corporate_inverted"):
        if inverted in person and "corporate" not in person:
            return _turned(person[inverted])
    return str(person.get("corporate") or UNNAMED.get(person.get("unnamed", ""), ""))


def _turned(inverted: str) -> str:
    """«King, Martin Luther, Jr.» as Martin Luther King, Jr."""
    key, *others = (part.strip() for part in inverted.split(","))
    if not others:
        return key
    return ", ".join(filter(None, (f"{others[0]} {key}".strip(), *others[1:])))


def _isni(identifiers: Iterable[Node]) -> str:
    for identifier in identifiers:
        if identifier.get("type") == ISNI:
            return str(identifier.get("value", "")).replace(" ", "")
    return ""


def _languages(languages: list[Node], default: str) -> list[Node]:
    known = [language for language in languages if "code" in language and "role" in language]
    if default and not any(language["role"] == TEXT_LANGUAGE for language in known):
        known.append({"role": TEXT_LANGUAGE, "code": default})
    return known


def _subjects(subjects: Iterable[Node]) -> list[Node]:
    """The subjects that we have a use for, the main ones of each scheme before its others."""
    found = [one for one in subjects if one.get("scheme") in SUBJECT_SCHEMES and "code" in one]
    found.sort(key=lambda subject: "main" not in subject)
    for subject in found:
        subject.pop("main", None)
    return found


def _keywords(subjects: Iterable[Node]) -> list[str]:
    """The keywords, once each; commas part them where nothing else does."""
    keywords: dict[str, None] = {}
    for subject in subjects:
        if subject.get("scheme") == KEYWORDS:
            text = subject.get("heading") or subject.get("code", "")
            parts = text.split(";") if ";" in text else KEYWORD_BREAK.split(text)
            keywords.update((word, None) for part in parts if (word := part.strip()))
    return list(keywords)


def _measures(measures: Iterable[Node]) -> dict[str, int]:
    found: dict[str, int] = {}
    for measure in measures:
        name = MEASURES.get(measure.get("type", ""))
        factor = UNITS.get(measure.get("unit", "").lower())
        size = _decimal(measure.get("value", "")) * (factor or 0)
        if name and name not in found and 0 < size < LARGEST_MEASURE:
            found[name] = round(size)
    return found


def _decimal(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return 0
    return number if math.isfinite(number) else 0


def _ages(ranges: Iterable[Node]) -> tuple[int | None, int | None]:
    """From which to which age the book is meant, in years."""
    by_qualifier = {one.get("qualifier", ""): one for one in ranges}
    for qualifier, months in AGES:
        if found := by_qualifier.get(qualifier):
            values = map(read_whole, found.get("values", ()))
            ages = dict(zip(found.get("precisions", ()), values, strict=False))
            first, last = ages.get(FROM, ages.get(EXACT)), ages.get(TO, ages.get(EXACT))
            return _years(first, months), _years(last, months)
    return None, None


def _years(age: int | None, months: int) -> int | None:
    return None if age is None or age // months > OLDEST else age // months
