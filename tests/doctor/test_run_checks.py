"""A check that fails is a problem of its own, and the others go on."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bookshop.database import open_database
from bookshop.doctor.check import Check, Deployment, Result, Results, State
from bookshop.doctor.run_checks import has_problem, run_checks
from tests.builders import some_settings


@pytest.fixture
async def deployment(tmp_path: Path) -> AsyncIterator[Deployment]:
    settings = some_settings(DATABASE_URL=f"sqlite:///{tmp_path / 'missing.db'}")
    database = open_database(settings.database_url)
    yield Deployment(settings, {}, tmp_path / ".env", database)
    await database.close()


def fine(_: Deployment) -> Results:
    return [Result("Fine", State.OK, "It is fine.")]


def broken(_: Deployment) -> Results:
    raise ValueError("a secret")


async def broken_later(deployment: Deployment) -> Results:
    await asyncio.sleep(0)
    return broken(deployment)


async def test_a_check_that_fails_is_a_problem_and_the_others_go_on(deployment: Deployment) -> None:
    found = await run_checks(
        deployment, (Check("One", broken), Check("Two", fine), Check("Three", broken_later))
    )
    assert [(result.name, result.state) for result in found] == [
        ("One", State.PROBLEM),
        ("Fine", State.OK),
        ("Three", State.PROBLEM),
    ]
    assert not any("secret" in str(result) for result in found)
    assert has_problem(found)


async def test_checks_that_need_the_database_are_skipped_without_it(deployment: Deployment) -> None:
    found = await run_checks(deployment, (Check("Mail", broken, needs_database=True), Check("Two", fine)))
    assert [result.state for result in found] == [State.SKIPPED, State.OK]
    assert not has_problem(found)
