"""A minimal HTTP client with a browser's headers, so that thousands of them fit on one core."""

import asyncio
import time
from dataclasses import dataclass
from typing import TypeAlias

BROWSER_HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br, zstd",
    "Accept-Language": "en-SG,en;q=0.9,zh;q=0.8",
    "Sec-Fetch-Dest": "document",
    "Sec-Fetch-Mode": "navigate",
    "Sec-Fetch-Site": "same-origin",
    "Sec-Fetch-User": "?1",
    "Upgrade-Insecure-Requests": "1",
    "sec-ch-ua": '"Chromium";v="142", "Not_A Brand";v="99"',
    "sec-ch-ua-mobile": "?0",
    "sec-ch-ua-platform": '"Linux"',
}
Headers: TypeAlias = list[tuple[str, str]]


@dataclass(frozen=True)
class HttpResponse:
    """A response, and the milliseconds that it took."""

    status: int
    headers: Headers
    body: bytes
    ms: float

    def header(self, name: str) -> str:
        """Return the first header of this name, or an empty text."""
        return next((value for one, value in self.headers if one == name), "")


class Browser:
    """One connection, reopened when the server has closed it, and its cookies."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._reader = asyncio.StreamReader()
        self._writer: asyncio.StreamWriter | None = None

    async def send(
        self, path: str, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None
    ) -> HttpResponse:
        """Send a request, and read the whole response."""
        request = self._encode(path, method, body, headers or {})
        began = time.perf_counter()
        try:
            head = await self._exchange(request)
        except (asyncio.IncompleteReadError, ConnectionError):
            if method != "GET":
                raise
            # the server closed the idle connection at that moment; like a browser, try a new one
            self.close()
            head = await self._exchange(request)
        found = [
            (n.strip().lower(), v.strip()) for n, _, v in (line.partition(":") for line in head[1:] if line)
        ]
        response = HttpResponse(int(head[0].split()[1]), found, b"", 0)
        content = await self._reader.readexactly(int(response.header("content-length") or 0))
        self._store_cookies(found)
        if response.header("connection") == "close":
            self.close()
        return HttpResponse(response.status, found, content, (time.perf_counter() - began) * 1000)

    def _encode(self, path: str, method: str, body: bytes, headers: dict[str, str]) -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body

    async def _exchange(self, request: bytes) -> list[str]:
        """Send a request, over a new connection if there is none, and return the lines of the head."""
        if self._writer is None or self._reader.at_eof():
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self.port)
        self._writer.write(request)
        return (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()

    def _store_cookies(self, headers: Headers) -> None:
        for name, value in headers:
            if name == "set-cookie":
                cookie, _, text = value.partition(";")[0].partition("=")
                self.cookies[cookie] = text

    def close(self) -> None:
        if self._writer:
            self._writer.close()
            self._writer = None


def percentile(values: list[float], part: float) -> float:
    """Return the value below which this part of all values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]
