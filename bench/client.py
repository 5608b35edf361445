"""A browser that costs next to nothing, so that thousands of them fit on one core."""

import asyncio
import time
from dataclasses import dataclass
from typing import TypeAlias

BROWSER = {
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
class Answer:
    """What came back, and after how many milliseconds."""

    status: int
    headers: Headers
    body: bytes
    ms: float

    def header(self, name: str) -> str:
        """The first header of this name, or nothing."""
        return next((value for one, value in self.headers if one == name), "")


class Browser:
    """One connection that is kept, opened again when the server has closed it; cookies are kept too."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(
        self, path: str, method: str = "GET", body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """Ask, and read the whole answer."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if method == "POST":
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        began = time.perf_counter()
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self.port)
        reader, writer = self._streams
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").splitlines()
        found = [
            (n.strip().lower(), v.strip()) for n, _, v in (line.partition(":") for line in head[1:] if line)
        ]
        answer = Answer(int(head[0].split()[1]), found, b"", 0)
        content = await reader.readexactly(int(answer.header("content-length") or 0))
        for name, value in found:
            if name == "set-cookie":
                cookie, _, text = value.partition(";")[0].partition("=")
                self.cookies[cookie] = text
        if answer.header("connection") == "close":
            self.close()
        return Answer(answer.status, found, content, (time.perf_counter() - began) * 1000)

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams:
            self._streams[1].close()
            self._streams = None


def percentile(values: list[float], part: float) -> float:
    """The value below which this part of them lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]
