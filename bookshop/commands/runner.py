"""Run a command's work on the shop's database and Stripe account."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
from sqlalchemy.exc import SQLAlchemyError

from bookshop.database import Database, open_and_run
from bookshop.database.describe import describe_failure
from bookshop.migrations.find_problem import find_database_problem
from bookshop.payments.check_key import check_key
from bookshop.payments.errors import KeyRejected, PaymentError
from bookshop.payments.gateway import Gateway
from bookshop.settings import Settings

T = TypeVar("T")


class StripeFailed(click.ClickException):
    """Stripe did not respond, or rejects the key; `reason` has no advice to try again."""

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(f"{reason} {advice}".rstrip())
        self.reason = reason


def run_with_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Run work on the shop's database; raises ClickException, one line, if it fails."""

    async def run(database: Database) -> T:
        if problem := await find_database_problem(database, settings.database_url):
            raise click.ClickException(problem)
        return await work(database)

    return run_with_any_database(settings, run)


def run_with_any_database(settings: Settings, work: Callable[[Database], Awaitable[T]]) -> T:
    """Run work on the database, whatever its schema; raises ClickException."""
    try:
        return asyncio.run(open_and_run(settings.database_url, work))
    except KeyRejected as problem:
        raise StripeFailed(f"{problem}.") from None
    except PaymentError as problem:
        reason = type(problem.__cause__ or problem).__name__
        raise StripeFailed(f"Stripe could not be reached ({reason}).", "Try again later.") from None
    except SQLAlchemyError as problem:
        raise click.ClickException(describe_failure(settings.database_url, problem)) from None
    except OSError as problem:
        raise click.ClickException(describe_os_error(problem)) from None


def describe_os_error(problem: OSError) -> str:
    """Say what went wrong with which file, in one line."""
    reason = problem.strerror or str(problem) or type(problem).__name__
    return f"{problem.filename}: {reason}." if problem.filename else f"{reason}."


def run_with_stripe(settings: Settings, work: Callable[[Database, Gateway], Awaitable[T]]) -> T:
    """Run work on the shop's database and Stripe account; raises ClickException."""
    # here, since commands that do not need Stripe start in half the time without its library
    from bookshop.payments.stripe_api.gateway import StripeGateway

    # the gateway would log what the error message already states
    logging.disable(logging.ERROR)

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
