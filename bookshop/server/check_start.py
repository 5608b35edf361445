"""Stop a start that cannot succeed before the server runs, which would add a traceback."""

import asyncio
import logging
import sys

import click

from bookshop.database import open_database
from bookshop.migrations.find_problem import find_database_problem
from bookshop.payments.check_key import check_key
from bookshop.payments.errors import KeyRejected
from bookshop.payments.stripe_api.gateway import StripeGateway
from bookshop.settings import Settings
from bookshop.staff.first_owner import has_owner

NO_OWNER = "nobody can sign in to the office yet. Add an owner: bookshop staff add NAME --role owner"


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


def report_missing_owner(settings: Settings) -> None:
    """Print the command to run if there is no owner; a link itself has no place in a log."""
    if not asyncio.run(find_owner(settings)):
        click.echo(f"bookshop: {NO_OWNER}", err=True)


async def find_owner(settings: Settings) -> bool:
    database = open_database(settings.database_url)
    try:
        return await database.read(has_owner)
    finally:
        await database.close()
