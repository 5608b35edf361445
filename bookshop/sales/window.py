"""The paid orders of the last months, and which of them were counted."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """A kind of figures, and how old the orders may be that they count.

    Its two counters are order numbers: orders up to `added` were counted, those up to `removed` taken out.
    """

    name: str
    age: timedelta

    @property
    def added(self) -> str:
        return f"{self.name}-added"

    @property
    def removed(self) -> str:
        return f"{self.name}-removed"


SALES = Window("sales", timedelta(days=90))
# few shoppers buy the same two books, so that less time would name none in most shops
PAIRS = Window("pairs", timedelta(days=730))
