"""Commands that work in the shop's database, and with its Stripe account where they must."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from bookshop.catalogue.samples import load_samples
from bookshop.database import Database, open_database
from bookshop.migrations import OUT_OF_DATE, IncompatibleDatabase, is_current
from bookshop.migrations import migrate as migrate_schema
from bookshop.payments.gateway import Gateway, PaymentError
from bookshop.search.index import index_missing
from bookshop.settings import Settings, settings_or_exit

T = TypeVar("T")

INDEXED_AT_ONCE = 500


def run_in_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Run one piece of work on the shop's database; what fails is one line."""

    async def run(database: Database) -> T:
        if not await database.read(is_current):
            raise click.ClickException(OUT_OF_DATE)
        return await work(database)

    try:
        return asyncio.run(with_database(settings, run))
    except PaymentError as problem:
        reason = type(problem.__cause__ or problem).__name__
        raise click.ClickException(f"Stripe could not be asked ({reason}).") from None
    except (SQLAlchemyError, OSError) as problem:
        # never the message: it may quote the address with its password
        raise click.ClickException(f"The database could not be asked ({type(problem).__name__}).") from None


def run_in_shop(settings: Settings, work: Callable[[Database, Gateway], Awaitable[T]]) -> T:
    """Run one piece of work on the shop's database and Stripe account; what fails is one line."""
    # here, since commands that do not ask Stripe start in half the time without its library
    from bookshop.payments.stripe_gateway import StripeGateway

    # the gateway logs what the line says
    logging.disable(logging.WARNING)

    async def run(database: Database) -> T:
        gateway = StripeGateway(
            settings.stripe_secret_key, settings.stripe_webhook_secret, settings.stripe_api_base
        )
        try:
            return await work(database, gateway)
        finally:
            await gateway.close()

    return run_in_database(settings, run)


async def with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Open the database for one piece of work."""
    database = open_database(settings.database_url)
    try:
        return await work(database)
    finally:
        await database.close()


async def prepare(database: Database, settings: Settings, *, with_samples: bool) -> None:
    """Bring the tables up to date, and fill an empty catalogue if that is wanted."""
    try:
        await database.write(migrate_schema)
    except IncompatibleDatabase as problem:
        raise click.ClickException(str(problem)) from None
    while await database.write(index_missing, INDEXED_AT_ONCE):
        pass
    if with_samples:
        await database.write(load_samples, settings.shop_currency)


def migrate_and_print(*, with_samples: bool) -> None:
    """Bring the shop's database up to date."""
    settings = settings_or_exit()
    asyncio.run(
        with_database(settings, lambda database: prepare(database, settings, with_samples=with_samples))
    )
    click.echo("The database is up to date.")
