"""Run checks at once; one that fails itself is a problem of its own."""

import asyncio
import inspect
import logging
from collections.abc import Iterable, Sequence

from bookshop.database.describe import FAULT_TEXTS
from bookshop.database.errors import DatabaseUnavailable, Fault
from bookshop.doctor.advise_restore import advise_restore
from bookshop.doctor.check import Check, Deployment, Result, Results, State
from bookshop.migrations.find_problem import find_database_problem

log = logging.getLogger(__name__)


async def run_checks(deployment: Deployment, checks: Sequence[Check]) -> list[Result]:
    """Return what the checks found, in their order."""
    problem = ""
    if any(check.needs_database for check in checks):
        problem = await find_database_problem(deployment.database, deployment.settings.database_url)
    found = await asyncio.gather(
        *(
            skip(check) if problem and check.needs_database else run_check(check, deployment)
            for check in checks
        )
    )
    return [result for results in found for result in results]


async def run_check(check: Check, deployment: Deployment) -> Results:
    """Return what a check found, or that it failed."""
    try:
        if inspect.iscoroutinefunction(check.run):
            found: Results = await check.run(deployment)
            return found
        return await asyncio.to_thread(check.run, deployment)  # type: ignore[arg-type]  # is no coroutine
    except DatabaseUnavailable as error:
        return [report_unavailable(check, error.fault, deployment)]
    except Exception as error:
        log.exception("The check %s failed", check.name)
        return [report_failure(check, error)]


def report_unavailable(check: Check, fault: Fault, deployment: Deployment) -> Result:
    """Return the problem of a check that could not read the database."""
    what = f"It needs the database, which {FAULT_TEXTS.get(fault, 'cannot be used')}."
    fix = "Look at the check “Database”, and run `bookshop doctor` again."
    if fault is Fault.CORRUPT:
        fix = advise_restore(deployment.settings.backups_dir)
    return Result(check.name, State.PROBLEM, what, "What it looks at is not known.", fix)


def report_failure(check: Check, error: Exception) -> Result:
    """Return the problem of a check that failed; the error's text may have secrets."""
    return Result(
        check.name,
        State.PROBLEM,
        f"This check failed ({type(error).__name__}).",
        "What it looks at is not known.",
        "Run `bookshop doctor` again. If it fails again, report it with the lines of the log.",
    )


async def skip(check: Check) -> Results:
    return [Result(check.name, State.SKIPPED, "It needs the database, which cannot be used.")]


def has_problem(results: Iterable[Result]) -> bool:
    return any(result.state is State.PROBLEM for result in results)
