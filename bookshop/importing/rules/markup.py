"""Senders' texts as HTML that can be shown: a few tags without attributes, whatever was sent."""

import html
import re

import nh3

from bookshop.onix.markup import Text
from bookshop.onix.text import normalize_html, normalize_multiline

CLEANER = nh3.Cleaner(
    tags={"p", "br", "em", "strong", "i", "b", "ul", "ol", "li", "blockquote"}, attributes={}
)
# blocks that are not kept must not run into each other
BLOCKS = re.compile(
    r"<(/?)(?:div|h[1-6]|section|article|header|footer|pre|table|tr|dl|dt|dd|figure|figcaption)\b[^<>]*>",
    re.IGNORECASE,
)
EMPTY = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
OWN_BLOCK = re.compile(r"<(?:p|ul|ol|blockquote)>")
ESCAPED = re.compile(r"&lt;/?(?:p|br|b|i|em|strong|ul|ol|li|div|span)\b[^<>]{0,99}?&gt;", re.IGNORECASE)
BREAK = re.compile(r"<br>|</(?:p|li|blockquote)>")
TAG = re.compile(r"<[^<>]*>")


def sanitise(text: Text | None) -> str:
    """A sender's text as harmless HTML; '' for none."""
    if not text:
        return ""
    if not text.get("is_html"):
        return as_paragraphs(text["text"])
    source = text["text"]
    if ESCAPED.search(source):
        # somebody on the way escaped it twice
        source = html.unescape(source)
    if BLOCKS.search(source):
        source = BLOCKS.sub(r"<\1p>", source)
    clean = EMPTY.sub("", CLEANER.clean(source)).strip()
    return clean if not clean or OWN_BLOCK.search(clean) else f"<p>{clean}</p>"


def as_paragraphs(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs, other line breaks stay."""
    paragraphs = html.escape(normalize_multiline(text), quote=False).split("\n\n")
    return "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs if paragraph)


def as_plain(markup: str) -> str:
    """What a reader sees of sanitised HTML, in one line."""
    return normalize_html(html.unescape(TAG.sub("", BREAK.sub(" ", markup))))


def shorten(text: str, most: int) -> str:
    """The text, or as many of its words as there is room for."""
    if len(text) <= most:
        return text
    words = text[:most].rpartition(" ")[0] or text[: most - 1]
    return words.rstrip(" ,;:.–—-") + "…"
