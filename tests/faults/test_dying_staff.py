"""Staff are killed at every step of every action; each is done once, whole or not at all."""

import asyncio
import sys

from bookshop.database import Database
from tests.fulfilment.stored_orders import check_audit


async def test_an_action_survives_death_at_every_step(database: Database, database_url: str) -> None:
    command = [sys.executable, "-m", "tests.faults.dying_staff", database_url]
    process = await asyncio.create_subprocess_exec(*command)
    assert await process.wait() == 0
    await database.read(check_audit)
