"""Faults of files, migrations and webhooks, and what lifts them."""

import hashlib
import hmac
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, event

from bookshop.migrations import migrate
from tests.faults.fault_shop import FaultShop
from tests.processes import SIMULATOR_SECRET

NOBODY = 65534


@contextmanager
def without_rights(file: Path) -> Iterator[None]:
    """Take from this process the right to write to the file and to its folder."""
    files = [file.parent, *file.parent.glob(f"{file.name}*")]
    modes = {each: each.stat().st_mode for each in files}
    for folder in file.parents:
        folder.chmod(folder.stat().st_mode | 0o555)
    for each in files:
        each.chmod(0o555 if each.is_dir() else 0o444)
    is_root = os.geteuid() == 0
    try:
        if is_root:
            os.setresuid(NOBODY, NOBODY, 0)
        yield
    finally:
        if is_root:
            os.setresuid(0, 0, 0)
        for each, mode in modes.items():
            each.chmod(mode)


async def send_webhook(shop: FaultShop, moment: int) -> int:
    """Send an event that Stripe signed at that moment; returns the status of the response."""
    body = json.dumps({"id": "evt_1", "object": "event", "type": "charge.refunded", "livemode": False})
    signed = hmac.new(SIMULATOR_SECRET.encode(), f"{moment}.{body}".encode(), hashlib.sha256).hexdigest()
    headers = {"Stripe-Signature": f"t={moment},v1={signed}"}
    response = await shop.app.test_client().post("/stripe/webhook", data=body.encode(), headers=headers)
    return response.status_code


def make_mails_due(db: Connection) -> None:
    """Let the delay before the next try pass."""
    db.exec_driver_sql("UPDATE mails SET due_at = created_at WHERE due_at IS NOT NULL")


def list_workers(supervisor: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{supervisor}/task/{supervisor}/children").read_text().split()]


class Killed(BaseException):
    """The process of a migration ends."""


def migrate_half(db: Connection) -> None:
    """Migrate, and end just before the new revision is stored."""

    @event.listens_for(db, "before_cursor_execute")
    def stop(_1: object, _2: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE alembic_version"):
            raise Killed

    try:
        migrate(db)
    finally:
        event.remove(db, "before_cursor_execute", stop)


def read_schema(db: Connection) -> list[str]:
    return list(
        db.exec_driver_sql("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name").scalars()
    )
