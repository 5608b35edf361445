"""The subjects and keywords of a product."""

import re
from collections.abc import Iterable
from typing import TypedDict

from bookshop.onix.nodes import Node
from bookshop.trade.subject_schemes import OWN_SCHEMES, SUBJECT_SCHEMES

# ONIX code list 27
KEYWORDS = "20"
KEYWORD_SEPARATORS = re.compile(r"[;,]")


class SubjectCode(TypedDict, total=False):
    """A subject of a scheme of list 27, with its heading if the sender gave one.

    A subject of the sender's own scheme has only a heading.
    """

    scheme: str
    code: str
    heading: str


def read_subjects(subjects: Iterable[Node]) -> list[Node]:
    """Return the subjects of the schemes that the shop uses, main subjects first."""
    found = [one for one in subjects if _is_of_use(one)]
    found.sort(key=lambda subject: "main" not in subject)
    for subject in found:
        subject.pop("main", None)
        if subject["scheme"] in OWN_SCHEMES:
            subject.pop("code", None)
    return found


def _is_of_use(subject: Node) -> bool:
    scheme = subject.get("scheme")
    return ("code" in subject and scheme in SUBJECT_SCHEMES) or (
        "heading" in subject and scheme in OWN_SCHEMES
    )


def read_keywords(subjects: Iterable[Node]) -> list[str]:
    """Return each keyword once; commas separate them only where no semicolon does."""
    keywords: dict[str, None] = {}
    for subject in subjects:
        if subject.get("scheme") == KEYWORDS:
            text = subject.get("heading") or subject.get("code", "")
            parts = text.split(";") if ";" in text else KEYWORD_SEPARATORS.split(text)
            keywords.update((word, None) for part in parts if (word := part.strip()))
    return list(keywords)
