"""The mail server and the DNS are asked for real, on this machine."""

from bookshop.doctor.check import Result, State
from bookshop.doctor.online.check_mail import check_records, check_server
from bookshop.settings import Settings
from tests.builders import some_settings
from tests.doctor.online.deployments import a_deployment
from tests.doctor.online.dns_server import running_dns_server
from tests.mail.mail_server import authenticate, running_mail_server
from tests.processes import free_port

SENDER = {"SMTP_URL": "smtp://localhost", "MAIL_FROM": "shop@news.books.example"}
DKIM = "v=DKIM1; k=rsa; p=" + "A" * 392
RECORDS: dict[str, list[str] | None] = {
    "news.books.example": ["v=spf1 include:mail.example -all"],
    "s1._domainkey.news.books.example": [DKIM],
    "_dmarc.books.example": ["v=DMARC1; p=quarantine"],
}


async def states_of(settings: Settings) -> dict[str, State]:
    return {result.name: result.state for result in await check_records(a_deployment(settings))}


async def server_result(settings: Settings) -> Result:
    (result,) = await check_server(a_deployment(settings))
    return result


async def test_a_domain_with_all_three_records_is_in_order() -> None:
    async with running_dns_server(RECORDS) as server:
        states = await states_of(some_settings(DNS_SERVER=server, **SENDER))
    # DMARC comes from the domain above, as receivers find it; DKIM under one of the usual names
    assert states == dict.fromkeys(("Mail: SPF", "Mail: DKIM", "Mail: DMARC"), State.OK)


async def test_each_record_that_is_missing_is_named() -> None:
    async with running_dns_server({}) as server:
        states = await states_of(some_settings(DNS_SERVER=server, DKIM_SELECTOR="s9", **SENDER))
    assert states == {
        "Mail: SPF": State.PROBLEM,
        "Mail: DKIM": State.PROBLEM,
        "Mail: DMARC": State.WARNING,
    }


async def test_spf_is_looked_up_where_bounces_go() -> None:
    records = {**RECORDS, "bounces.example": ["v=spf1 mx -all"], "news.books.example": []}
    async with running_dns_server(records) as server:
        changed = {"MAIL_BOUNCES": "all@bounces.example", "DNS_SERVER": server, **SENDER}
        states = await states_of(some_settings(**changed))
    assert states["Mail: SPF"] is State.OK


async def test_a_dns_server_that_fails_is_a_problem_of_its_own() -> None:
    async with running_dns_server({"news.books.example": None}) as server:
        states = await states_of(some_settings(DNS_SERVER=server, **SENDER))
    assert states == {"Mail: DNS": State.PROBLEM}


async def test_a_shop_that_sends_no_mail_needs_neither() -> None:
    assert await states_of(some_settings()) == {"Mail: DNS": State.SKIPPED}
    assert (await server_result(some_settings())).state is State.SKIPPED


async def test_a_mail_server_that_takes_the_login_is_in_order_and_gets_no_mail() -> None:
    options = {"authenticator": authenticate, "auth_require_tls": False}
    async with running_mail_server(**options) as server:
        url = f"smtp://shop:hunter2%20%40%3A%2F@127.0.0.1:{server.port}"
        result = await server_result(server.settings(SMTP_URL=url))
        assert result.state is State.OK, result
        assert "accepts the login" in result.what
        wrong = await server_result(server.settings(SMTP_URL=url.replace("hunter2", "hunter3")))
    assert wrong.state is State.PROBLEM
    assert "535" in wrong.what
    assert "hunter3" not in str(wrong)
    assert not server.messages


async def test_a_mail_server_that_is_away_is_a_problem() -> None:
    url = f"smtp://127.0.0.1:{free_port()}"
    result = await server_result(some_settings(SMTP_URL=url, MAIL_FROM="shop@books.example"))
    assert result.state is State.PROBLEM
    assert "SMTP_URL" in result.fix
