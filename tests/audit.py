"""The audit, as tests ask for it."""

from sqlalchemy import Connection

from bookshop.orders.audit.find_violations import find_violations
from bookshop.orders.audit.violation import Violation


def audit(db: Connection) -> tuple[Violation, ...]:
    """Return all that breaks a rule, while the connection is open."""
    return tuple(find_violations(db))
