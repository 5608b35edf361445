"""The row of a fault in docs/faults.md: compared with what was observed, or written."""

import os
import re
from dataclasses import astuple, dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs/faults.md"
WRITE = "WRITE_FAULT_TABLE"


@dataclass(frozen=True)
class FaultRow:
    """What a fault does, as text of a table's cells."""

    fault: str
    shopper: str
    owner: str
    doctor: str
    afterwards: str

    def __str__(self) -> str:
        return f"| {' | '.join(astuple(self))} |"


def compare(row: FaultRow) -> None:
    """Compare a row with the committed one, or write it if `WRITE_FAULT_TABLE` is set."""
    text = DOCS.read_text("utf-8")
    lines = text.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith(f"| {row.fault} |"))
    if os.environ.get(WRITE):
        lines[place] = str(row)
        DOCS.write_text("\n".join(lines) + "\n", "utf-8")
        return
    assert lines[place] == str(row), f"docs/faults.md is out of date: run this test with {WRITE}=1"


def list_rows() -> list[str]:
    """Return the faults that the committed table has."""
    rows = re.findall(r"^\| ([^|]+) \|", DOCS.read_text("utf-8"), re.MULTILINE)
    return [row for row in rows if row != "fault" and not row.startswith("-")]
