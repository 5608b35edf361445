"""The blocks of a record, out of ONIX's elements as the reader names them."""

import math
import re
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from bookshop.catalogue.book import read_isbn
from bookshop.importing.record import COLLATERAL, DESCRIPTIVE, PUBLISHING, RELATED, SUPPLY, Blocks
from bookshop.importing.values import read_whole

# an element with others in it: values, lists of values, elements, by our names
Node: TypeAlias = dict[str, Any]

PROPRIETARY, ISBN_10, GTIN_13, ISBN_13 = "01", "02", "03", "15"
PLAIN_ISBN = re.compile(r"97(?:8[0-9]|9[1-9])[0-9]{9}")
MUSIC = "9790"
BOOK_PREFIXES = ("978", "979")

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
PUBLISHED_SEQUENCE = "02"
TEXT_LANGUAGE = "01"
ISNI = "16"
# ONIX code list 19, as far as a page can show it
UNNAMED = {"02": "Anonymous", "04": "Various"}
# Thema and its qualifiers, BISAC and BIC
SUBJECT_SCHEMES = frozenset({"93", "94", "95", "96", "97", "98", "99", "10", "12"})
KEYWORDS = "20"
KEYWORD_BREAK = re.compile(r"[;,]")
# ONIX code list 30: interest age, reading age, interest age in months
AGES = (("17", 1), ("18", 1), ("16", 12))
EXACT, FROM, TO = "01", "03", "04"
OLDEST = 120

# ONIX code list 154: anybody, and readers
FOR_READERS = {"00", "03"}
TEXT_TYPES = frozenset({"02", "03", "04", "06", "10", "12"})
FRONT_COVER, IMAGE = "01", "03"
DOWNLOADABLE = "02"
PIXEL_HEIGHT, UPDATED = "02", "17"
LONGEST_LINK = 2000

PUBLISHER = "01"
GENERAL_SAFETY = "10"
PRICE_SINCE, PRICE_UNTIL, PRICE_SPREAD = "14", "15", "24"


class Unusable(Exception):
    """The record cannot be taken; the message says why."""


def read_blocks(product: Node, defaults: Node) -> Blocks:
    """The blocks that a product has, as record.py describes them."""
    blocks: Blocks = {}
    for key, name, read in BLOCKS:
        if name in product:
            blocks[key] = read(product[name], defaults)
    return blocks


def find_isbn(identifiers: list[Node]) -> str:
    """The ISBN-13 among a product's identifiers, '' when it has none; raises Unusable for a wrong one."""
    wrong = ""
    for kind in (ISBN_13, GTIN_13, ISBN_10):
        for identifier in identifiers:
            text = identifier.get("value", "")
            if identifier.get("type") != kind or (kind == GTIN_13 and not text.startswith(BOOK_PREFIXES)):
                continue
            if isbn := _isbn(text):
                return isbn
            wrong = wrong or text
    if wrong.replace("-", "").startswith(MUSIC):
        raise Unusable(f"{wrong} is printed music, no book")
    if wrong:
        raise Unusable(f"{wrong[:20]} is no ISBN: its check digit or its length is wrong")
    return ""


def _isbn(text: str) -> str | None:
    """As read_isbn, with the way in which nearly all are written tried first: feeds have millions of them."""
    if PLAIN_ISBN.fullmatch(text):
        total = sum(map(int, text[::2])) + 3 * sum(map(int, text[1::2]))
        return None if total % 10 else text
    return read_isbn(text)


# block 1


