"""What is typed into the grid in which several orders are shipped."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from werkzeug.datastructures import MultiDict

from bookshop.fulfilment.fulfilment import MAX_TRACKING_CHARS
from bookshop.office.bulk.chosen import Chosen


@dataclass(frozen=True, slots=True)
class Typed:
    """One row: a parcel leaves if it has a tracking number, or needs none."""

    carrier: str = ""
    tracking: str = ""
    has_no_number: bool = False

    @property
    def is_filled_in(self) -> bool:
        return bool(self.tracking) or self.has_no_number


EMPTY = Typed()
# what was typed, by the order's number
Rows = Mapping[int, Typed]
NOTHING_TYPED: Rows = {}


def read_rows(form: MultiDict[str, str], chosen: Iterable[Chosen]) -> dict[int, Typed]:
    """Return what was typed into each row, by the order's number."""
    return {
        one.number: Typed(
            clean(form.get(f"carrier-{one.number}", "")),
            clean(form.get(f"tracking-{one.number}", "")),
            f"untracked-{one.number}" in form,
        )
        for one in chosen
    }


def clean(text: str) -> str:
    """Return typed text in one line, as long as a field may be."""
    return " ".join(text.split())[:MAX_TRACKING_CHARS]


def fill_in(
    rows: Rows, orders: Iterable[int], carrier: str, pasted: str
) -> tuple[dict[int, Typed], list[str]]:
    """Return the rows with carrier and pasted numbers where nothing was typed yet.

    The second value are the numbers for which no empty row was left.
    """
    numbers = [tracking for line in pasted.splitlines() if (tracking := clean(line))]
    filled = dict(rows)
    for order in orders:
        row = filled.get(order, EMPTY)
        if not row.is_filled_in:
            tracking = numbers.pop(0) if numbers else ""
            filled[order] = replace(row, carrier=row.carrier or clean(carrier), tracking=tracking)
    return filled, numbers


def find_repeated(rows: Rows, used: Iterable[str] = ()) -> set[int]:
    """Return the orders whose tracking number is in another row too, or was used before."""
    counts = Counter(row.tracking for row in rows.values() if row.tracking)
    counts.update(used)
    return {number for number, row in rows.items() if counts[row.tracking] > 1}
