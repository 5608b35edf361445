"""An answer kept as bytes, ready to be sent in each encoding that browsers take."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b

import brotli
from hypercorn.typing import ASGISendCallable, HTTPResponseBodyEvent, HTTPResponseStartEvent

Headers = list[tuple[bytes, bytes]]

# of brotli and gzip: what pays for a page that lives a second, and for a file that everyone gets
QUICK = (5, 6)
THOROUGH = (11, 9)
# below this a smaller body saves no packet
WORTH_ENCODING = 500
ENCODABLE = (
    b"text/",
    b"image/svg+xml",
    b"application/xml",
    b"application/atom+xml",
    b"application/json",
    b"application/speculationrules+json",
)
# all that a browser needs to hear of an answer that it has already (RFC 9110, 15.4.5)
ON_UNCHANGED = frozenset({b"cache-control", b"vary"})
OVERHEAD = 4000
NOTHING: HTTPResponseBodyEvent = {"type": "http.response.body", "body": b"", "more_body": False}


@dataclass(frozen=True, slots=True)
class Form:
    """An answer in one encoding, as the messages that send it."""

    etag: bytes
    start: HTTPResponseStartEvent
    body: HTTPResponseBodyEvent
    unchanged: HTTPResponseStartEvent


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer, and those forms of it that somebody has asked for; two with one digest are the same."""

    status: int
    headers: Headers
    body: bytes
    digest: str
    levels: tuple[int, int]
    is_encodable: bool
    forms: dict[str, Form] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """At most how many bytes it takes, its encodings included: together they are smaller than itself."""
        return OVERHEAD + len(self.body) * (2 if self.is_encodable else 1)

    def form_for(self, accepted: bytes) -> Form:
        """The form for a browser that takes these encodings."""
        encoding = choose_encoding(accepted) if self.is_encodable else ""
        return self.forms.get(encoding) or self._make(encoding)

    def _make(self, encoding: str) -> Form:
        body = encode(self.body, encoding, self.levels)
        etag = f'"{self.digest}-{encoding}"'.encode() if encoding else f'"{self.digest}"'.encode()
        whole = [*self.headers, (b"etag", etag), (b"content-length", b"%d" % len(body))]
        if encoding:
            whole.append((b"content-encoding", encoding.encode()))
        few = [*((name, value) for name, value in self.headers if name in ON_UNCHANGED), (b"etag", etag)]
        form = self.forms[encoding] = Form(
            etag,
            {"type": "http.response.start", "status": self.status, "headers": whole},
            {"type": "http.response.body", "body": body, "more_body": False},
            {"type": "http.response.start", "status": 304, "headers": few},
        )
        return form


def keep(status: int, headers: Headers, body: bytes, levels: tuple[int, int] = QUICK) -> Kept:
    """An answer to be kept; of its headers, those about its length and encoding are ours to write."""
    kept = [(name, value) for name, value in headers if name not in (b"content-length", b"etag", b"vary")]
    is_encodable = len(body) >= WORTH_ENCODING and dict(kept).get(b"content-type", b"").startswith(ENCODABLE)
    vary = [value for name, value in headers if name == b"vary"]
    if is_encodable:
        vary.append(b"Accept-Encoding")
    if vary:
        kept.append((b"vary", b", ".join(vary)))
    digest = blake2b(repr(kept).encode() + body, digest_size=12).hexdigest()
    return Kept(status, kept, body, digest, levels, is_encodable)


async def hand_out(kept: Kept, method: str, asked: Mapping[bytes, bytes], send: ASGISendCallable) -> None:
    """Send a kept answer, or only say that the browser has it already."""
    form = kept.form_for(asked.get(b"accept-encoding", b""))
    known = asked.get(b"if-none-match")
    if known is not None and kept.status == 200 and is_named(form.etag, known):
        await send(form.unchanged)
        await send(NOTHING)
    else:
        await send(form.start)
        await send(NOTHING if method == "HEAD" else form.body)


def is_named(etag: bytes, known: bytes) -> bool:
    """Whether If-None-Match names this ETag; a proxy on the way may have made it a weak one."""
    if known == etag:
        return True
    return known.strip() == b"*" or etag in (name.strip().removeprefix(b"W/") for name in known.split(b","))


def encode(body: bytes, encoding: str, levels: tuple[int, int]) -> bytes:
    """The body in an encoding."""
    if encoding == "br":
        return bytes(brotli.compress(body, quality=levels[0]))
    return gzip.compress(body, levels[1], mtime=0) if encoding == "gzip" else body


# browsers have a handful of ways to say it, and whoever makes up more may not fill our memory
@lru_cache(maxsize=100)
def choose_encoding(accepted: bytes) -> str:
    """The smallest encoding that Accept-Encoding allows, '' being none."""
    weights = {}
    for part in accepted.decode("latin-1").lower().split(","):
        name, _, weight = part.partition(";")
        weights[name.strip()] = weight.replace(" ", "")
    refused = ("q=0", "q=0.0", "q=0.00", "q=0.000")
    for encoding in ("br", "gzip"):
        if weights.get(encoding, weights.get("*", "q=0")) not in refused:
            return encoding
    return ""
