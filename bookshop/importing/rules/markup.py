"""Sanitize senders' texts: HTML with a few tags and no attributes."""

import html
import re

import nh3

from bookshop.onix.markup import Text
from bookshop.onix.text import normalize_html, normalize_multiline

CLEANER = nh3.Cleaner(
    tags={"p", "br", "em", "strong", "i", "b", "ul", "ol", "li", "blockquote"}, attributes={}
)
# these blocks become paragraphs, so that their texts stay apart
OTHER_BLOCK = re.compile(
    r"<(/?)(?:div|h[1-6]|section|article|header|footer|pre|table|tr|dl|dt|dd|figure|figcaption)\b[^<>]*>",
    re.IGNORECASE,
)
EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
KEPT_BLOCK = re.compile(r"<(?:p|ul|ol|blockquote)>")
ESCAPED_TAG = re.compile(r"&lt;/?(?:p|br|b|i|em|strong|ul|ol|li|div|span)\b[^<>]{0,99}?&gt;", re.IGNORECASE)
LINE_END = re.compile(r"<br>|</(?:p|li|blockquote)>")
TAG = re.compile(r"<[^<>]*>")


def sanitize(text: Text | None) -> str:
    """Return a sender's text as safe HTML; '' for none."""
    if not text:
        return ""
    if not text.get("is_html"):
        return as_paragraphs(text["text"])
    source = text["text"]
    if ESCAPED_TAG.search(source):
        # escaped twice on its way
        source = html.unescape(source)
    if OTHER_BLOCK.search(source):
        source = OTHER_BLOCK.sub(r"<\1p>", source)
    clean = EMPTY_PARAGRAPH.sub("", CLEANER.clean(source)).strip()
    return clean if not clean or KEPT_BLOCK.search(clean) else f"<p>{clean}</p>"


def as_paragraphs(text: str) -> str:
    """Return plain text as HTML: a blank line ends a paragraph, other line breaks stay."""
    paragraphs = html.escape(normalize_multiline(text), quote=False).split("\n\n")
    return "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs if paragraph)


def as_plain(markup: str) -> str:
    """Return the text of sanitized HTML in one line."""
    return normalize_html(html.unescape(TAG.sub("", LINE_END.sub(" ", markup))))


def shorten(text: str, max_chars: int) -> str:
    """Cut a text that is too long after a whole word, and mark the cut with "…"."""
    if len(text) <= max_chars:
        return text
    words = text[:max_chars].rpartition(" ")[0] or text[: max_chars - 1]
    return words.rstrip(" ,;:.–—-") + "…"
