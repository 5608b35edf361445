"""The watch over all logs of the tests finds what must not be in them."""

import logging
from pathlib import Path
from secrets import token_urlsafe

import pytest

from tests.builders import ENVIRONMENT
from tests.log_watch import check_log, find_private, judge, log_watch

PRIVATE = [
    *(ENVIRONMENT[name] for name in ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET", "SECRET_KEY")),
    "rk_live_1234",
    "pi_123_secret_456",
    "GET /orders/N0t-A_tokenButLikeOnes",
    "GET /checkout/token00000000000000007",
    "staff=aB3defghijklmnopqrstuvwxyzaB3defghijklmnopq",
    "session=eyJiYXNrZXQi.x.y",
    "to ada@example.com",
    "smtp://user:hunter2@mail.example",
    "for Ada",
    "8 Example Walk, #03-11",
    "call +65 6123 4567",
]
HARMLESS = [
    "2026-11-29T16:40:01.123+00:00 INFO 48210-93755 bookshop.logs.request_log POST checkout.place 303 9 ms",
    "Stripe: 402, card_error, req_AbCdEfGhIjKl12, pi_3QAbCdEfGhIjKlMn0123",
    "bookshop: worker 1234 is ready",
    'File "/srv/bookshop/bookshop/web/pages.py", line 12, in show_error',
    "The book 9781732265172 could not be indexed, and is left as it was",
    "its secret must begin with whsec_",
]


@pytest.mark.parametrize("text", PRIVATE)
def test_what_is_private_is_found(text: str) -> None:
    assert find_private(f"first\nRefused {text}.\nlast") == [
        f"{find_private(text)[0].split(' in: ')[0]} in: Refused {text}."
    ]


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_harmless_is_not_found(text: str) -> None:
    assert find_private(text) == []


def test_most_new_tokens_are_found() -> None:
    assert sum(bool(find_private(f"/orders/{token_urlsafe(16)}")) for _ in range(100)) > 80


def test_a_log_line_fails_its_test() -> None:
    logging.getLogger("bookshop.anything").warning("Hello %s", "Ada")
    report = pytest.TestReport("x", ("x", 0, "x"), {}, "passed", None, "teardown")
    judge(report, log_watch.take())
    assert report.failed
    assert "Hello Ada" in str(report.longrepr)


def test_the_output_of_a_process_fails_its_test(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("Its office: http://x/office/welcome/N0t-A_tokenButLikeOnes\n")
    check_log(tmp_path / "log")
    (tmp_path / "log").write_text("GET /office/welcome/N0t-A_tokenButLikeOnes\n")
    with pytest.raises(AssertionError, match="must not hold"):
        check_log(tmp_path / "log")
