"""What a run has found, and how it is shown."""

from collections.abc import Iterable
from dataclasses import dataclass

HEAD = ("WORK", "OURS", "", "FLOOR", "RATIO", "P50 ms", "P99 ms", "CPU µs", "MB", "FLOOR IS")


@dataclass(frozen=True)
class Row:
    """A piece of work: ours beside its floor, which is the least that it could take on this machine."""

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
        """Ours as a part, or a multiple, of the floor."""
        return self.ours / self.floor if self.ours is not None and self.floor else None


def lines_of(rows: Iterable[Row]) -> list[str]:
    """The rows as a table of text."""
    cells = [
        HEAD,
        *(
            (
                row.work,
                text_of(row.ours),
                row.unit if row.ours is not None else "",
                text_of(row.floor),
                f"{row.ratio:.2f}" if row.ratio is not None else "",
                text_of(row.p50_ms),
                text_of(row.p99_ms),
                text_of(row.cpu_us),
                text_of(row.memory_mb),
                row.floor_is,
            )
            for row in rows
        ),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells]


def text_of(value: float | None) -> str:
    """A number as short as it is still exact enough."""
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
