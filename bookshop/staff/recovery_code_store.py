"""Storing recovery codes."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select

from bookshop.schema import recovery_codes
from bookshop.staff.recovery_codes import hash_code

DELETE_CODES = recovery_codes.delete().where(recovery_codes.c.staff_id == bindparam("staff"))
ADD_CODE = recovery_codes.insert()


def replace_codes(db: Connection, staff_id: str, codes: Iterable[str]) -> None:
    """Store the codes of a member of staff instead of earlier ones."""
    db.execute(DELETE_CODES, {"staff": staff_id})
    rows = [{"staff_id": staff_id, "code_hash": hash_code(staff_id, code)} for code in codes]
    if rows:
        db.execute(ADD_CODE, rows)


USE_CODE = recovery_codes.delete().where(
    recovery_codes.c.staff_id == bindparam("staff"), recovery_codes.c.code_hash == bindparam("code")
)


def use_code(db: Connection, staff_id: str, code: str) -> bool:
    """Use a code up; return whether it was one."""
    return db.execute(USE_CODE, {"staff": staff_id, "code": hash_code(staff_id, code)}).rowcount == 1


COUNT_CODES = (
    select(func.count()).select_from(recovery_codes).where(recovery_codes.c.staff_id == bindparam("staff"))
)


def count_codes(db: Connection, staff_id: str) -> int:
    """Return how many codes are left."""
    return db.execute(COUNT_CODES, {"staff": staff_id}).scalar_one()
