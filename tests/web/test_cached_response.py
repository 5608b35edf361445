"""An answer as bytes: encodings, ETags, and what is left unsaid when nothing changed."""

import gzip
from typing import Any

import brotli
import pytest

from bookshop.web.cached_response import WORTH_ENCODING, Headers, choose_encoding, hand_out, is_named, keep

TEXT = b"<p>The Life and Opinions of Tristram Shandy</p>" * 100
HTML: Headers = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-length", b"1"),
    (b"cache-control", b"public, max-age=1"),
    (b"vary", b"HX-Request"),
    (b"x-content-type-options", b"nosniff"),
]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("GZIP", "gzip"),
        ("", ""),
        ("identity", ""),
        ("*", "br"),
        ("br;q=0, gzip;q=0.5", "gzip"),
        ("br; q=0.000, *", "gzip"),
        ("*;q=0", ""),
        ("gzip;q=1.0, br;q=0.1", "br"),
        ("nonsense;;;,,,\xff", ""),
    ],
)
def test_a_browser_gets_the_smallest_encoding_that_it_takes(accepted: str, encoding: str) -> None:
    assert choose_encoding(accepted.encode("latin-1")) == encoding


def test_every_encoding_holds_the_same_text_under_an_etag_of_its_own() -> None:
    kept = keep(200, HTML, TEXT)
    forms = {encoding: kept.form_for(encoding.encode()) for encoding in ("", "gzip", "br")}
    assert forms[""].body["body"] == TEXT
    assert gzip.decompress(forms["gzip"].body["body"]) == TEXT
    assert brotli.decompress(forms["br"].body["body"]) == TEXT
    assert len({form.etag for form in forms.values()}) == 3
    for encoding, form in forms.items():
        headers = dict(form.start["headers"])
        assert headers.get(b"content-encoding", b"").decode() == encoding
        assert headers[b"content-length"] == str(len(form.body["body"])).encode()
        assert headers[b"vary"] == b"HX-Request, Accept-Encoding"
        assert headers[b"x-content-type-options"] == b"nosniff"
    assert kept.size > sum(len(form.body["body"]) for form in forms.values())


async def test_head_says_as_much_as_get() -> None:
    kept, sent = keep(200, HTML, TEXT), []

    async def send(message: Any) -> None:
        sent.append(message)

    for method in ("GET", "HEAD"):
        await hand_out(kept, method, {}, send)
    assert sent[0] == sent[2]
    assert (sent[1]["body"], sent[3]["body"]) == (TEXT, b"")


def test_each_encoding_is_made_once() -> None:
    kept = keep(200, HTML, TEXT)
    assert kept.form_for(b"br") is kept.form_for(b"gzip, br")


def test_what_is_unchanged_says_only_what_a_browser_needs() -> None:
    unchanged = keep(200, HTML, TEXT).form_for(b"br").unchanged
    assert unchanged["status"] == 304
    assert {name for name, _ in unchanged["headers"]} == {b"cache-control", b"vary", b"etag"}


@pytest.mark.parametrize("content_type", [b"image/avif", b"image/png"])
def test_pictures_are_not_encoded_again(content_type: bytes) -> None:
    kept = keep(200, [(b"content-type", content_type)], TEXT)
    assert kept.form_for(b"br") is kept.form_for(b"")
    assert b"vary" not in dict(kept.headers)


def test_small_bodies_are_not_encoded() -> None:
    assert not keep(200, HTML, b"x" * (WORTH_ENCODING - 1)).is_encodable


def test_another_body_or_another_header_is_another_answer() -> None:
    digests = {
        keep(200, HTML, TEXT).digest,
        keep(200, HTML, TEXT + b"!").digest,
        keep(200, [*HTML, (b"content-security-policy", b"default-src 'none'")], TEXT).digest,
    }
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("known", "named"),
    [
        (b'"a"', True),
        (b'W/"a"', True),
        (b'"b", "a"', True),
        (b'"b",W/"a"', True),
        (b" * ", True),
        (b'"b"', False),
        (b'"a-br"', False),
        (b"", False),
    ],
)
def test_if_none_match_is_read_as_browsers_and_proxies_write_it(known: bytes, named: bool) -> None:
    assert is_named(b'"a"', known) is named
