"""The files under static/, each at an address made of its content, so that browsers may keep it for good.

They are read once, at the start; a change of one is seen after the next.
"""

import re
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

from hypercorn.typing import ASGIFramework, ASGIReceiveCallable, ASGISendCallable, Scope

from bookshop.web.cached_response import THOROUGH, Kept, hand_out, keep

ROOT = "/static/"
# the sheets of all components in one, in the order of their names
STYLES = "css/shop.css"
VERSION = re.compile(r"-\d+(\.\d+)+\.")
HASH = re.compile(r"\.[0-9a-f]{12}(?=\.\w+$)")
FOR_GOOD = "public, max-age=31536000, immutable"
FOR_NOW = "public, no-cache"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}


class StaticFiles:
    """Every file by its address, with these headers."""

    def __init__(self, folder: Path, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._addresses: dict[str, str] = {}
        self._for_good: dict[str, Kept] = {}
        self._by_name: dict[str, Kept] = {}
        sheets = sorted(folder.glob("css/*.css"))
        self.add(STYLES, b"\n".join(sheet.read_bytes() for sheet in sheets), TYPES[".css"])
        for path in sorted(folder.rglob("*.*")):
            if path not in sheets:
                self.add(path.relative_to(folder).as_posix(), path.read_bytes(), TYPES[path.suffix])

    def add(self, name: str, body: bytes, content_type: str) -> str:
        """Serve this under an address made of its name and content, or of a name that tells its version."""
        stem, _, suffix = name.rpartition(".")
        digest = blake2b(body, digest_size=6).hexdigest()
        address = ROOT + (name if VERSION.search(name) else f"{stem}.{digest}.{suffix}")
        self._addresses[name] = address
        self._for_good[address] = self._keep(body, content_type, FOR_GOOD)
        self._by_name[ROOT + name] = self._keep(body, content_type, FOR_NOW)
        return address

    def address(self, name: str) -> str:
        """The address of a file."""
        return self._addresses[name]

    def before(self, app: ASGIFramework) -> ASGIFramework:
        """Answer for the files before the app is reached."""

        async def answer(scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
            if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
                kept = self._find(scope["path"]) if scope["path"].startswith(ROOT) else None
                if kept is not None:
                    return await hand_out(kept, scope["method"], dict(scope["headers"]), send)
            return await app(scope, receive, send)

        return answer

    def _find(self, path: str) -> Kept | None:
        # while a new version is rolled out, the page may come from another one than the process that is asked
        # for its files: that gives what it has, but not for good
        return self._for_good.get(path) or self._by_name.get(HASH.sub("", path))

    def _keep(self, body: bytes, content_type: str, cache_control: str) -> Kept:
        headers = {**self._headers, "Content-Type": content_type, "Cache-Control": cache_control}
        written = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        return keep(200, written, body, THOROUGH)
