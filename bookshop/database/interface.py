"""What every kind of database does."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection, Row

P = ParamSpec("P")
T = TypeVar("T")
# of any columns
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
UnitOfWork = Callable[Concatenate[Connection, P], T]


class Database(Protocol):
    """Runs units of work."""

    async def read(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query that changes nothing."""

    async def write(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work in a transaction; it may run more than once."""

    async def close(self) -> None:
        """Close every connection."""
