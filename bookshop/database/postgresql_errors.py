"""What PostgreSQL's errors mean for a unit of work, and how they are kept free of values."""

from sqlalchemy import ExceptionContext
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bookshop.database.errors import Fault

# by SQLSTATE or its class (first two characters): https://www.postgresql.org/docs/current/errcodes-appendix.html
FAULTS = {
    "40": Fault.BUSY,  # serialization failure, deadlock: the whole transaction is to be repeated
    "55P03": Fault.BUSY,  # lock_timeout
    "08": Fault.UNREACHABLE,
    "57": Fault.UNREACHABLE,  # shut down, starting up
    "53300": Fault.UNREACHABLE,  # too many connections
    "53100": Fault.FULL,
    "25006": Fault.READ_ONLY,
    "58": Fault.BROKEN,
    "XX001": Fault.CORRUPT,
    "XX002": Fault.CORRUPT,
}
REPEATABLE_FAULTS = frozenset({Fault.BUSY, Fault.UNREACHABLE})
LOCK_TIMEOUT = "55P03"
# of these the message quotes values
QUOTING_CLASSES = ("22", "23")


def fault_of(error: BaseException) -> Fault:
    """Return what keeps the server from being used; NONE for an error of the statement's own."""
    if isinstance(error, PoolTimeout | TimeoutError):
        return Fault.BUSY
    if isinstance(error, OSError) or (isinstance(error, DBAPIError) and error.connection_invalidated):
        return Fault.UNREACHABLE
    sqlstate = sqlstate_of(error)
    return FAULTS.get(sqlstate, FAULTS.get(sqlstate[:2], Fault.NONE))


def is_repeatable(error: BaseException) -> bool:
    """Return whether the same unit of work may succeed if it is repeated at once."""
    # a unit of work that has waited for a lock as long as it may has no time left
    return fault_of(error) in REPEATABLE_FAULTS and sqlstate_of(error) != LOCK_TIMEOUT


def is_refused(error: BaseException) -> bool:
    """Return whether the server has answered that it undid the transaction."""
    sqlstate = sqlstate_of(error)
    return bool(sqlstate) and FAULTS.get(sqlstate[:2]) not in (Fault.UNREACHABLE, Fault.BROKEN)


def sqlstate_of(error: BaseException) -> str:
    """Return PostgreSQL's code of an error; empty if the server has sent none."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", None) or "")


def hide_values(context: ExceptionContext) -> None:
    """Remove the values of rows and parameters from an error, so that no log shows them.

    PostgreSQL's DETAIL quotes rows, as in "Key (email)=(…) already exists", and its messages quote values.
    """
    driver, error = context.original_exception, context.sqlalchemy_exception
    cause, sqlstate = driver.__cause__, sqlstate_of(driver)
    if error is None or cause is None:
        return
    # the driver's own error, which has all that the server sent, is not shown
    driver.__cause__, driver.__context__ = None, None
    vars(driver).update(detail=None)
    if not sqlstate or sqlstate.startswith(QUOTING_CLASSES):
        constraint = getattr(cause, "constraint_name", None) or getattr(cause, "column_name", None) or ""
        driver.args = (f"{type(cause).__name__} {sqlstate} {constraint}".strip(),)
        error.args = driver.args
