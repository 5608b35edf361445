"""What a book is and what is said of it, as the catalogue keeps it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from bookshop.catalogue.book import MAX_BLURB_CHARS, Contributor, byline
from bookshop.importing.rules.markup import as_plain, sanitise, shorten
from bookshop.onix.collateral import CollateralBlock
from bookshop.onix.contributors import RecordContributor
from bookshop.onix.descriptive import DescriptiveBlock, Extent
from bookshop.onix.markup import Text
from bookshop.onix.numbers import parse_whole
from bookshop.onix.related import RelatedBlock
from bookshop.onix.subjects import SubjectCode
from bookshop.trade.categories import BY_SCHEME, DEFAULT_CATEGORY, category_of
from bookshop.trade.product_forms import find_form
from bookshop.trade.subject_schemes import BIC
from bookshop.trade.text import slug_of

SHORT_TEXT, DESCRIPTION, CONTENTS, PERSON_TEXT = "02", "03", "04", "12"

# ONIX code list 2: sets and packs for the trade
PACKS = frozenset({"20", "30", "31"})

# ONIX code list 23, the best count first, in pages (code list 24)
PAGES, EXTENTS = "03", ("00", "11", "05", "07", "10", "08", "06")
MAX_PAGES = 100_000

# ONIX code list 164: the product is a manifestation of the work; list 16, the best identifier first
MANIFESTATION = "01"
WORK_IDS = ("11", "06", "15", "01")
PROPRIETARY = "01"
MAX_WORK_CHARS = 128
MAX_SERIES_NUMBER_CHARS = 32

FORM, DETAIL, ROLE = re.compile("[A-Z]{2}"), re.compile("[A-Z][0-9]{3}"), re.compile("[A-Z][0-9]{2}")
LANGUAGE, TWO_DIGITS = re.compile("[a-z]{3}"), re.compile("[0-9]{2}")
SUBJECT = re.compile("[0-9A-Z-]{1,16}")
ISNI = re.compile("[0-9]{15}[0-9X]")


def describe(about: DescriptiveBlock, texts: Mapping[str, Text]) -> dict[str, Any]:
    """The fields of a book that block 1 decides."""
    people = _credits(about.get("contributors", []), texts.get(PERSON_TEXT))
    subjects = [one for one in about.get("subjects", []) if _is_shown(one)]
    series = about.get("series", "")
    return {
        "title": about.get("title", ""),
        "subtitle": about.get("subtitle", ""),
        "byline": byline(people) or about.get("statement", ""),
        "form": code_or_none(FORM, about.get("form", "")),
        "form_detail": next(filter(DETAIL.fullmatch, about.get("form_details", [])), ""),
        "pages": _pages(about.get("extents", [])),
        "language": code_or_none(LANGUAGE, about.get("language", "").lower()),
        "category": _category(about.get("subjects", [])),
        "series": series,
        "series_number": about.get("series_number", "")[:MAX_SERIES_NUMBER_CHARS],
        "series_key": slug_of(series),
        "edition": _edition(about),
        "height_mm": about.get("height_mm"),
        "width_mm": about.get("width_mm"),
        "thickness_mm": about.get("thickness_mm"),
        "weight_g": about.get("weight_g"),
        "ages": _ages(about.get("age_from"), about.get("age_to")),
        "contributors": people,
        "subjects": tuple(dict.fromkeys((one["scheme"], one["code"]) for one in subjects)),
        "headings": tuple(
            (one["scheme"], one["code"], one["heading"]) for one in subjects if "heading" in one
        ),
        "keywords": tuple(about.get("keywords", ())),
    }


def code_or_none(pattern: re.Pattern[str], text: str) -> str:
    """The code, or '' for what is none: a column is as wide as its codes are long."""
    return text if pattern.fullmatch(text) else ""


def _is_shown(subject: SubjectCode) -> bool:
    return subject["scheme"] != BIC and SUBJECT.fullmatch(subject["code"]) is not None


def _category(subjects: list[SubjectCode]) -> str:
    """Where the book stands, by the best scheme that its sender knows."""
    for scheme in BY_SCHEME:
        if codes := tuple(one["code"] for one in subjects if one["scheme"] == scheme):
            return category_of(codes, scheme).slug
    return DEFAULT_CATEGORY.slug


def _credits(people: Iterable[RecordContributor], lone_biography: Text | None) -> tuple[Contributor, ...]:
    """One for each person and role, the biography at the first; a text about the author is a lone one's."""
    found: dict[tuple[str, str], Contributor] = {}
    known = list(people)
    for person in known:
        key = slug_of(person["name"])
        text = person.get("biography") or (lone_biography if len(known) == 1 else None)
        biography = sanitise(text)
        for role in filter(ROLE.fullmatch, person["roles"]):
            if (key, role) not in found:
                isni = code_or_none(ISNI, person.get("isni", ""))
                found[key, role] = Contributor(role, person["name"], key, biography, isni)
                biography = ""
    return tuple(found.values())


