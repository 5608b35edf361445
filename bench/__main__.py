"""Measure the shop beside the fastest possible server: python -m bench."""

import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path

import click

from bench import buying, polling, reading, selling, serving, signing_in, starting, table, weighing
from bench.load import require_wrk
from bench.machine import CORES, move_to_load_core
from bench.site import Site, open_site
from bench.table import Row

SOAK_REQUESTS = 1_000_000
KINDS = ("pages", "orders", "sales", "webhooks", "polls", "sign-ins", "start", "memory", "onix", "bytes")


@click.command()
@click.option(
    "--rows",
    default=",".join(KINDS),
    show_default=True,
    help="Kinds of work, separated by commas.",
)
@click.option("--rounds", default=3, show_default=True, help="Rounds over all pages.")
@click.option("--seconds", default=3.0, show_default=True, help="Seconds of each measurement.")
@click.option("--soak", is_flag=True, help=f"Measure memory after {SOAK_REQUESTS:,} requests.")
@click.option("--requests", default=50_000, show_default=True, help="Their number without --soak.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write the figures to this file.",
)
def main(
    rows: str, rounds: int, seconds: float, *, soak: bool, requests: int, json_file: Path | None
) -> None:
    """Measure the shop on this machine and print one table."""
    wanted = rows.split(",")
    if unknown := set(wanted) - set(KINDS):
        raise click.BadParameter(f"unknown kind of work: {', '.join(sorted(unknown))}", param_hint="--rows")
    require_wrk()
    if len(CORES) < 2:
        click.echo("bench: server and load share one core; only the ratios are meaningful", err=True)
    move_to_load_core()
    measures: dict[str, Callable[[Site], Iterable[Row]]] = {
        "pages": lambda site: serving.measure(site, rounds, seconds),
        "orders": lambda site: buying.measure_orders(site, 5 * seconds),
        "sales": lambda site: selling.measure_sales(site, 5 * seconds),
        "webhooks": lambda site: buying.measure_webhooks(site, seconds),
        "polls": lambda site: polling.measure(site, 5 * seconds),
        "sign-ins": lambda site: signing_in.measure(site, rounds, 2 * seconds),
        "start": starting.measure_start,
        "memory": lambda site: starting.measure_memory(site, SOAK_REQUESTS if soak else requests),
        "onix": reading.measure,
    }
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="bookshop-bench-") as name, open_site(Path(name)) as site:
        for kind, measure in measures.items():
            if kind in wanted:
                click.echo(f"{kind} …", err=True)
                found += measure(site)
        weights = weighing.weigh(site) if "bytes" in wanted else []
    click.echo("\n".join(table.format_rows(found)))
    if weights:
        click.echo("\n" + "\n".join(weighing.format_weights(weights)))
    if json_file:
        figures = {
            "python": sys.version.split()[0],
            "rows": [{**asdict(row), "ratio": row.ratio} for row in found],
            "bytes": [asdict(weight) for weight in weights],
        }
        json_file.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
