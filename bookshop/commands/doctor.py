"""`bookshop doctor`: check everything, and say how to fix what is wrong."""

import asyncio
import logging
import sys
from collections.abc import Awaitable

import click

from bookshop.commands.output import echo_json
from bookshop.database import Database, open_and_run
from bookshop.doctor.check import Deployment, Result, Results
from bookshop.doctor.check_settings import describe_invalid
from bookshop.doctor.checks import list_checks
from bookshop.doctor.repair import repair
from bookshop.doctor.run_checks import has_problem, run_checks
from bookshop.settings import InvalidSettings, read_settings
from bookshop.settings.load import env_file, read_environment


def doctor(*, as_json: bool, online: bool, fix: bool) -> None:
    """Print what is wrong, why it matters and how to fix it; exit with 1 if there is a problem."""
    # a check that fails is in what is printed
    logging.disable(logging.ERROR)
    results = find_results(online=online)
    repaired = repair(results) if fix else []
    if repaired:
        results = find_results(online=online)
    if as_json:
        echo_json({"fixed": repaired, "checks": [to_json(result) for result in results]})
    else:
        for sentence in repaired:
            click.echo(f"{'FIXED':<8} {sentence}")
        echo_results(results)
    sys.exit(1 if has_problem(results) else 0)


def find_results(*, online: bool) -> Results:
    """Run the checks, or return what is wrong with the settings."""
    try:
        environment = read_environment()
        settings = read_settings(environment)
    except InvalidSettings as invalid:
        return describe_invalid(invalid, env_file())
    checks = list_checks(is_online=online)

    def run(database: Database) -> Awaitable[Results]:
        return run_checks(Deployment(settings, environment, env_file(), database), checks)

    return asyncio.run(open_and_run(settings.database_url, run))


def to_json(result: Result) -> dict[str, str]:
    return {
        "name": result.name,
        "state": result.state,
        "what": result.what,
        "why": result.why,
        "fix": result.fix,
    }


def echo_results(results: Results) -> None:
    """Print each result, with why and how to fix it indented below."""
    for result in results:
        click.echo(f"{result.state.upper():<8} {result.name}: {result.what}")
        for line in filter(None, (result.why, result.fix)):
            click.echo(f"{'':<9}{line}")
