"""The time to the first answer, and what the worker keeps in memory, new and after very many requests."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.client import BROWSER
from bench.load import burst
from bench.machine import SERVER_CORE, pinned
from bench.site import Site, addresses, files
from bench.table import Row

TRIES = 5
BURST_SECONDS = 10
LINES = "\n"
IMPORTS = "import bookshop.app, bookshop.server.worker, uvloop"


def measure_start(site: Site) -> Iterator[Row]:
    """From the command to the first answer, beside the time of the imports alone."""
    starts, imports = [], []
    for _ in range(TRIES):
        began = time.perf_counter()
        with site.shop():
            starts.append(time.perf_counter() - began)
        began = time.perf_counter()
        subprocess.run(pinned([sys.executable, "-c", IMPORTS], SERVER_CORE), check=True)
        imports.append(time.perf_counter() - began)
    yield Row("first answer after start", median(starts), "s", median(imports), "python and our imports")


def measure_memory(site: Site, requests: int) -> Iterator[Row]:
    """The worker after its start, and after so many requests of mixed kinds."""
    with site.shop() as shop:
        paths = addresses(shop)
        script = mix(site.folder, [*paths.values(), *files(shop)], paths["book"].split("/")[2])
        burst(shop, "/", 1, BROWSER, script)
        new = shop.memory_mb()
        yield Row("memory after start", new, "MB", memory_mb=new)
        done = 0
        while done < requests:
            done += burst(shop, "/", BURST_SECONDS, BROWSER, script).requests
        after = shop.memory_mb()
        yield Row(f"memory after {done:,} requests", after, "MB", new, "after start", memory_mb=after)


def mix(folder: Path, paths: list[str], isbn: str) -> Path:
    """A script for wrk: pages, files, covers, baskets and forms, in turn."""
    paths = [*paths, "/basket", f"/checkout?item={isbn}", f"/covers/{isbn}.svg", "/healthz"]
    wanted = [("GET", path, "") for path in paths]
    wanted.append(("POST", "/basket", f"isbn={isbn}&quantity=1"))
    script = folder / "mix.lua"
    lines = [
        f"  requests[#requests + 1] = wrk.format({json.dumps(method)}, {json.dumps(path)}, wrk.headers, "
        f"{json.dumps(body) if body else 'nil'})"
        for method, path, body in wanted
    ]
    script.write_text(
        f"""
local requests, next_one = {{}}, 0
function init(args)
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
{LINES.join(lines)}
end
function request()
  next_one = next_one % #requests + 1
  return requests[next_one]
end
"""
    )
    return script
