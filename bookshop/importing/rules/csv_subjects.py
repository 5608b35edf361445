"""Subjects in cells of a table: codes of Thema and BISAC, and keywords."""

import re

from bookshop.onix.subjects import SubjectCode
from bookshop.onix.text import normalize
from bookshop.trade.subject_schemes import BISAC, thema_scheme_of

BISAC_CODE = re.compile(r"[A-Z]{3}[0-9]{6}")
THEMA_CELL = re.compile(r"[A-Z][A-Z0-9]{0,8}|[1-6][A-Z0-9-]{1,12}")
BETWEEN_SUBJECTS = re.compile(r"\s*[;|/]\s*|\s*,\s*(?=[A-Z0-9-]+\b)")
BETWEEN_KEYWORDS = re.compile(r"\s*[;,|]\s*")


def parse_subjects(text: str) -> tuple[list[SubjectCode], list[str]]:
    """Return the codes in a cell, and its other subjects, which become keywords."""
    codes: list[SubjectCode] = []
    others = []
    for subject in filter(None, map(normalize, re.split(BETWEEN_SUBJECTS, text))):
        code = subject.partition(" ")[0].rstrip(":")
        if BISAC_CODE.fullmatch(code):
            codes.append({"scheme": BISAC, "code": code})
        # a letter with more words after it is an article or a pronoun, not a code: "A history of tea"
        elif THEMA_CELL.fullmatch(code) and (code == subject or len(code) > 1):
            codes.append({"scheme": thema_scheme_of(code), "code": code})
        else:
            others.append(subject)
    return codes, others


def parse_keywords(text: str) -> list[str]:
    return list(filter(None, map(normalize, re.split(BETWEEN_KEYWORDS, text))))
