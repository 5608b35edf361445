"""Sanitize senders' texts: HTML with a few tags and no attributes."""

import html
import re

import nh3

from bookshop.onix.markup import Text
from bookshop.onix.text import normalize_html, normalize_multiline, strip_tags

CLEANER = nh3.Cleaner(
    tags={"p", "br", "em", "strong", "i", "b", "sub", "sup", "ul", "ol", "li", "blockquote"}, attributes={}
)
# these blocks become paragraphs, so that their texts stay apart
OTHER_BLOCK = re.compile(
    r"<(/?)(?:div|h[1-6]|section|article|header|footer|main|aside|address|center|pre|table|caption|tr|td|th"
    r"|dl|dt|dd|figure|figcaption)\b[^<>]*>",
    re.IGNORECASE,
)
EMPTY_PARAGRAPH = re.compile(r"<p>(?:\s|&nbsp;|<br>)*</p>")
# with the tags of blocks beside them
EMPTY_PARAGRAPHS = re.compile(
    rf"(</?(?:p|ul|ol|li|blockquote)>\s?)?(?:{EMPTY_PARAGRAPH.pattern}\s?)+"
    r"(?=(</?(?:p|ul|ol|li|blockquote)>|\Z)?)"
)
KEPT_BLOCK = re.compile(r"<(?:p|ul|ol|blockquote)>")
ESCAPED_TAG = re.compile(
    r"&lt;/?(?:p|br|b|i|em|strong|sub|sup|ul|ol|li|div|span)\b[^<>]{0,99}?&gt;", re.IGNORECASE
)


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
    clean = CLEANER.clean(source)
    # most texts have none, and the other expression is a hundred times slower
    if EMPTY_PARAGRAPH.search(clean):
        clean = EMPTY_PARAGRAPHS.sub(_part_texts, clean)
    clean = clean.strip()
    return clean if not clean or KEPT_BLOCK.search(clean) else f"<p>{clean}</p>"


def _part_texts(found: re.Match[str]) -> str:
    """Replace empty paragraphs: only where they keep two texts apart does that take line breaks."""
    before, after = found.groups()
    is_between_texts = before is None and after is None and found.start() > 0
    return "<br><br>" if is_between_texts else before or ""


def as_paragraphs(text: str) -> str:
    """Return plain text as HTML: a blank line ends a paragraph, other line breaks stay."""
    paragraphs = html.escape(normalize_multiline(text), quote=False).split("\n\n")
    return "".join(f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs if paragraph)


def as_plain(markup: str) -> str:
    """Return the text of sanitized HTML in one line."""
    return normalize_html(html.unescape(strip_tags(markup)))


def shorten(text: str, max_chars: int) -> str:
    """Cut a text that is too long after a whole word, and mark the cut with "…"."""
    if len(text) <= max_chars:
        return text
    words = text[:max_chars].rpartition(" ")[0] or text[: max_chars - 1]
    return words.rstrip(" ,;:.–—-") + "…"
