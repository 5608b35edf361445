"""A web server on this machine that stands for those who publish pictures."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Publisher:
    """Answers as it is told, and remembers what it was asked."""

    url: str = ""
    answers: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def put(self, path: str, content: bytes = b"", status: int = 200, **headers: str) -> str:
        """Set the response at this path and return its URL."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = (status, named, content)
        return self.url + path

    def forget(self) -> list[str]:
        """The paths that were asked for since this was last called."""
        paths = [path for path, _ in self.asked]
        self.asked.clear()
        return paths


@contextmanager
def running_publisher() -> Iterator[Publisher]:
    """Serve until the block ends."""
    publisher = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.asked.append((self.path, dict(self.headers)))
            status, headers, content = publisher.answers.get(self.path, (404, {}, b""))
            if self.headers.get("If-None-Match", "") == headers.get("ETag", "-"):
                status, content = 304, b""
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        publisher.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield publisher
        server.shutdown()
        thread.join()


def anywhere(_: str) -> bool:
    """Let downloads reach this machine."""
    return True
