"""Measure public pages, cached and not, beside the fastest applications on the same server."""

import json
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from getpass import getuser
from pathlib import Path
from urllib.parse import quote

from bench.client import BROWSER_HEADERS, HttpResponse
from bench.load import LoadSample, burst, median_sample
from bench.machine import Server, serving
from bench.site import TRANSFER_HEADERS, Site, fetch, find_assets, find_pages
from bench.table import Row
from tests.processes import free_port

MINIMAL_HEADERS = {"Host": "127.0.0.1"}
SET_BY_NGINX = (*TRANSFER_HEADERS, "content-type", "etag")


@dataclass
class Work:
    """A request to repeat, and its results."""

    name: str
    server: Server
    path: str
    floor: str = ""
    headers: dict[str, str] = field(default_factory=lambda: dict(BROWSER_HEADERS))
    script: Path | None = None
    samples: list[LoadSample] = field(default_factory=list)


def measure(site: Site, rounds: int, seconds: float) -> Iterator[Row]:
    """Measure all work in turn, several times, so that a noisy minute affects all of it."""
    with ExitStack() as stack:
        works = list(start(site, stack))
        for _ in range(rounds):
            for work in works:
                work.samples.append(burst(work.server, work.path, seconds, work.headers, work.script))
        rates = {work.name: median_sample(work.samples).rate for work in works}
        for work in works:
            yield make_row(work, rates)


def start(site: Site, stack: ExitStack) -> Iterator[Work]:
    """Start every server to compare, and yield the work for it."""
    shop, cold = stack.enter_context(site.shop()), stack.enter_context(site.cold_shop())
    paths = find_pages(shop)
    home = fetch(shop, "/")
    raw, quart = (stack.enter_context(site.floor(kind, home)) for kind in ("raw", "quart"))
    yield Work("raw ASGI hello, our bytes", raw, "/")
    yield Work("Quart hello, our bytes", quart, "/", "raw ASGI hello, our bytes")
    if shutil.which("nginx"):
        yield Work("nginx, our bytes", stack.enter_context(nginx(site.folder, home)), "/")
    for kind, path in paths.items():
        yield Work(f"{kind}, warm", shop, path, "raw ASGI hello, our bytes")
    tag = {"If-None-Match": home.header("etag")}
    yield Work("home, warm, 304", shop, "/", "raw ASGI hello, our bytes", {**BROWSER_HEADERS, **tag})
    yield Work("home, warm, bare headers", shop, "/", "raw ASGI hello, our bytes", MINIMAL_HEADERS)
    yield Work("static file", shop, find_assets(shop)[0], "raw ASGI hello, our bytes")
    for kind, path in paths.items():
        yield Work(f"{kind}, cold", cold, path, "Quart hello, our bytes")
    script = write_basket_script(site.folder, paths["book"].split("/")[2])
    yield Work("add to basket", shop, "/basket", "Quart hello, our bytes", script=script)


def make_row(work: Work, rates: dict[str, float]) -> Row:
    """Sum up all rounds of a work."""
    found = median_sample(work.samples)
    return Row(
        work.name,
        found.rate,
        floor=rates.get(work.floor),
        floor_is=work.floor,
        p50_ms=found.p50_ms,
        p99_ms=found.p99_ms,
        cpu_us=found.cpu_us,
        memory_mb=work.server.memory_mb(),
    )


def write_basket_script(folder: Path, isbn: str) -> Path:
    """Write a wrk script that puts a book into an empty basket."""
    script = folder / "basket.lua"
    body = f"isbn={quote(isbn)}&quantity=1"
    script.write_text(
        f'wrk.method = "POST"\nwrk.body = {json.dumps(body)}\n'
        'wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"\n'
    )
    return script


@contextmanager
def nginx(folder: Path, response: HttpResponse) -> Iterator[Server]:
    """Serve the same bytes with nginx, from a file."""
    root = folder / "nginx"
    root.mkdir()
    (root / "index.html").write_bytes(response.body)
    port = free_port()
    (root / "nginx.conf").write_text(
        f"worker_processes 1; daemon off; user {getuser()}; pid {root}/pid; error_log stderr;\n"
        "events { worker_connections 1024; }\n"
        f"http {{ access_log off; default_type text/html; sendfile on; keepalive_requests 1000000;\n"
        + "".join(
            f"{kind}_temp_path {root}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f"server {{ listen 127.0.0.1:{port}; root {root};\n"
        + "".join(
            f"add_header {name} {json.dumps(value)};\n"
            for name, value in response.headers
            if name not in SET_BY_NGINX
        )
        + "}}\n"
    )
    command = ["nginx", "-e", "stderr", "-c", str(root / "nginx.conf")]
    with serving(command, folder, {}, port) as it:
        yield it
