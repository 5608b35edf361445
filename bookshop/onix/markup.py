"""Longer texts: HTML where a sender sent HTML, else plain text with its line breaks."""

import html
import re
from typing import TypedDict

from bookshop.onix.errors import InvalidRecord
from bookshop.onix.lxml_elements import Element, split_tag
from bookshop.onix.text import SURE_MARKUP, normalize_html, normalize_multiline

MAX_TEXT_CHARS = 500_000

# values of the attribute textformat (ONIX code list 34) for XHTML and HTML
HTML_FORMATS = ("05", "02")
ANY_MARKUP = re.compile(r"</?[a-z][^<>]*>|&(?:#\d+|#x[0-9a-f]+|[a-z]+\d*);", re.IGNORECASE)
VOID_ELEMENTS = frozenset({"br", "hr", "img", "col", "wbr"})


class Text(TypedDict, total=False):
    """A longer text as it was sent, not sanitized."""

    text: str
    is_html: bool


def read_text(element: Element) -> Text:
    """Return the text of an element, empty if there is none.

    Raises InvalidRecord if it is too long.
    """
    has_children = len(element) > 0
    text = inner_html(element) if has_children else element.text or ""
    if len(text) > MAX_TEXT_CHARS:
        raise InvalidRecord(f"The {split_tag(element.tag)[1]} has {len(text)} characters, which is too many.")
    if has_children or is_markup(text, element.get("textformat", "")):
        markup = normalize_html(text)
        return {"text": markup, "is_html": True} if markup else {}
    plain = normalize_multiline(html.unescape(text))
    return {"text": plain} if plain else {}


def is_markup(text: str, text_format: str) -> bool:
    """Whether a text is HTML: by what is in it, or by its format if it has any tag or entity."""
    if "<" not in text and "&" not in text:
        return False
    pattern = ANY_MARKUP if text_format in HTML_FORMATS else SURE_MARKUP
    return pattern.search(text) is not None


def inner_html(element: Element) -> str:
    """Return the XHTML in an element without namespaces and attributes.

    These differ between the dialects of ONIX.
    """
    markup = _escape(element.text)
    for child in element:
        if isinstance(child.tag, str):
            name = split_tag(child.tag)[1]
            inside = inner_html(child) if len(child) else _escape(child.text)
            markup += f"<{name}>{inside}" if name in VOID_ELEMENTS else f"<{name}>{inside}</{name}>"
        markup += _escape(child.tail)
    return markup


def _escape(text: str | None) -> str:
    return html.escape(text, quote=False) if text else ""
