"""A deployment's settings are checked once, and every error is reported at once."""

import os
import random
import re
import secrets
import string
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path

import pytest
from dotenv import dotenv_values
from hypothesis import assume, given
from hypothesis import strategies as st

from bookshop.money import Money
from bookshop.settings import STRIPE_API, STRIPE_JS, InvalidSettings, Settings, load_settings, read_settings
from bookshop.settings.simulator_keys import WEBHOOK_SECRET
from tests.builders import ENVIRONMENT, sgd, some_settings

SAMPLE = Path(__file__).parent.parent / "sample.env"
NAMES = {field.name.upper() for field in fields(Settings)}
LIVE = {
    "STRIPE_SECRET_KEY": "sk_live_bookshop",
    "STRIPE_PUBLISHABLE_KEY": "pk_live_bookshop",
    "SHOP_URL": "https://books.example",
}
NEEDED = ("STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY", "SECRET_KEY")
SECRETS = ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "SECRET_KEY")


class RecordingEnvironment(Mapping[str, str]):
    """An empty environment that records which names are looked up."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def read_sample() -> dict[str, str]:
    """Return the settings that sample.env lists, commented out or not."""
    return dict(re.findall(r"^(?:# )?([A-Z][A-Z_]+)=(.*)$", SAMPLE.read_text("utf-8"), re.MULTILINE))


def errors_of(**changed: str) -> list[str]:
    with pytest.raises(InvalidSettings) as bad:
        some_settings(**changed)
    assert str(bad.value).splitlines() == bad.value.errors
    return bad.value.errors


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty folder, with an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in NAMES & os.environ.keys():
        monkeypatch.delenv(name)
    return tmp_path


def write_dotenv(folder: Path, settings: Mapping[str, str]) -> None:
    (folder / ".env").write_text("".join(f"{name}='{value}'\n" for name, value in settings.items()))


def test_sample_env_lists_exactly_the_settings_that_are_read() -> None:
    environ = RecordingEnvironment()
    with pytest.raises(InvalidSettings):
        read_settings(environ)
    assert environ.names == NAMES == read_sample().keys()


def test_sample_env_shows_the_defaults() -> None:
    shown = {name: value for name, value in read_sample().items() if name not in ENVIRONMENT}
    assert some_settings(**shown) == some_settings()


def test_the_samples_placeholders_are_no_keys() -> None:
    with pytest.raises(InvalidSettings) as bad:
        read_settings(read_sample())
    assert [error.split()[0].strip(":") for error in bad.value.errors] == list(NEEDED)


def test_a_shop_needs_only_its_keys_and_a_secret() -> None:
    settings = read_settings({name: ENVIRONMENT[name] for name in NEEDED})
    assert (settings.stripe_api_base, settings.stripe_js_url) == (STRIPE_API, STRIPE_JS)
    assert (settings.shop_currency, settings.shop_country) == ("SGD", "SG")
    assert settings.shop_delivery_fee == sgd(400)
    assert settings.shop_delivery_countries == ("SG",)
    assert settings.stripe_webhook_secret == ()
    assert not settings.is_live
    assert not settings.is_simulated


def test_settings_are_normalized() -> None:
    settings = some_settings(
        SHOP_URL="https://books.example/",
        SHOP_CURRENCY="jpy",
        SHOP_COUNTRY="jp",
        SHOP_TIMEZONE="Asia/Tokyo",
        SHOP_DELIVERY_FEE=" 500 ",
        SHOP_DELIVERY_COUNTRIES="jp, KR",
        STRIPE_WEBHOOK_SECRET="whsec_new, whsec_old",
        STRIPE_SECRET_KEY="rk_test_restricted",
    )
    assert settings.shop_url == "https://books.example"
    assert settings.shop_delivery_fee == Money(500, "JPY")
    assert settings.shop_delivery_countries == ("JP", "KR")
    assert settings.stripe_webhook_secret == ("whsec_new", "whsec_old")
    assert settings.stripe_secret_key == "rk_test_restricted"


def test_a_shop_delivers_to_its_own_country_by_default() -> None:
    assert some_settings(SHOP_COUNTRY="MY").shop_delivery_countries == ("MY",)


@pytest.mark.parametrize("missing", NEEDED)
@pytest.mark.parametrize("text", ["", "   "])
def test_the_error_of_a_missing_setting_explains_where_to_set_it(missing: str, text: str) -> None:
    assert errors_of(**{missing: text}) == [
        f"{missing} is missing: set it in the environment or in .env (see sample.env)"
    ]


BAD = {
    "STRIPE_SECRET_KEY": "hunter2",
    "STRIPE_PUBLISHABLE_KEY": "hunter2",
    "STRIPE_WEBHOOK_SECRET": "whsec_new,hunter2",
    "STRIPE_API_BASE": "localhost:5001",
    "STRIPE_JS_URL": "/stripe.js",
    "DATABASE_URL": "mysql://localhost/bookshop",
    "DOWNLOAD_COVERS": "yes",
    "SECRET_KEY": "hunter2",
    "SHOP_URL": "books.example",
    "SHOP_CURRENCY": "KWD",
    "SHOP_EMAIL": "notmail",
    "TERMS_URL": "terms",
    "PRIVACY_URL": "/privacy",
    "LEGAL_NOTICE_URL": "javascript:alert(1)",
    "SHOP_COUNTRY": "Singapore",
    "SHOP_TIMEZONE": "Singapore time",
    "SHOP_DELIVERY_FEE": "free",
    "SHOP_DELIVERY_COUNTRIES": "SG,Malaysia",
    "SMTP_URL": "mail.example",
    "MAIL_FROM": "notmail",
    "MAIL_REPLY_TO": "notmail",
    "MAIL_BOUNCES": "notmail",
    "MAIL_NEW_ORDERS": "yes",
    "MAIL_REVIEWS": "yes",
    "DKIM_SELECTOR": "s1._domainkey.books.example.",
    "DNS_SERVER": "dns.example",
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_setting_has_one_error_of_its_own(name: str) -> None:
    errors = errors_of(**{name: BAD[name]})
    assert [error.split(":")[0] for error in errors] == [name]


@pytest.mark.parametrize("server", ["", "9.9.9.9", "127.0.0.1:5353"])
def test_a_dns_server_is_an_address_that_may_have_a_port(server: str) -> None:
    assert some_settings(DNS_SERVER=server).dns_server == server


@pytest.mark.parametrize("server", ["999.9.9.9", "9.9.9", "9.9.9.9:", "9.9.9.9:65536", "9.9.9.9:53:53"])
def test_any_other_dns_server_is_refused_before_a_check_needs_it(server: str) -> None:
    assert [error.split(":")[0] for error in errors_of(DNS_SERVER=server)] == ["DNS_SERVER"]


@given(st.sets(st.sampled_from(sorted(BAD)), min_size=1))
def test_all_errors_are_reported_at_once(names: set[str]) -> None:
    # a country of one's own keeps the delivery countries' default out of this
    changed = {"SHOP_DELIVERY_COUNTRIES": "SG", **{name: BAD[name] for name in names}}
    errors = errors_of(**changed)
    assert sorted(error.split(":")[0] for error in errors) == sorted(names)


@pytest.mark.parametrize("country", ["", "S", "SGP", "XX", "419", "S1"])
def test_a_country_is_a_code_of_two_letters(country: str) -> None:
    errors = errors_of(SHOP_DELIVERY_COUNTRIES=f"SG,{country}")
    assert errors == [f"SHOP_DELIVERY_COUNTRIES: {country!r} is not a country code such as SG"]


def test_each_of_two_keys_that_sign_cookies_is_long_enough() -> None:
    (error,) = errors_of(SECRET_KEY=f"{ENVIRONMENT['SECRET_KEY']},hunter2")
    assert error.startswith("SECRET_KEY: each key must have at least 16 random characters")


def test_the_errors_of_swapped_keys_name_the_kind_of_each() -> None:
    errors = errors_of(
        STRIPE_SECRET_KEY=ENVIRONMENT["STRIPE_PUBLISHABLE_KEY"],
        STRIPE_PUBLISHABLE_KEY=ENVIRONMENT["STRIPE_SECRET_KEY"],
    )
    assert errors == [
        "STRIPE_SECRET_KEY: it must begin with sk_ or rk_; this is a publishable key",
        "STRIPE_PUBLISHABLE_KEY: it must begin with pk_; this is a secret key",
    ]


@pytest.mark.parametrize("name", SECRETS)
def test_a_bad_secret_is_not_repeated_where_a_log_could_keep_it(name: str) -> None:
    assert "hunter2" not in "".join(errors_of(**{name: "hunter2"}))


@pytest.mark.parametrize(
    ("secret", "publishable"),
    [("sk_live_a", "pk_test_a"), ("sk_test_a", "pk_live_a"), ("rk_live_a", "pk_test_a")],
)
def test_a_live_key_is_not_paired_with_one_for_tests(secret: str, publishable: str) -> None:
    errors = errors_of(**{**LIVE, "STRIPE_SECRET_KEY": secret, "STRIPE_PUBLISHABLE_KEY": publishable})
    assert errors == ["STRIPE_PUBLISHABLE_KEY: one of the two Stripe keys is live and the other is for tests"]


def test_a_live_key_is_never_sent_to_a_simulator() -> None:
    errors = errors_of(**LIVE, STRIPE_API_BASE="http://127.0.0.1:5001")
    assert errors == [
        "STRIPE_API_BASE: a live key may only be sent to Stripe; use test keys with a simulator"
    ]


DANGERS = {
    "SHOP_URL": ("", "http://books.example", "https://localhost:5000"),
    "STRIPE_JS_URL": ("https://elsewhere.example/stripe.js", "http://js.stripe.com/endive/stripe.js"),
    "STRIPE_API_BASE": ("http://127.0.0.1:5001", "https://api.stripe.com.elsewhere.example"),
    "STRIPE_WEBHOOK_SECRET": ("", WEBHOOK_SECRET, f"whsec_of_stripe,{WEBHOOK_SECRET}"),
}
DANGER_PAIRS = [(name, value) for name, values in DANGERS.items() for value in values]


@given(st.lists(st.sampled_from(DANGER_PAIRS), min_size=1, unique_by=lambda pair: pair[0]))
def test_each_danger_stops_a_live_shop_with_a_line_of_its_own(dangers: list[tuple[str, str]]) -> None:
    errors = errors_of(**{**LIVE, **dict(dangers)})
    assert sorted(re.split(r"[ :]", error)[0] for error in errors) == sorted(name for name, _ in dangers)
    some_settings(**dict(pair for pair in dangers if pair[0] != "STRIPE_API_BASE"))


def test_a_whole_live_shop_starts() -> None:
    assert some_settings(**LIVE, STRIPE_JS_URL=STRIPE_JS, STRIPE_WEBHOOK_SECRET="whsec_a,whsec_b").is_live


@pytest.mark.parametrize(
    "key",
    [
        "a" * 40,
        "abababababababababab",
        "changeme-changeme-now",
        "your-secret-key-here",
        "0123456789abcdef",
        "short",
    ],
)
def test_a_signing_key_that_can_be_guessed_is_refused(key: str) -> None:
    for text in (key, f"{key},{secrets.token_hex(16)}", f"{secrets.token_hex(16)},{key}"):
        errors = errors_of(SECRET_KEY=text)
        assert [error.split(":")[0] for error in errors] == ["SECRET_KEY"]
        assert key not in errors[0]


@given(st.randoms(use_true_random=False), st.sampled_from([16, 24, 32, 64]))
def test_a_random_signing_key_is_accepted_alone_and_beside_another(rng: random.Random, size: int) -> None:
    old, new = ("".join(rng.choices(string.ascii_letters + string.digits + "-_", k=size)) for _ in "12")
    assume(len({*old}) > size // 3 and len({*new}) > size // 3)
    settings = some_settings(SECRET_KEY=f"{new}, {old}")
    assert settings.secret_key == (new, old)
    assert settings.signing_key == new
    assert new not in repr(settings)
    assert old not in repr(settings)


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://bücher.example/", "https://xn--bcher-kva.example"),
        ("https://BÜCHER.example:8443", "https://xn--bcher-kva.example:8443"),
        ("HTTPS://Books.Example:443/", "https://books.example"),
        ("http://books.example:80", "http://books.example"),
        ("http://[::1]:5000", "http://[::1]:5000"),
        ("http://my_shop:5000", "http://my_shop:5000"),
    ],
)
def test_the_shops_address_is_as_browsers_send_it(typed: str, url: str) -> None:
    assert some_settings(SHOP_URL=typed).shop_url == url


@pytest.mark.parametrize(
    "typed",
    ["https://", "https://books.example:port", "https://books.example:99999", "https://a..ü.example",
     "https://user:pass@books.example", "https://books.example/shop", "https://books.example?x=1", "ftp://books.example",
     "https://[books]", "http://a b", "http://a'b", "http://a%20b"],
)  # fmt: skip
def test_an_address_that_no_page_can_have_is_refused(typed: str) -> None:
    assert [error.split(":")[0] for error in errors_of(SHOP_URL=typed)] == ["SHOP_URL"]


@pytest.mark.parametrize("name", ["STRIPE_SECRET_KEY", "STRIPE_PUBLISHABLE_KEY"])
def test_a_key_that_is_not_whole_is_refused_without_contradiction(name: str) -> None:
    placeholder = {**dotenv_values(SAMPLE)}[name]
    for key in (placeholder, f"{ENVIRONMENT[name]} x", f"{ENVIRONMENT[name]}***"):
        assert errors_of(**{name: key or ""}) == [
            f"{name}: this is not a whole key; copy it from https://dashboard.stripe.com/apikeys"
        ]


def test_a_database_without_a_file_is_refused() -> None:
    for url in ("sqlite:///", "sqlite:///:memory:"):
        assert [error.split(":")[0] for error in errors_of(DATABASE_URL=url)] == ["DATABASE_URL"]


def test_a_live_shop_needs_stripes_events() -> None:
    errors = errors_of(**LIVE, STRIPE_WEBHOOK_SECRET="")
    assert [error.split()[0] for error in errors] == ["STRIPE_WEBHOOK_SECRET"]


def test_a_live_shop_at_stripe_is_live_and_not_simulated() -> None:
    settings = some_settings(**LIVE, STRIPE_API_BASE=f"{STRIPE_API}/")
    assert settings.is_live
    assert not settings.is_simulated


@pytest.mark.parametrize("name", SECRETS)
def test_secrets_do_not_show_when_settings_are_printed(name: str) -> None:
    assert ENVIRONMENT[name] not in repr(some_settings())


def test_the_databases_password_does_not_show_when_settings_are_printed() -> None:
    assert "hunter2" not in repr(some_settings(DATABASE_URL="postgresql://shop:hunter2@localhost/shop"))


def test_settings_come_from_dotenv_in_the_current_folder(folder: Path) -> None:
    write_dotenv(folder, {**ENVIRONMENT, "SHOP_NAME": "Awning Books"})
    assert load_settings() == some_settings(SHOP_NAME="Awning Books")


def test_the_environment_goes_before_dotenv(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_dotenv(folder, {**ENVIRONMENT, "SHOP_NAME": "of .env", "SHOP_HOURS": "of .env"})
    monkeypatch.setenv("SHOP_NAME", "of the environment")
    settings = load_settings({"SHOP_NAME": "of the defaults", "SHOP_ADDRESS": "of the defaults"})
    assert settings.shop_name == "of the environment"
    assert settings.shop_hours == "of .env"
    assert settings.shop_address == "of the defaults"


def test_what_dotenv_leaves_empty_keeps_its_default(folder: Path) -> None:
    write_dotenv(folder, {**ENVIRONMENT, "SHOP_NAME": ""})
    assert load_settings({"SHOP_NAME": "of the defaults"}).shop_name == "of the defaults"


def test_without_dotenv_all_missing_settings_are_reported(folder: Path) -> None:
    with pytest.raises(InvalidSettings) as bad:
        load_settings()
    assert [error.split()[0] for error in bad.value.errors] == list(NEEDED)
    assert list(folder.iterdir()) == []
