"""A local web server in the place of the servers that publish pictures."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class PictureHost:
    """Sends the responses that were put, and records the requests."""

    url: str = ""
    responses: dict[str, tuple[int, dict[str, str], bytes]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def put(self, path: str, content: bytes = b"", status: int = 200, **headers: str) -> str:
        """Set the response at this path and return its URL."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.responses[path] = (status, named, content)
        return self.url + path

    def pop_paths(self) -> list[str]:
        """Return the paths that were requested since the last call."""
        paths = [path for path, _ in self.requests]
        self.requests.clear()
        return paths


@contextmanager
def run_picture_host() -> Iterator[PictureHost]:
    """Serve until the block ends."""
    host = PictureHost()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.requests.append((self.path, dict(self.headers)))
            status, headers, content = host.responses.get(self.path, (404, {}, b""))
            if self.headers.get("If-None-Match", "") == headers.get("ETag", "-"):
                status, content = 304, b""
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Do not write a log."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        host.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield host
        server.shutdown()
        thread.join()


def allow_all(_: str, __: int) -> bool:
    """Allow downloads from this machine too."""
    return True