def _pages(extents: list[Extent]) -> int:
    counts = {
        one.get("type"): parse_whole(one.get("value", ""))
        for one in reversed(extents)
        if one.get("unit", PAGES) == PAGES
    }
    pages = next((count for kind in EXTENTS if (count := counts.get(kind))), 0)
    return pages if pages < MAX_PAGES else 0


def _edition(about: DescriptiveBlock) -> str:
    number = parse_whole(about.get("edition_number", "")) or 0
    ending = "th" if number // 10 % 10 == 1 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return about.get("edition") or (f"{number}{ending} edition" if number > 1 else "")


def _ages(first: int | None, last: int | None) -> str:
    if first is None:
        return "" if last is None else f"up to {last}"
    return f"{first}+" if last is None else str(first) if first == last else f"{first}–{last}"


def first_texts(collateral: CollateralBlock) -> dict[str, Text]:
    """The first text of each type."""
    texts: dict[str, Text] = {}
    for text in collateral.get("texts", []):
        texts.setdefault(text["type"], text)
    return texts


def word(texts: Mapping[str, Text]) -> dict[str, Any]:
    """The texts that a page shows."""
    short = sanitise(texts.get(SHORT_TEXT))
    description = sanitise(texts.get(DESCRIPTION)) or short
    return {
        "description": description,
        "contents": sanitise(texts.get(CONTENTS)),
        "blurb": shorten_to_blurb(short or description),
    }


def shorten_to_blurb(markup: str) -> str:
    """The few words about a book that a list has room for."""
    return shorten(as_plain(markup), MAX_BLURB_CHARS)


def work_of(related: RelatedBlock, publisher: str) -> str:
    """A key that all editions of one work share; a publisher's own number needs the publisher with it."""
    ids = {one["type"]: one["id"] for one in related.get("works", []) if one["code"] == MANIFESTATION}
    for kind in WORK_IDS:
        if kind in ids:
            owner = f"{slug_of(publisher)}:" if kind == PROPRIETARY else ""
            return f"{kind}:{owner}{ids[kind]}"[:MAX_WORK_CHARS]
    return ""


def relations_of(related: RelatedBlock, isbn: str) -> tuple[tuple[str, str], ...]:
    """Other books and how they stand to this one, once each."""
    pairs = (
        (code, product["isbn"])
        for product in related.get("products", [])
        for code in product["codes"]
        if product["isbn"] != isbn and TWO_DIGITS.fullmatch(code)
    )
    return tuple(dict.fromkeys(pairs))


def is_sold(about: DescriptiveBlock) -> bool:
    """Whether it is a thing for readers that can be carried home."""
    return not is_trade_only(about) and not find_form(about.get("form", "")).is_digital


def is_trade_only(about: DescriptiveBlock) -> bool:
    """Whether only the trade gets it: packs and display material."""
    return about.get("composition") in PACKS or find_form(about.get("form", "")).is_trade_only
