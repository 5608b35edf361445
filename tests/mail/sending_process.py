"""Send all mails that are due: python -m tests.mail.sending_process DATABASE_URL SMTP_URL."""

import asyncio
import sys

from bookshop.database import open_database
from bookshop.mail.send_mails import send_due_mails
from tests.builders import some_settings


async def main(url: str, smtp_url: str) -> None:
    """Send until nothing is due, and print how many mails this process has sent."""
    database = open_database(url)
    settings = some_settings(SMTP_URL=smtp_url, MAIL_FROM="shop@books.example")
    result = await send_due_mails(database, settings)
    await database.close()
    sys.stdout.write(f"{len(result.mails)}\n")


asyncio.run(main(*sys.argv[1:]))
