"""Stop a start that cannot succeed before the server runs, which would add a traceback."""

import asyncio
import logging
import sys

from bookshop.database import open_database
from bookshop.migrations.find_problem import find_database_problem
from bookshop.payments.check_key import check_key
from bookshop.payments.errors import KeyRejected
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.settings import Settings


def exit_if_start_is_pointless(settings: Settings) -> None:
    """Exit with one line if the database cannot be used, or if Stripe rejects the key."""
    # the gateway would log what the line states
    logging.disable(logging.ERROR)
    try:
        problem = asyncio.run(find_start_problem(settings))
    finally:
        logging.disable(logging.NOTSET)
    if problem:
        sys.exit(f"bookshop: {problem}")


async def find_start_problem(settings: Settings) -> str:
    """Return why the shop cannot start; empty if it can, or if Stripe does not respond."""
    database = open_database(settings.database_url)
    gateway = StripeGateway(
        settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
    )
    try:
        if problem := await find_database_problem(database, settings.database_url):
            return problem
        await check_key(gateway)
    except KeyRejected as rejected:
        return str(rejected)
    finally:
        await gateway.close()
        await database.close()
    return ""
