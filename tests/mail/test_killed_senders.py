"""Processes that share an outbox, or are killed, send each mail once, or twice if in doubt."""

import asyncio
import sys

from bookshop.database import Database
from bookshop.mail.mail_list import list_mails
from tests.mail.mail_server import running_mail_server
from tests.mail.test_send_mails import queue

MIN_STEPS, MAILS = 7, 60


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


async def test_two_processes_send_each_mail_of_one_outbox_once(database: Database, database_url: str) -> None:
    await database.write(queue, MAILS)
    async with running_mail_server() as server:
        smtp_url = f"smtp://127.0.0.1:{server.port}"
        command = [sys.executable, "-m", "tests.mail.sending_process", database_url, smtp_url]
        processes = [
            await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE) for _ in range(2)
        ]
        outputs = [(await process.communicate())[0] for process in processes]
    assert sum(map(int, outputs)) == MAILS
    assert list(server.copies.values()) == [1] * MAILS
