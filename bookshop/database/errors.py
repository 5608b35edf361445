"""Why the database could not be used."""

from enum import StrEnum

from sqlalchemy.exc import SQLAlchemyError


class Fault(StrEnum):
    """What keeps a database from being read or written."""

    NONE = ""
    BUSY = "busy"
    UNREACHABLE = "unreachable"
    CORRUPT = "corrupt"
    FULL = "full"
    READ_ONLY = "read_only"
    BROKEN = "broken"
    STUCK = "stuck"


class DatabaseUnavailable(SQLAlchemyError):
    """A unit of work did not happen, for no fault of its own: it may be tried again later."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(f"The database is unavailable: {fault}")
        self.fault = fault


class CommitUnknown(DatabaseUnavailable):
    """The connection was lost after COMMIT had been sent: the unit of work may have happened."""
