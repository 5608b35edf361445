"""What the DNS says about a domain is judged as receivers judge it."""

import pytest

from bookshop.doctor.check import State
from bookshop.doctor.online.mail_rules import judge_dkim, judge_dmarc, judge_spf

RSA = "p=" + "A" * 216
OK, WARNING, PROBLEM = State.OK, State.WARNING, State.PROBLEM


@pytest.mark.parametrize(
    ("records", "state"),
    [
        ([], PROBLEM),
        (["google-site-verification=x"], PROBLEM),
        (["v=spf10 -all"], PROBLEM),
        (["v=spf1 include:mail.example -all", "other"], OK),
        (["V=SPF1 ip4:192.0.2.1 ~ALL"], OK),
        (["v=spf1 redirect=mail.example"], OK),
        (["v=spf1 include:mail.example"], WARNING),
        (["v=spf1 +all"], WARNING),
        (["v=spf1 all"], WARNING),
        (["v=spf1 a ?all"], WARNING),
        (["v=spf1 include:install.example"], WARNING),
        (["v=spf1 a -all", "v=spf1 mx -all"], PROBLEM),
    ],
)
def test_an_spf_record_names_who_may_send(records: list[str], state: State) -> None:
    assert judge_spf("books.example", records).state is state


@pytest.mark.parametrize(
    ("selector", "records", "state"),
    [
        ("", {"s1": [], "s2": []}, WARNING),
        ("s9", {"s9": []}, PROBLEM),
        ("s9", {"s9": ["v=DKIM1; k=rsa; p="]}, PROBLEM),
        ("s9", {"s9": ["v=DKIM1; k=rsa; p=AAAA"]}, PROBLEM),
        ("s9", {"s9": ["v=DKIM1; k=rsa; p=not base64!"]}, PROBLEM),
        ("s9", {"s9": [f"v=DKIM1; k=rsa; {RSA}"]}, OK),
        ("s9", {"s9": [RSA]}, OK),
        ("s9", {"s9": [f"v=DKIM1; {RSA[:100]} {RSA[100:]}"]}, OK),
        ("s9", {"s9": ["v=DKIM1; k=ed25519; p=" + "A" * 44]}, OK),
        ("s9", {"s9": ["v=spf1 -all"]}, PROBLEM),
        ("", {"s1": ["v=DKIM1; p="], "s2": [f"v=DKIM1; {RSA}"]}, OK),
    ],
)
def test_a_dkim_key_is_found_and_usable(selector: str, records: dict[str, list[str]], state: State) -> None:
    assert judge_dkim("books.example", selector, records).state is state


@pytest.mark.parametrize(
    ("records", "state"),
    [
        ([], WARNING),
        (["v=spf1 -all"], WARNING),
        (["v=DMARC1; p=none; rua=mailto:a@books.example"], OK),
        (["v=DMARC1;p=Reject"], OK),
        (["v=DMARC1"], PROBLEM),
        (["v=DMARC1; p=block"], PROBLEM),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], PROBLEM),
    ],
)
def test_a_dmarc_record_has_a_policy(records: list[str], state: State) -> None:
    assert judge_dmarc("books.example", records).state is state


def test_whatever_is_wrong_says_why_and_how_to_fix_it() -> None:
    for result in (
        judge_spf("books.example", []),
        judge_spf("books.example", ["v=spf1 -all"] * 2),
        judge_spf("books.example", ["v=spf1"]),
        judge_dkim("books.example", "", {}),
        judge_dkim("books.example", "s1", {"s1": ["p="]}),
        judge_dmarc("books.example", []),
    ):
        assert "books.example" in result.what
        assert result.why
        assert result.fix
