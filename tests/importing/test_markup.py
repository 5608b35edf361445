import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bookshop.importing.rules.markup import as_paragraphs, as_plain, sanitize, shorten


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("<p>One <em>two</em></p>", "<p>One <em>two</em></p>"),
        ("One <b>two</b>", "<p>One <b>two</b></p>"),
        ('<p onclick="x()" style="x">One</p>', "<p>One</p>"),
        ("<p>One</p><script>alert(1)</script>", "<p>One</p>"),
        ('<p>One <a href="javascript:x()">two</a></p>', "<p>One two</p>"),
        ('<img src="x" onerror="x()"><p>One</p>', "<p>One</p>"),
        ("<div>One</div><div>two</div>", "<p>One</p><p>two</p>"),
        ("<h2>One</h2>two", "<p>One</p>two"),
        ("<p>One</p><p>&nbsp;</p><p></p>", "<p>One</p>"),
        ("<p>One<p>two", "<p>One</p><p>two</p>"),
        ("<ul><li>One</li></ul>", "<ul><li>One</li></ul>"),
        ("&lt;p&gt;One &lt;b&gt;two&lt;/b&gt;&lt;/p&gt;", "<p>One <b>two</b></p>"),
        ("&lt;p&gt;&lt;script&gt;alert(1)&lt;/script&gt;One&lt;/p&gt;", "<p>One</p>"),
        ("<p>1 &lt; 2 &amp; 3</p>", "<p>1 &lt; 2 &amp; 3</p>"),
        ("two.<p></p>The", "<p>two.<br><br>The</p>"),
        ("<p>One</p><p></p>two<p> </p> three<p></p>", "<p>One</p>two<br><br>three"),
        ("<ul><li>One<p></p></li><li>two</li></ul>", "<ul><li>One</li><li>two</li></ul>"),
        ("<table><tr><td>One</td><td>two</td></tr></table>", "<p>One</p><p>two</p>"),
        ("10<sup>6</sup> &lt;sub&gt;x&lt;/sub&gt;", "<p>10<sup>6</sup> <sub>x</sub></p>"),
        ("<p> </p>", ""),
        ("", ""),
    ],
)
def test_html_is_reduced_to_a_few_harmless_tags(sent: str, shown: str) -> None:
    assert sanitize({"text": sent, "is_html": True}) == shown


def test_plain_text_becomes_paragraphs() -> None:
    assert (
        sanitize({"text": "One\nline\n\ntwo <b> & three"})
        == "<p>One<br>line</p><p>two &lt;b&gt; &amp; three</p>"
    )
    assert as_paragraphs("") == sanitize(None) == ""


@given(st.text(st.sampled_from("<>/&;pbaemscriptonlk=\"' \n")), st.booleans())
def test_nothing_but_the_few_tags_ever_comes_out(sent: str, is_html: bool) -> None:
    shown = sanitize({"text": sent, "is_html": is_html})
    for tag in re.findall(r"<[^>]*>?", shown):
        assert re.fullmatch(r"</?(p|br|em|strong|i|b|sub|sup|ul|ol|li|blockquote)>", tag)


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<p>One <em>two</em></p><p>three</p>", "One two three"),
        ("<ul><li>One</li><li>two</li></ul>", "One two"),
        ("<p>One<br>two &lt;3 &amp;amp;</p>", "One two <3 &amp;"),
        ("One<p>two</p>three<ul><li>four</li></ul>", "One two three four"),
        ("<p>10<sup>6</sup> and 1<sup>st</sup></p>", "10⁶ and 1st"),
    ],
)
def test_markup_can_be_read_without_its_tags(markup: str, plain: str) -> None:
    assert as_plain(markup) == plain


@pytest.mark.parametrize(
    ("text", "short"),
    [("One two", "One two"), ("One two, three", "One two…"), ("Onetwothreefour", "Onetwothre…"), ("", "")],
)
def test_a_long_text_ends_at_a_word(text: str, short: str) -> None:
    assert shorten(text, 11) == short


@given(st.text(), st.integers(2, 50))
def test_a_short_text_is_never_too_long(text: str, most: int) -> None:
    assert len(shorten(text, most)) <= most


@given(st.lists(st.sampled_from(["<p>", "</p>", "<br>", "<h2>", "<td>", "<li>", "<p></p>", " "]), max_size=4))
def test_blocks_keep_the_words_beside_them_apart(tags: list[str]) -> None:
    """Whatever blocks are between two words, in HTML of any shape."""
    shown = sanitize({"text": f"One{''.join(tags)}two", "is_html": True})
    assert as_plain(shown) == ("One two" if tags else "Onetwo")


@pytest.mark.parametrize("part", ["&lt;p ", "<p", "<p>", "<div ", "<p>&nbsp;", "&lt;", "<br"])
def test_no_text_takes_long_to_clean(part: str) -> None:
    started = process_time()
    sanitize({"text": part * 20_000, "is_html": True})
    assert process_time() - started < 2
