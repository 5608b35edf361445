"""Storing passkeys."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from bookshop.database import AnyRow
from bookshop.schema import passkeys
from bookshop.schema.columns import TIMESTAMP
from bookshop.staff.passkey import Passkey

ADD_PASSKEY = passkeys.insert()


def add_passkey(db: Connection, passkey: Passkey) -> None:
    """Store a passkey; raises IntegrityError if it is stored already."""
    db.execute(
        ADD_PASSKEY,
        {
            "id": passkey.id,
            "staff_id": passkey.staff_id,
            "public_key": passkey.public_key,
            "sign_count": passkey.sign_count,
            "name": passkey.name,
            "transports": " ".join(passkey.transports),
            "is_backed_up": int(passkey.is_backed_up),
            "created_at": passkey.created_at,
            "used_at": passkey.used_at,
        },
    )


_IS_PASSKEY = passkeys.c.id == bindparam("passkey")
_IS_OWN = (_IS_PASSKEY, passkeys.c.staff_id == bindparam("of"))
FIND_PASSKEY = select(passkeys).where(_IS_PASSKEY)
LOCK_PASSKEY = FIND_PASSKEY.with_for_update()


def find_passkey(db: Connection, passkey_id: str) -> Passkey | None:
    """Return the passkey with this id."""
    row = db.execute(FIND_PASSKEY, {"passkey": passkey_id}).first()
    return to_passkey(row) if row else None


def lock_passkey(db: Connection, passkey_id: str) -> Passkey | None:
    """Return the passkey with this id, which nothing else changes meanwhile."""
    row = db.execute(LOCK_PASSKEY, {"passkey": passkey_id}).first()
    return to_passkey(row) if row else None


LIST_PASSKEYS = (
    select(passkeys)
    .where(passkeys.c.staff_id == bindparam("of"))
    .order_by(passkeys.c.created_at, passkeys.c.id)
)


def list_passkeys(db: Connection, staff_id: str) -> list[Passkey]:
    """Return the passkeys of a member of staff, the oldest first."""
    return [to_passkey(row) for row in db.execute(LIST_PASSKEYS, {"of": staff_id})]


RECORD_USE = (
    passkeys.update()
    .where(_IS_PASSKEY)
    .values(
        sign_count=bindparam("count"),
        is_backed_up=bindparam("backed_up"),
        used_at=bindparam("now", type_=TIMESTAMP),
    )
)


def record_use(
    db: Connection, passkey_id: str, sign_count: int, *, is_backed_up: bool, now: datetime
) -> None:
    """Store what a passkey's device reported when it was used."""
    values = {"passkey": passkey_id, "count": sign_count, "backed_up": int(is_backed_up), "now": now}
    db.execute(RECORD_USE, values)


RENAME_PASSKEY = passkeys.update().where(*_IS_OWN).values(name=bindparam("new_name"))


def rename_passkey(db: Connection, staff_id: str, passkey_id: str, name: str) -> None:
    """Name a passkey of a member of staff, if it still exists."""
    db.execute(RENAME_PASSKEY, {"of": staff_id, "passkey": passkey_id, "new_name": name})


DELETE_PASSKEY = passkeys.delete().where(*_IS_OWN)


def delete_passkey(db: Connection, staff_id: str, passkey_id: str) -> bool:
    """Delete a passkey of a member of staff; return whether it existed."""
    return db.execute(DELETE_PASSKEY, {"of": staff_id, "passkey": passkey_id}).rowcount == 1


DELETE_PASSKEYS = passkeys.delete().where(passkeys.c.staff_id == bindparam("of"))


def delete_passkeys(db: Connection, staff_id: str) -> None:
    """Delete all passkeys of a member of staff."""
    db.execute(DELETE_PASSKEYS, {"of": staff_id})


def to_passkey(row: AnyRow) -> Passkey:
    return Passkey(
        row.id,
        row.staff_id,
        row.public_key,
        row.sign_count,
        row.name,
        tuple(row.transports.split()),
        bool(row.is_backed_up),
        row.created_at,
        row.used_at,
    )
