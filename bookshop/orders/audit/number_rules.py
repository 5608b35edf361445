"""Order numbers: they follow one another without a gap."""

from collections.abc import Iterator

from sqlalchemy import Connection, func, literal, select, union_all

from bookshop.orders.audit.violation import Violation, list_violations
from bookshop.schema import counters, orders, recoveries

# where the counter of a new database stands: one before the first number
NUMBER_BEFORE_FIRST = 1000

# the next number follows the last one, so the counter is checked too; numbers that were given before the
# database was restored are skipped, exactly those
_NUMBERS = union_all(
    select(orders.c.number, orders.c.number.label("up_to")).where(orders.c.number.is_not(None)),
    select(recoveries.c.skipped_after + 1, recoveries.c.skipped_to).where(
        recoveries.c.skipped_to > recoveries.c.skipped_after
    ),
    select(counters.c.value + 1, counters.c.value + 1).where(counters.c.name == "order"),
).subquery()
_PREVIOUS = func.lag(_NUMBERS.c.up_to, 1, NUMBER_BEFORE_FIRST).over(order_by=_NUMBERS.c.number)
_SEQUENCE = select(_NUMBERS.c.number.label("found"), (_PREVIOUS + 1).label("expected")).subquery()
GAPS = (
    select(literal("numbers").label("subject"), _SEQUENCE.c.expected, _SEQUENCE.c.found)
    .where(_SEQUENCE.c.expected != _SEQUENCE.c.found)
    .order_by(_SEQUENCE.c.found)
)


def find_gaps(db: Connection) -> Iterator[Violation]:
    """Find where the order numbers leave one out or repeat one."""
    return list_violations(db, "number", GAPS)
