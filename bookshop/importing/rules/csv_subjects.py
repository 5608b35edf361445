"""Subjects in cells of a table: codes of Thema and BISAC, and keywords."""

import re
from collections.abc import Callable

from bookshop.onix.subjects import SubjectCode
from bookshop.onix.text import normalize
from bookshop.trade.subject_schemes import BISAC, thema_scheme_of
from bookshop.trade.thema import thema_headings

BISAC_CODE = re.compile(r"[A-Z]{3}[0-9]{6}")
THEMA_CATEGORY_CODE = re.compile(r"[A-Z][A-Z0-9]{0,8}")
THEMA_QUALIFIER_CODE = re.compile(r"[1-6][A-Z][A-Z0-9-]{0,11}")
# among other subjects these are words, as are 3D, 4K and 5G
WORDS = frozenset(["AM", "AT", "LA", "TV", "UK", "UN", "PS", "1ST", "2ND", "3RD", "4TH", "5TH", "6TH", "4X4"])
# shorter codes before a space may be words: "A history of tea", "AT home"
MIN_CHARS_BEFORE_SPACE = 3
MIN_QUALIFIER_CHARS = 3
SPACE_AND_HEADING = re.compile(r" [^-–:]")
BETWEEN_SUBJECTS = re.compile(r"\s*[;|/]\s*|\s*,\s*(?=[A-Z0-9-]+\b)")
BETWEEN_KEYWORDS = re.compile(r"\s*[;,|]\s*")


def parse_subjects(text: str) -> tuple[list[SubjectCode], list[str]]:
    """Return the codes in a cell, and its other subjects.

    TRAVEL, ART and CRIME are words: only what is in our list, or one step below, is a code of Thema.
    """
    return _sort_out(text, _is_code_among_words)


def parse_thema(text: str) -> tuple[list[SubjectCode], list[str]]:
    """Return the codes in a cell of a column for Thema, and its other subjects."""
    return _sort_out(text, lambda code, subject: _is_possible(code))


def _sort_out(text: str, is_thema: Callable[[str, str], bool]) -> tuple[list[SubjectCode], list[str]]:
    codes: list[SubjectCode] = []
    others = []
    for subject in filter(None, map(normalize, re.split(BETWEEN_SUBJECTS, text))):
        code = subject.partition(" ")[0].rstrip(":")
        if BISAC_CODE.fullmatch(code):
            codes.append({"scheme": BISAC, "code": code})
        elif is_thema(code, subject):
            codes.append({"scheme": thema_scheme_of(code), "code": code})
        else:
            others.append(subject)
    return codes, others


def _is_code_among_words(code: str, subject: str) -> bool:
    is_before_space = SPACE_AND_HEADING.match(subject, len(code)) is not None
    if code in WORDS or (is_before_space and len(code) < MIN_CHARS_BEFORE_SPACE):
        return False
    if THEMA_QUALIFIER_CODE.fullmatch(code):
        return len(code) >= MIN_QUALIFIER_CHARS and not is_before_space
    return code in thema_headings() or (len(code) > MIN_CHARS_BEFORE_SPACE and code[:-1] in thema_headings())


def _is_possible(code: str) -> bool:
    """Return whether a code begins as one of Thema: our list has all codes of two letters."""
    if THEMA_CATEGORY_CODE.fullmatch(code):
        return code[:2] in thema_headings()
    return THEMA_QUALIFIER_CODE.fullmatch(code) is not None


def parse_keywords(text: str) -> list[str]:
    return list(filter(None, map(normalize, re.split(BETWEEN_KEYWORDS, text))))
