"""Run a command's work on the shop's database and Stripe account."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from bookshop.database import Database, open_database
from bookshop.migrations import OUT_OF_DATE, is_current
from bookshop.payments.check_key import check_key
from bookshop.payments.errors import KeyRejected, PaymentError
from bookshop.payments.gateway import Gateway
from bookshop.settings import Settings

T = TypeVar("T")


def run_with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Run work on the shop's database; raises ClickException, one line, if it fails."""

    async def run(database: Database) -> T:
        if not await database.read(is_current):
            raise click.ClickException(OUT_OF_DATE)
        return await work(database)

    try:
        return asyncio.run(with_database(settings, run))
    except KeyRejected as problem:
        raise click.ClickException(f"{problem}.") from None
    except PaymentError as problem:
        reason = type(problem.__cause__ or problem).__name__
        raise click.ClickException(f"Stripe could not be reached ({reason}). Try again later.") from None
    except (SQLAlchemyError, OSError) as problem:
        # never the message: it may quote the address with its password
        reason = type(problem).__name__
        raise click.ClickException(
            f"The database could not be used ({reason}). Check DATABASE_URL."
        ) from None


def run_with_stripe(settings: Settings, work: Callable[[Database, Gateway], Awaitable[T]]) -> T:
    """Run work on the shop's database and Stripe account; raises ClickException."""
    # here, since commands that do not need Stripe start in half the time without its library
    from bookshop.payments.stripe_api.gateway import StripeGateway

    # the gateway would log what the error message already states
    logging.disable(logging.WARNING)

    async def run(database: Database) -> T:
        gateway = StripeGateway(
            settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
        )
        try:
            await check_key(gateway)
            return await work(database, gateway)
        finally:
            await gateway.close()

    return run_with_database(settings, run)


async def with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database for one piece of work, whatever its schema."""
    database = open_database(settings.database_url)
    try:
        return await work(database)
    finally:
        await database.close()
