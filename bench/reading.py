"""Measure how fast ONIX is read and books are derived from it, beside parsers alone."""

import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from lxml import etree

from bench.site import Site
from bench.table import Row
from bookshop.importing.rules.derive import derive_book
from bookshop.onix.blocks import digest
from bookshop.onix.reader import read_onix
from bookshop.onix.record import Record
from bookshop.trade.market import Market
from tests.onix.messages import write_rich_message

RECORDS = 5000
ROUNDS = 3
MARKET = Market("SG", "SGD", "Asia/Singapore")


def measure(site: Site) -> Iterator[Row]:
    """Count records a second of CPU time, all in turn so that a busy moment affects all of them."""
    path = site.folder / "onix.xml"
    write_rich_message(path, RECORDS)
    methods = (parse_with_lxml, parse_with_python, read, read_and_derive)
    seconds: dict[Callable[[Path], None], float] = {}
    for _ in range(ROUNDS):
        for method in methods:
            began = process_time()
            method(path)
            seconds[method] = min(seconds.get(method, 1e9), process_time() - began)
    lxml, python, ours, derived = (RECORDS / seconds[method] for method in methods)
    yield Row("ONIX read", ours, "/s", lxml, "lxml parses and forgets", cpu_us=1e6 / ours)
    yield Row("ONIX read", ours, "/s", python, "Python's own parser parses and forgets")
    yield Row("ONIX read, books derived", derived, "/s", python, "Python's own parser", cpu_us=1e6 / derived)


def parse_with_lxml(path: Path) -> None:
    """Parse every record with lxml, and drop it."""
    for _, element in etree.iterparse(path, tag="{*}Product", resolve_entities=False, load_dtd=False):
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]


def parse_with_python(path: Path) -> None:
    """Parse every record with the standard library, and drop it."""
    events = ET.iterparse(path, ("start", "end"))  # noqa: S314 - our own file
    _, root = next(events)
    for event, element in events:
        if event == "end" and element.tag.endswith("}Product"):
            root.clear()


def read(path: Path) -> None:
    """Read every record as an import does."""
    with path.open("rb") as file:
        for _ in read_onix(file):
            pass


def read_and_derive(path: Path) -> None:
    """Do everything that an import does, except for the database."""
    now = datetime.now(UTC)
    with path.open("rb") as file:
        for record in read_onix(file):
            if isinstance(record, Record):
                digest(record.text)
                derive_book(record.isbn, [record.blocks], {}, MARKET, now)
