"""Block 1 of a record: what the product is."""

from collections.abc import Iterable
from typing import TypedDict

from bookshop.onix.ages import read_ages
from bookshop.onix.contributors import RecordContributor, read_contributors
from bookshop.onix.measures import read_measures
from bookshop.onix.nodes import Node, without_empty
from bookshop.onix.subjects import SubjectCode, read_keywords, read_subjects
from bookshop.onix.titles import read_series, read_title

# ONIX code list 22
TEXT_LANGUAGE = "01"


class Extent(TypedDict, total=False):
    """A length, of list 23 in units of list 24."""

    type: str
    value: str
    unit: str


class DescriptiveBlock(TypedDict, total=False):
    """Block 1: main subjects come first, measures are in millimetres and grams, ages in years.

    `language` is the one of the text (ISO 639-2/B).
    """

    composition: str
    form: str
    title: str
    subtitle: str
    series: str
    series_number: str
    contributors: list[RecordContributor]
    statement: str
    edition: str
    edition_number: str
    language: str
    extents: list[Extent]
    height_mm: int
    width_mm: int
    thickness_mm: int
    weight_g: int
    subjects: list[SubjectCode]
    keywords: list[str]
    age_from: int
    age_to: int


def read_descriptive(node: Node, defaults: Node) -> Node:
    """Return a DescriptiveBlock."""
    title, subtitle = read_title(node.get("titles", ()))
    series, series_number = read_series(node.get("collections", ()), node.get("titles", ()))
    age_from, age_to = read_ages(node.get("ranges", ()))
    return without_empty(
        composition=node.get("composition"),
        form=node.get("form"),
        title=title,
        subtitle=subtitle,
        series=series,
        series_number=series_number,
        contributors=read_contributors(node.get("contributors", ())),
        statement=node.get("statement"),
        edition=node.get("edition"),
        edition_number=node.get("edition_number"),
        language=_read_language(node.get("languages", ()), defaults),
        extents=node.get("extents"),
        subjects=read_subjects(node.get("subjects", ())),
        keywords=read_keywords(node.get("subjects", ())),
        age_from=age_from,
        age_to=age_to,
        **read_measures(node.get("measures", ())),
    )


def _read_language(languages: Iterable[Node], defaults: Node) -> str:
    codes = (one["code"] for one in languages if one.get("role") == TEXT_LANGUAGE and "code" in one)
    return str(next(codes, "") or defaults.get("language", ""))
