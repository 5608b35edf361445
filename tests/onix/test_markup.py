import html
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.onix.messages import (
    blocks_of,
    collateral,
    text,
)


@pytest.mark.parametrize(
    ("content", "form", "found"),
    [
        ("<p>One <b>two</b></p>", "05", {"text": "<p>One <b>two</b></p>", "is_html": True}),
        ('<p class="x">One<br/>two</p>', "05", {"text": "<p>One<br>two</p>", "is_html": True}),
        ("<![CDATA[<p>One</p>\n<p>two</p>]]>", "02", {"text": "<p>One</p> <p>two</p>", "is_html": True}),
        ("&lt;p&gt;One&lt;/p&gt;", "02", {"text": "<p>One</p>", "is_html": True}),
        ("&lt;p&gt;One&lt;/p&gt;", "06", {"text": "<p>One</p>", "is_html": True}),
        ("10&lt;sup&gt;6&lt;/sup&gt;", "06", {"text": "10<sup>6</sup>", "is_html": True}),
        ("One &amp;amp; two", "02", {"text": "One &amp; two", "is_html": True}),
        ("One &amp; two", "06", {"text": "One & two"}),
        ("One &amp;amp; two", "", {"text": "One & two"}),
        ("Learn &lt;p> and &lt;table>", "06", {"text": "Learn <p> and <table>"}),
        ("  One\n  line\n\n\n\ntwo ", "", {"text": "One\nline\n\ntwo"}),
        ("One\u200btwo", "06", {"text": "Onetwo"}),
        ("<p>One &lt; two</p>", "05", {"text": "<p>One &lt; two</p>", "is_html": True}),
    ],
)
def test_texts_are_html_where_they_are_html(content: str, form: str, found: dict[str, object]) -> None:
    assert blocks_of(collateral(text("03", content, form)))["2"]["texts"] == [{"type": "03", **found}]


WORDS = st.text(st.sampled_from("ab&<>\"'é "), min_size=1, max_size=6).map(
    lambda text: (escape(text), html.escape(text, quote=False))
)


def joined(parts: list[tuple[str, str]]) -> tuple[str, str]:
    """What is sent, and what is read of it, in one."""
    return "".join(sent for sent, _ in parts), "".join(read for _, read in parts)


@st.composite
def elements(draw: st.DrawFn, inside: st.SearchStrategy[tuple[str, str]]) -> tuple[str, str]:
    """An element as it may be sent, and as it is read."""
    name = draw(st.sampled_from(["p", "em", "Strong", "br", "hr"]))
    attribute = draw(st.sampled_from(["", ' class="a>b"', " title='&lt;'"]))
    prefix = draw(st.sampled_from(["", "h:"]))
    sent, found = draw(inside)
    end = "" if name in ("br", "hr") else f"</{name}>"
    empty = f"<{prefix}{name}{attribute}/>" if not sent else ""
    beside = draw(st.sampled_from(["", "<!-- <b> -->", "<?b <i>?>"]))
    whole = empty or f"<{prefix}{name}{attribute}>{sent}</{prefix}{name}>"
    return whole + beside, f"<{name}>{found}{end}"


MARKUP = st.recursive(WORDS, lambda inner: elements(st.lists(inner, max_size=3).map(joined)))


@given(st.lists(MARKUP, max_size=4).map(joined))
def test_markup_of_any_shape_keeps_its_elements_and_its_text(markup: tuple[str, str]) -> None:
    sent, found = markup
    content = f"<o:div xmlns:o='urn:o' xmlns:h='urn:h'>{sent}</o:div>"
    (read,) = blocks_of(collateral(text("03", content, "05")))["2"]["texts"]
    assert read["text"] == " ".join(f"<div>{found}</div>".split())
