"""A killed process leaves one copy of its mail, or one more that is known to be in doubt."""

import asyncio
import sys

from bookshop.database import Database
from bookshop.mail.mail_list import list_mails
from tests.mail.mail_server import running_mail_server

MIN_STEPS = 7


async def test_a_mail_survives_death_at_every_step(database: Database, database_url: str) -> None:
    async with running_mail_server() as server:
        smtp_url = f"smtp://127.0.0.1:{server.port}"
        command = [sys.executable, "-m", "tests.mail.dying_sender", database_url, smtp_url]
        process = await asyncio.create_subprocess_exec(*command)
        assert await process.wait() == 0
    left = [mail for mail, _ in await database.read(list_mails)]
    assert len(left) > MIN_STEPS
    assert {mail.state for mail in left} == {"sent"}
    for mail in left:
        assert 1 <= server.copies[mail.message_id] <= 1 + mail.doubts
    # it was killed before the server had the message, and after
    assert sorted({server.copies[mail.message_id] for mail in left}) == [1, 2]
    assert 0 < sum(mail.doubts for mail in left) < len(left) / 2
