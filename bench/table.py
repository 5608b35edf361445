"""The table of results."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

HEAD = ("WORK", "OURS", "", "FLOOR", "RATIO", "P50 ms", "P99 ms", "CPU µs", "MB", "FLOOR IS")


@dataclass(frozen=True)
class Row:
    """The result of one kind of work, beside its floor: the fastest that this machine can do it."""

    work: str
    ours: float | None = None
    unit: str = "/s"
    floor: float | None = None
    floor_is: str = ""
    p50_ms: float | None = None
    p99_ms: float | None = None
    cpu_us: float | None = None
    memory_mb: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.floor if self.ours is not None and self.floor else None


def format_rows(rows: Iterable[Row]) -> list[str]:
    """Return the lines of a table."""
    cells = [
        HEAD,
        *(
            (
                row.work,
                format_number(row.ours),
                row.unit if row.ours is not None else "",
                format_number(row.floor),
                f"{row.ratio:.2f}" if row.ratio is not None else "",
                format_number(row.p50_ms),
                format_number(row.p99_ms),
                format_number(row.cpu_us),
                format_number(row.memory_mb),
                row.floor_is,
            )
            for row in rows
        ),
    ]
    return align(cells)


def align(lines: Sequence[Sequence[str]]) -> list[str]:
    """Join the cells of each line, all columns aligned."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in lines]


def format_number(value: float | None) -> str:
    """Format a number with three digits, or all before the point."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
