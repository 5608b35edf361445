"""The shop's own address is opened as a visitor opens it."""

from datetime import timedelta
from pathlib import Path

import pytest

from bookshop.app import create_app
from bookshop.doctor.check import Result, State
from bookshop.doctor.online.check_address import FORGED, check_address, judge_hsts, judge_proxies
from tests.builders import some_settings
from tests.doctor.online.deployments import a_deployment
from tests.doctor.online.https_server import make_certificate, running_https_server
from tests.processes import free_port

SHOP = {"alive": True, "client": "192.0.2.9"}
SECURE = {"Strict-Transport-Security": "max-age=31536000"}
OK, WARNING, PROBLEM, SKIPPED = State.OK, State.WARNING, State.PROBLEM, State.SKIPPED


async def results_at(url: str) -> list[Result]:
    return list(await check_address(a_deployment(some_settings(SHOP_URL=url))))


def states_of(results: list[Result]) -> dict[str, State]:
    return {result.name: result.state for result in results}


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Path:
    """Return a trusted certificate that is valid for some days."""
    file = make_certificate(tmp_path, timedelta(days=getattr(request, "param", 60), minutes=5))
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return file


@pytest.mark.parametrize(
    ("certificate", "state"),
    [(60, OK), (21, OK), (20, WARNING), (7, WARNING), (6, PROBLEM)],
    indirect=["certificate"],
)
async def test_a_certificate_must_be_valid_for_some_time(certificate: Path, state: State) -> None:
    async with running_https_server(certificate, SHOP, SECURE) as url:
        states = states_of(await results_at(url))
    assert states == {"Shop’s address": OK, "Certificate": state, "HSTS": OK, "Proxies": OK}


@pytest.mark.parametrize("certificate", [-1], indirect=True)
async def test_a_certificate_that_has_expired_is_named(certificate: Path) -> None:
    async with running_https_server(certificate, SHOP, SECURE) as url:
        (result,) = await results_at(url)
    assert (result.name, result.state) == ("Certificate", PROBLEM)
    assert "certificate has expired" in result.what


async def test_a_certificate_that_no_one_trusts_is_named(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with running_https_server(certificate, SHOP, SECURE) as url:
        (result,) = await results_at(url)
    assert (result.name, result.state) == ("Certificate", PROBLEM)
    assert "self-signed" in result.what


async def test_another_program_at_the_address_is_a_problem(certificate: Path) -> None:
    async with running_https_server(certificate, {"status": "ok"}, {}) as url:
        states = states_of(await results_at(url))
    assert states == {"Shop’s address": PROBLEM, "Certificate": OK, "HSTS": WARNING, "Proxies": SKIPPED}


async def test_an_address_without_a_server_is_a_problem() -> None:
    (result,) = await results_at(f"http://127.0.0.1:{free_port()}")
    assert (result.name, result.state) == ("Shop’s address", PROBLEM)


async def test_the_shop_itself_responds_as_the_check_expects(sqlite_url: str) -> None:
    for hops, expected in (("0", "192.0.2.9"), ("1", FORGED)):
        app = create_app(some_settings(DATABASE_URL=sqlite_url, TRUSTED_PROXIES=hops))
        client = app.test_client()
        response = await client.get(
            "/healthz", headers={"X-Forwarded-For": FORGED}, scope_base={"client": ("192.0.2.9", 5000)}
        )
        assert (await response.get_json())["client"] == expected


@pytest.mark.parametrize(
    ("url", "client", "state"),
    [
        ("https://books.example", "8.8.8.8", OK),
        ("https://books.example", "2600:1f18::/64", OK),
        ("https://books.example", "127.0.0.1", WARNING),
        ("https://books.example", "172.17.0.1", WARNING),
        ("https://books.example", "unknown", WARNING),
        ("http://localhost:5000", "127.0.0.1", OK),
        ("https://books.example", FORGED, PROBLEM),
        ("http://localhost:5000", FORGED, PROBLEM),
        ("https://books.example", "", SKIPPED),
    ],
)
def test_proxies_are_judged_by_the_client_that_the_shop_saw(url: str, client: str, state: State) -> None:
    assert judge_proxies(some_settings(SHOP_URL=url, TRUSTED_PROXIES="1"), client).state is state


@pytest.mark.parametrize(
    ("header", "state"),
    [("", WARNING), ("max-age=0", WARNING), ("Max-Age=300; includeSubDomains", OK), ("preload", WARNING)],
)
def test_hsts_must_have_an_age(header: str, state: State) -> None:
    assert judge_hsts(header).state is state
