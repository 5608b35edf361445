"""Measure the time to the first response, and the worker's memory."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.client import BROWSER_HEADERS
from bench.load import burst
from bench.machine import SERVER_CORE, pin
from bench.site import Site, find_assets, find_pages
from bench.table import Row

TRIES = 5
BURST_SECONDS = 10
NEWLINE = "\n"
IMPORTS = "import bookshop.app, bookshop.server.worker, uvloop"


def measure_start(site: Site) -> Iterator[Row]:
    """Measure from the command to the first response, beside the time of the imports alone."""
    starts, imports = [], []
    for _ in range(TRIES):
        began = time.perf_counter()
        with site.shop():
            starts.append(time.perf_counter() - began)
        began = time.perf_counter()
        subprocess.run(pin([sys.executable, "-c", IMPORTS], SERVER_CORE), check=True)
        imports.append(time.perf_counter() - began)
    yield Row("first answer after start", median(starts), "s", median(imports), "python and our imports")


def measure_memory(site: Site, requests: int) -> Iterator[Row]:
    """Measure the worker's memory after its start, and after so many requests of all kinds."""
    with site.shop() as shop:
        paths = find_pages(shop)
        script = write_mixed_script(
            site.folder, [*paths.values(), *find_assets(shop)], paths["book"].split("/")[2]
        )
        burst(shop, "/", 1, BROWSER_HEADERS, script)
        new = shop.memory_mb()
        yield Row("memory after start", new, "MB", memory_mb=new)
        done = 0
        while done < requests:
            done += burst(shop, "/", BURST_SECONDS, BROWSER_HEADERS, script).requests
        after = shop.memory_mb()
        yield Row(f"memory after {done:,} requests", after, "MB", new, "after start", memory_mb=after)


def write_mixed_script(folder: Path, paths: list[str], isbn: str) -> Path:
    """Write a wrk script that requests pages, files, covers, baskets and forms in turn."""
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
local requests, position = {{}}, 0
function init(args)
  wrk.headers["Content-Type"] = "application/x-www-form-urlencoded"
{NEWLINE.join(lines)}
end
function request()
  position = position % #requests + 1
  return requests[position]
end
"""
    )
    return script