def _descriptive(node: Node, defaults: Node) -> Node:
    title, subtitle = _title(node.get("titles", ()))
    series, series_number = _series(node.get("collections", ()))
    age_from, age_to = _ages(node.get("ranges", ()))
    return _filled(
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
        own = [element for element in elements if element.get("level") not in (COLLECTION_LEVEL, "03")]
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
    prefix, rest = element.get("prefix", ""), element.get("rest", "")
    # L’Étranger, but The Stranger
    gap = "" if not prefix or not rest or prefix.endswith(("'", "’")) else " "
    return f"{prefix}{gap}{rest}"


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
    for contributor in sorted(contributors, key=_sequence):
        if (name := _name(contributor)) and "roles" in contributor:
            person = {"roles": contributor["roles"], "name": name}
            if isni := _isni(contributor.get("identifiers", ())):
                person["isni"] = isni
            if "biography" in contributor:
                person["biography"] = contributor["biography"]
            people.append(person)
    return people


def _sequence(node: Node) -> float:
    number = read_whole(node.get("sequence", ""))
    return math.inf if number is None else number


def _name(person: Node) -> str:
    """The name in the order in which it is said."""
    if name := person.get("name"):
        return str(name)
    if "key_names" in person:
        # «St. John», but «O'Brien» and «d’Arc»
        parts = ("titles_before", "before_key", "prefix_to_key", "key_names", "after_key", "suffix_to_key")
        name = " ".join(person[part] for part in parts if part in person)
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


# block 2


def _collateral(node: Node, defaults: Node) -> Node:
    return _filled(texts=_texts(node.get("texts", ())), covers=_covers(node.get("resources", ())))


def _texts(texts: Iterable[Node]) -> list[Node]:
    found = []
    for text in sorted(texts, key=_sequence):
        if text.get("type") in TEXT_TYPES and text.get("text") and _is_for_readers(text):
            source = ", ".join(filter(None, (text.get("author"), text.get("source"))))
            found.append(_filled(type=text["type"], source=source, **text["text"]))
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
    return [_filled(link=version["link"], updated=_date_of(version, UPDATED)) for version in found]


def _is_link(text: str) -> bool:
    return text.lower().startswith(("https://", "http://")) and len(text) <= LONGEST_LINK and " " not in text


def _pixels(version: Node) -> int:
    for feature in version.get("features", ()):
        if feature.get("type") == PIXEL_HEIGHT:
            return read_whole(feature.get("value", "")) or 0
    return 0


# block 4


def _publishing(node: Node, defaults: Node) -> Node:
    publishers = sorted(node.get("publishers", ()), key=lambda one: one.get("role") != PUBLISHER)
    return _filled(
        imprint=_first_name(node.get("imprints", ())),
        publisher=_first_name(publishers),
        status=node.get("status"),
        dates=_dates(node.get("dates", ())),
        rights=_rights(node.get("rights", ())),
        row_rights=node.get("row_rights"),
        safety=_safety(node.get("contacts", ())),
    )


def _first_name(nodes: Iterable[Node]) -> str:
    return next((node["name"] for node in nodes if "name" in node), "")


def _dates(dates: Iterable[Node]) -> list[Node]:
    return [
        {"role": one["role"], "date": one["date"]} for one in dates if one.get("role") and one.get("date")
    ]


def _date_of(node: Node, role: str) -> str:
    return next((one["date"] for one in _dates(node.get("dates", ())) if one["role"] == role), "")


def _rights(rights: Iterable[Node]) -> list[Node]:
    return [right for right in rights if "type" in right and "territory" in right]


def _safety(contacts: Iterable[Node]) -> Node:
    for contact in contacts:
        if contact.get("role") == GENERAL_SAFETY:
            town = " ".join(contact[part] for part in ("postcode", "place") if part in contact)
            address = ", ".join(filter(None, (contact.get("street"), town, contact.get("country"))))
            name = contact.get("name") or contact.get("contact")
            return _filled(name=name, address=address, email=contact.get("email"))
    return {}


# block 5


def _related(node: Node, defaults: Node) -> Node:
    return _filled(
        products=list(filter(None, map(_relation, node.get("products", ())))),
        works=list(filter(None, map(_work, node.get("works", ())))),
    )


def _relation(product: Node) -> Node | None:
    """A relation to another book; one to something without an ISBN helps nobody here."""
    try:
        isbn = find_isbn(product.get("identifiers", []))
    except Unusable:
        return None
    return {"codes": product["codes"], "isbn": isbn} if isbn and "codes" in product else None


def _work(work: Node) -> Node | None:
    for identifier in work.get("identifiers", ()):
        if "code" in work and "type" in identifier and "value" in identifier:
            return {"code": work["code"], "type": identifier["type"], "id": identifier["value"]}
    return None


# block 6


def _supply(supplies: list[Node], defaults: Node) -> Node:
    return {"supplies": [_market_supply(supply, defaults) for supply in supplies]}


def _market_supply(node: Node, defaults: Node) -> Node:
    publishing = node.get("publishing", {})
    markets = [market["territory"] for market in node.get("markets", ()) if "territory" in market]
    return _filled(
        markets=markets,
        status=publishing.get("status"),
        dates=_dates(publishing.get("dates", ())),
        safety=_safety(publishing.get("contacts", ())),
        suppliers=[_supplier(supplier, defaults) for supplier in node.get("suppliers", ())],
    )


def _supplier(node: Node, defaults: Node) -> Node:
    who = node.get("supplier", {})
    supplier = _filled(
        name=who.get("name"),
        role=who.get("role"),
        availability=node.get("availability"),
        days=read_whole(node.get("days", "")),
        dates=_dates(node.get("dates", ())),
        unpriced=node.get("unpriced"),
        prices=[_price(price, defaults) for price in node.get("prices", ())],
    )
    counts = [read_whole(stock.get("on_hand", "")) for stock in node.get("stock", ())]
    if known := [count for count in counts if count is not None]:
        supplier["on_hand"] = sum(known)
    return supplier


def _price(price: Node, defaults: Node) -> Node:
    """The price with the message's defaults filled in, and its dates as since and until."""
    if "type" not in price and "price_type" in defaults:
        price["type"] = defaults["price_type"]
    if "currency" not in price and "currency" in defaults:
        price["currency"] = defaults["currency"]
    for one in price.pop("dates", ()):
        role, day = one.get("role"), one.get("date")
        if day and role in (PRICE_SINCE, PRICE_SPREAD):
            price["since"] = day
        if day and role in (PRICE_UNTIL, PRICE_SPREAD):
            price["until"] = one.get("last", day)
    return price


def _filled(**values: Any) -> Node:
    return {name: value for name, value in values.items() if value or value == 0}


Read: TypeAlias = Callable[[Any, Node], Node]
BLOCKS: tuple[tuple[str, str, Read], ...] = (
    (DESCRIPTIVE, "descriptive", _descriptive),
    (COLLATERAL, "collateral", _collateral),
    (PUBLISHING, "publishing", _publishing),
    (RELATED, "related", _related),
    (SUPPLY, "supplies", _supply),
)
