"""A response as bytes: its encodings, its ETags, and what a 304 leaves out."""

import gzip
from typing import Any

import brotli
import pytest

from bookshop.web.cached_response import (
    FAST,
    MIN_ENCODED_BYTES,
    Headers,
    cache_response,
    choose_encoding,
    compress,
    etag_matches,
    send_cached,
)

TEXT = b"<p>The Life and Opinions of Tristram Shandy</p>" * 100
HTML: Headers = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"content-length", b"1"),
    (b"cache-control", b"public, max-age=1"),
    (b"vary", b"HX-Request"),
    (b"x-content-type-options", b"nosniff"),
]


@pytest.mark.parametrize(
    ("accept_encoding", "encoding"),
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
def test_a_browser_gets_the_smallest_encoding_that_it_takes(accept_encoding: str, encoding: str) -> None:
    assert choose_encoding(accept_encoding.encode("latin-1")) == encoding


def test_every_encoding_holds_the_same_text_under_an_etag_of_its_own() -> None:
    response = cache_response(200, HTML, TEXT)
    encodings = {name: response.encoding_for(name.encode()) for name in ("", "gzip", "br")}
    assert encodings[""].body["body"] == TEXT
    assert gzip.decompress(encodings["gzip"].body["body"]) == TEXT
    assert brotli.decompress(encodings["br"].body["body"]) == TEXT
    assert len({encoding.etag for encoding in encodings.values()}) == 3
    for name, encoding in encodings.items():
        headers = dict(encoding.start["headers"])
        assert headers.get(b"content-encoding", b"").decode() == name
        assert headers[b"content-length"] == str(len(encoding.body["body"])).encode()
        assert headers[b"vary"] == b"HX-Request, Accept-Encoding"
        assert headers[b"x-content-type-options"] == b"nosniff"
    assert response.size > sum(len(encoding.body["body"]) for encoding in encodings.values())


@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 2**24])
def test_a_body_of_any_size_can_be_compressed(size: int) -> None:
    assert len(brotli.decompress(compress(bytes(size), "br", FAST))) == size


async def test_head_has_the_headers_of_get() -> None:
    response, sent = cache_response(200, HTML, TEXT), []

    async def send(message: Any) -> None:
        sent.append(message)

    for method in ("GET", "HEAD"):
        await send_cached(response, method, {}, send)
    assert sent[0] == sent[2]
    assert (sent[1]["body"], sent[3]["body"]) == (TEXT, b"")


def test_each_encoding_is_made_once() -> None:
    response = cache_response(200, HTML, TEXT)
    assert response.encoding_for(b"br") is response.encoding_for(b"gzip, br")


def test_not_modified_has_only_the_headers_that_a_browser_needs() -> None:
    not_modified = cache_response(200, HTML, TEXT).encoding_for(b"br").not_modified
    assert not_modified["status"] == 304
    assert {name for name, _ in not_modified["headers"]} == {b"cache-control", b"vary", b"etag"}


@pytest.mark.parametrize("content_type", [b"image/avif", b"image/png"])
def test_pictures_are_not_encoded_again(content_type: bytes) -> None:
    response = cache_response(200, [(b"content-type", content_type)], TEXT)
    assert response.encoding_for(b"br") is response.encoding_for(b"")
    assert b"vary" not in dict(response.headers)


def test_small_bodies_are_not_encoded() -> None:
    assert not cache_response(200, HTML, b"x" * (MIN_ENCODED_BYTES - 1)).is_encodable
    assert cache_response(200, HTML, b"x" * MIN_ENCODED_BYTES).is_encodable


def test_every_header_is_sent_once() -> None:
    names = [
        name
        for name, _ in cache_response(200, [*HTML, (b"etag", b"old")], TEXT)
        .encoding_for(b"br")
        .start["headers"]
    ]
    assert len(names) == len(set(names))


async def test_only_a_success_becomes_not_modified() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    await send_cached(cache_response(404, HTML, TEXT), "GET", {b"if-none-match": b"*"}, send)
    assert sent[0]["status"] == 404


def test_another_body_or_another_header_is_another_response() -> None:
    digests = {
        cache_response(200, HTML, TEXT).digest,
        cache_response(200, HTML, TEXT + b"!").digest,
        cache_response(200, [*HTML, (b"content-security-policy", b"default-src 'none'")], TEXT).digest,
    }
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("if_none_match", "matches"),
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
def test_if_none_match_is_read_as_browsers_and_proxies_write_it(if_none_match: bytes, matches: bool) -> None:
    assert etag_matches(b'"a"', if_none_match) is matches
