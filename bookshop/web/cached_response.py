"""A response kept as bytes, ready to be sent in each encoding that browsers accept."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import brotli
from hypercorn.typing import ASGISendCallable, HTTPResponseBodyEvent, HTTPResponseStartEvent

Headers = list[tuple[bytes, bytes]]

CACHE_FOREVER = "public, max-age=31536000, immutable"
# a smaller body does not save a packet
MIN_ENCODED_BYTES = 500
OVERHEAD_BYTES = 4000
COMPRESSIBLE_TYPES = (
    b"text/",
    b"image/svg+xml",
    b"application/xml",
    b"application/atom+xml",
    b"application/json",
    b"application/speculationrules+json",
)
# RFC 9110, 15.4.5, of the headers that we send
NOT_MODIFIED_HEADERS = frozenset({b"cache-control", b"vary"})
# brotli takes memory by its window, by default for 4 MB
MIN_WINDOW_BITS, MAX_WINDOW_BITS = 16, 22
EMPTY_BODY: HTTPResponseBodyEvent = {"type": "http.response.body", "body": b"", "more_body": False}


class CompressionLevels(NamedTuple):
    """How hard each encoding tries."""

    brotli: int
    gzip: int


# for a page that lives a second, and for a file that every browser downloads
FAST = CompressionLevels(brotli=5, gzip=6)
SMALLEST = CompressionLevels(brotli=11, gzip=9)


@dataclass(frozen=True, slots=True)
class Encoding:
    """A response in one encoding, as the ASGI messages that send it."""

    etag: bytes
    start: HTTPResponseStartEvent
    body: HTTPResponseBodyEvent
    not_modified: HTTPResponseStartEvent


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """A response and its encodings, each made at its first request.

    Equal digests mean equal responses.
    """

    status: int
    headers: Headers
    body: bytes
    digest: str
    levels: CompressionLevels
    is_encodable: bool
    encodings: dict[str, Encoding] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Return an upper bound in bytes; all encodings together are smaller than the body."""
        return OVERHEAD_BYTES + len(self.body) * (2 if self.is_encodable else 1)

    def encoding_for(self, accept_encoding: bytes) -> Encoding:
        """Return the smallest encoding that this Accept-Encoding header allows."""
        name = choose_encoding(accept_encoding) if self.is_encodable else ""
        return self.encodings.get(name) or self._encode(name)

    def _encode(self, name: str) -> Encoding:
        body = compress(self.body, name, self.levels)
        etag = f'"{self.digest}-{name}"'.encode() if name else f'"{self.digest}"'.encode()
        headers = [*self.headers, (b"etag", etag), (b"content-length", b"%d" % len(body))]
        if name:
            headers.append((b"content-encoding", name.encode()))
        unchanged = [(header, value) for header, value in self.headers if header in NOT_MODIFIED_HEADERS]
        encoding = self.encodings[name] = Encoding(
            etag,
            {"type": "http.response.start", "status": self.status, "headers": headers},
            {"type": "http.response.body", "body": body, "more_body": False},
            {"type": "http.response.start", "status": 304, "headers": [*unchanged, (b"etag", etag)]},
        )
        return encoding


def cache_response(
    status: int, headers: Headers, body: bytes, levels: CompressionLevels = FAST
) -> CachedResponse:
    """Make a cached response; Content-Length, ETag and Accept-Encoding in Vary are written anew."""
    cached = [(name, value) for name, value in headers if name not in (b"content-length", b"etag", b"vary")]
    content_type = dict(cached).get(b"content-type", b"")
    is_encodable = len(body) >= MIN_ENCODED_BYTES and content_type.startswith(COMPRESSIBLE_TYPES)
    vary = [value for name, value in headers if name == b"vary"]
    if is_encodable:
        vary.append(b"Accept-Encoding")
    if vary:
        cached.append((b"vary", b", ".join(vary)))
    digest = blake2b(repr(cached).encode() + body, digest_size=12).hexdigest()
    return CachedResponse(status, cached, body, digest, levels, is_encodable)


async def send_cached(
    response: CachedResponse, method: str, request_headers: Mapping[bytes, bytes], send: ASGISendCallable
) -> None:
    """Send a cached response, or 304 if the browser has it already."""
    encoding = response.encoding_for(request_headers.get(b"accept-encoding", b""))
    if_none_match = request_headers.get(b"if-none-match")
    if if_none_match is not None and response.status == 200 and etag_matches(encoding.etag, if_none_match):
        await send(encoding.not_modified)
        await send(EMPTY_BODY)
    else:
        await send(encoding.start)
        await send(EMPTY_BODY if method == "HEAD" else encoding.body)


def etag_matches(etag: bytes, if_none_match: bytes) -> bool:
    """Compare weakly (RFC 9110, 13.1.2): a proxy in between may have made the ETag a weak one."""
    if if_none_match == etag:
        return True
    listed = (name.strip().removeprefix(b"W/") for name in if_none_match.split(b","))
    return if_none_match.strip() == b"*" or etag in listed


def compress(body: bytes, encoding: str, levels: CompressionLevels) -> bytes:
    """Return the body in an encoding: `br`, `gzip`, or "" for unchanged."""
    if encoding == "br":
        window = min(max(len(body).bit_length(), MIN_WINDOW_BITS), MAX_WINDOW_BITS)
        return bytes(brotli.compress(body, quality=levels.brotli, lgwin=window))
    return gzip.compress(body, levels.gzip, mtime=0) if encoding == "gzip" else body


# browsers send a handful of values; a client that invents more must not fill the memory
@lru_cache(maxsize=100)
def choose_encoding(accept_encoding: bytes) -> str:
    """Return the smallest encoding that Accept-Encoding allows, or "" for none."""
    weights = {}
    for part in accept_encoding.decode("latin-1").lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "")
    refused = ("q=0", "q=0.0", "q=0.00", "q=0.000")
    for encoding in ("br", "gzip"):
        if weights.get(encoding, weights.get("*", "q=0")) not in refused:
            return encoding
    return ""


def encode_headers(headers: Mapping[str, str]) -> Headers:
    """Return headers as ASGI sends them."""
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
