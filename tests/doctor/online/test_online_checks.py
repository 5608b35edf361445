"""The online checks run at once, and none is loaded before."""

import subprocess
import sys

import pytest

from bookshop.doctor.check import State
from bookshop.doctor.online import ONLINE_CHECKS, dns_records
from bookshop.doctor.run_checks import run_checks
from tests.builders import some_settings
from tests.doctor.online.deployments import a_deployment
from tests.processes import free_port

LOAD = "import sys, bookshop.doctor.checks; print({'stripe', 'dns', 'httpx'} & set(sys.modules))"


async def test_everything_that_is_away_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dns_records, "MAX_SECONDS", 0.3)
    away = f"127.0.0.1:{free_port()}"
    settings = some_settings(
        STRIPE_API_BASE=f"http://{away}",
        SHOP_URL=f"http://{away}",
        SMTP_URL=f"smtp://{away}",
        MAIL_FROM="shop@books.example",
        DNS_SERVER=away,
    )
    results = await run_checks(a_deployment(settings), ONLINE_CHECKS)
    names = ["Stripe key", "Mail server", "Mail: DNS", "Shop’s address"]
    assert [result.name for result in results] == names
    assert {result.state for result in results} == {State.PROBLEM}
    assert not any("This check failed" in result.what for result in results), results


def test_offline_checks_import_nothing_of_the_network() -> None:
    command = [sys.executable, "-c", LOAD]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "set()"
