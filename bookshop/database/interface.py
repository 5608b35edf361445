"""What every kind of database does."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, Protocol, TypeAlias, TypeVar

from sqlalchemy import Connection, Row

from bookshop.database.errors import Fault

P = ParamSpec("P")
T = TypeVar("T")
# of any columns
AnyRow: TypeAlias = Row[*tuple[Any, ...]]
# a shopper waits no longer for an answer that will not be better
MAX_WAIT_SECONDS = 5.0
UnitOfWork = Callable[Concatenate[Connection, P], T]


class Database(Protocol):
    """Runs units of work.

    One that cannot start within a few seconds raises DatabaseUnavailable and has no effect.
    """

    async def read(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a short query that changes nothing."""

    async def write(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a unit of work in a transaction; it may run more than once."""

    async def scan(self, work: UnitOfWork[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run long queries of a command on one state of the database, never twice.

        Rows are read as they are needed, so any number of them takes little memory. It may block the loop.
        """

    async def check(self) -> Fault:
        """Return what keeps the database from being used; it changes nothing."""

    async def close(self) -> None:
        """Close every connection."""
